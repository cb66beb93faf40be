/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Kernel symbols, cbcc and BCC's C API in turn, in one process: how long until the first address has a name, next to what reading
 * /proc/kallsyms takes by itself, and how long a million look-ups take. README.md says more.
 *
 *     bench-symbols [ROUNDS]
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bcc/bcc_syms.h>
#include <cbcc.h>

#include "figures.h"

#define LOOKUPS 1000000
#define NAMES 50 /* BCC makes its table of names anew for each, where two symbols have one name */

/* What is measured: milliseconds of processor time. */
enum line {
	READ,
	CBCC_READY,
	BCC_READY,
	CBCC_FIND,
	BCC_FIND,
	CBCC_TEXT,
	BCC_TEXT,
	CBCC_NAMES,
	BCC_NAMES,
	FIGURES
};

struct bench {
	uint64_t *addresses; /* of all symbols that both know */
	char **names;
	size_t count;
	uint64_t *lookups;
	double ms[FIGURES][ROUNDS_MAX];
};

static double resident_mib(void)
{
	unsigned long pages = 0;
	FILE *file = fopen("/proc/self/statm", "re");

	if (fscanf(file, "%*u %lu", &pages) != 1)
		pages = 0;
	fclose(file);
	return pages * (sysconf(_SC_PAGESIZE) / 1048576.0);
}

static void die(const char *what)
{
	fprintf(stderr, "bench-symbols: %s: %s\n", what, cbcc_last_error());
	exit(2);
}

static void read_symbols(struct bench *bench)
{
	FILE *file = fopen("/proc/kallsyms", "re");
	unsigned long long address;
	char type, name[512], line[1024];

	if (!file)
		die("/proc/kallsyms");
	bench->addresses = malloc(1000000 * sizeof *bench->addresses);
	bench->names = malloc(1000000 * sizeof *bench->names);
	while (bench->count < 1000000 && fgets(line, sizeof line, file))
		if (sscanf(line, "%llx %c %511s", &address, &type, name) == 3 && address &&
		    strchr("tTwW", type)) {
			bench->addresses[bench->count] = address;
			bench->names[bench->count++] = strdup(name);
		}
	fclose(file);
	bench->lookups = malloc(LOOKUPS * sizeof *bench->lookups);
	for (int i = 0; i < LOOKUPS && bench->count; i++)
		bench->lookups[i] = bench->addresses[random() % bench->count] + random() % 64;
	if (!bench->count)
		die("the kernel hides its addresses");
}

static double read_all(void)
{
	static char buffer[65536];
	double start = cpu_ms();
	int fd = open("/proc/kallsyms", O_RDONLY | O_CLOEXEC);

	while (read(fd, buffer, sizeof buffer) > 0)
		;
	close(fd);
	return cpu_ms() - start;
}

static void measure_cbcc(struct bench *bench, int round, double *memory)
{
	struct cbcc *b = cbcc_new("", NULL);
	char text[256];
	struct cbcc_symbol symbol;
	uint64_t address, sum = 0;
	double before = resident_mib(), start;

	if (!b)
		die("cbcc_new");
	start = cpu_ms();
	if (cbcc_ksym(b, bench->addresses[0], 0, text, sizeof text) < 0)
		die("cbcc_ksym");
	bench->ms[CBCC_READY][round] = cpu_ms() - start;
	if (!round)
		*memory = resident_mib() - before;
	start = cpu_ms();
	for (int i = 0; i < LOOKUPS; i++) {
		cbcc_resolve(b, bench->lookups[i], -1, 0, &symbol);
		sum += symbol.offset;
	}
	bench->ms[CBCC_FIND][round] = cpu_ms() - start;
	start = cpu_ms();
	for (int i = 0; i < LOOKUPS; i++)
		sum += cbcc_ksym(b, bench->lookups[i], CBCC_SYM_OFFSET, text, sizeof text);
	bench->ms[CBCC_TEXT][round] = cpu_ms() - start;
	start = cpu_ms();
	for (size_t i = 0; i < NAMES; i++)
		sum += cbcc_ksymname(b, bench->names[i * (bench->count / NAMES)], &address);
	bench->ms[CBCC_NAMES][round] = cpu_ms() - start;
	cbcc_free(b);
	if (!sum)
		die("nothing was found");
}

static void measure_bcc(struct bench *bench, int round, double *memory)
{
	struct bcc_symbol symbol;
	char text[256];
	uint64_t address, sum = 0;
	double before = resident_mib(), start = cpu_ms();
	void *cache = bcc_symcache_new(-1, NULL);

	bcc_symcache_resolve_no_demangle(cache, bench->addresses[0], &symbol);
	bench->ms[BCC_READY][round] = cpu_ms() - start;
	if (!round)
		*memory = resident_mib() - before;
	start = cpu_ms();
	for (int i = 0; i < LOOKUPS; i++) {
		bcc_symcache_resolve_no_demangle(cache, bench->lookups[i], &symbol);
		sum += symbol.offset;
	}
	bench->ms[BCC_FIND][round] = cpu_ms() - start;
	start = cpu_ms();
	for (int i = 0; i < LOOKUPS; i++) {
		bcc_symcache_resolve_no_demangle(cache, bench->lookups[i], &symbol);
		sum += snprintf(text, sizeof text, "%s+0x%llx", symbol.name,
				(unsigned long long)symbol.offset);
	}
	bench->ms[BCC_TEXT][round] = cpu_ms() - start;
	start = cpu_ms();
	for (size_t i = 0; i < NAMES; i++)
		sum += bcc_symcache_resolve_name(cache, NULL, bench->names[i * (bench->count / NAMES)],
						 &address);
	bench->ms[BCC_NAMES][round] = cpu_ms() - start;
	bcc_free_symcache(cache, -1);
	if (!sum)
		die("nothing was found");
}

static int report(struct bench *bench, int rounds, double cbcc_memory, double bcc_memory)
{
	double ms[FIGURES];
	bool reached;

	for (int i = 0; i < FIGURES; i++)
		ms[i] = median(bench->ms[i], rounds);
	printf("%zu functions; median of %d rounds, ms of processor time\n", bench->count, rounds);
	printf("%-36s%10s%10s%10s\n", "", "cbcc", "BCC", "ratio");
	printf("%-36s%10.1f\n", "reading /proc/kallsyms, nothing else", ms[READ]);
	printf("%-36s%10.1f%10.1f%9.1fx\n", "first name", ms[CBCC_READY], ms[BCC_READY],
	       ms[BCC_READY] / ms[CBCC_READY]);
	printf("%-36s%10.1f%10.1f%9.1fx\n", "1,000,000 addresses", ms[CBCC_FIND], ms[BCC_FIND],
	       ms[BCC_FIND] / ms[CBCC_FIND]);
	printf("%-36s%10.1f%10.1f%9.1fx\n", "the same, as \"name+0xoffset\"", ms[CBCC_TEXT], ms[BCC_TEXT],
	       ms[BCC_TEXT] / ms[CBCC_TEXT]);
	printf("%-36s%10.1f%10.1f%9.1fx\n", "50 names", ms[CBCC_NAMES], ms[BCC_NAMES],
	       ms[BCC_NAMES] / ms[CBCC_NAMES]);
	printf("%-36s%10.1f%10.1f%9.1fx\n", "memory, MiB", cbcc_memory, bcc_memory, bcc_memory / cbcc_memory);
	reached = bound("cbcc's first name by the time of reading", ms[CBCC_READY] / ms[READ], "<=", 1.2);
	reached &= bound("BCC's look-ups by cbcc's", ms[BCC_FIND] / ms[CBCC_FIND], ">=", 5);
	return reached ? 0 : 1;
}

int main(int argc, char **argv)
{
	static struct bench bench;
	int rounds = rounds_wanted(argc, argv, 15);
	double cbcc_memory = 0, bcc_memory = 0;

	read_symbols(&bench);
	for (int round = 0; round < rounds; round++) {
		bench.ms[READ][round] = read_all();
		measure_cbcc(&bench, round, &cbcc_memory);
		measure_bcc(&bench, round, &bcc_memory);
	}
	return report(&bench, rounds, cbcc_memory, bcc_memory);
}
