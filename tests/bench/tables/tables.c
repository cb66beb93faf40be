/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tables of cbcc, of libbpf, of BCC's C API and, in a process of its own that takes its turns too, of BCC's Python, all on the
 * same two maps: a hash that is dumped, and a per-CPU hash that is printed as histograms. README.md says more.
 *
 *     bench-tables ROUNDS PYTHON-SCRIPT...
 */
#include <bpf/bpf.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#include <cbcc.h>

#include "figures.h"
#include "python.h"
#include "tables_bcc.h"

#define ENTRIES 1000000
#define SECTIONS 1000 /* of histograms, each of */
#define SLOTS 16

/* A BPF file system, where BCC finds the maps. */
static char directory[] = "/tmp/cbcc-bench-XXXXXX";

static const char text[] = "struct slot { u64 pid, slot; };\n"
			   "BPF_HASH(counts, u64, u64, 1000000);\n"
			   "BPF_TABLE(\"percpu_hash\", struct slot, u64, latencies, 65536);\n";

struct slot {
	uint64_t pid, slot;
};

enum contender {
	CBCC_DUMP,
	LIBBPF_DUMP,
	CBCC_ITEMS,
	BCC_ITEMS,
	PYTHON_ITEMS,
	PYTHON_BATCH,
	CBCC_HISTOGRAM,
	PYTHON_HISTOGRAM,
	CONTENDERS
};

struct bench {
	struct cbcc *b;
	struct cbcc_table *counts, *latencies;
	uint64_t *keys, *leaves;
	uint64_t sum; /* of all leaves of counts */
	struct python python;
	FILE *nowhere;
	struct figure figures[CONTENDERS];
};

static void die(const char *what, const char *why)
{
	fprintf(stderr, "bench-tables: %s: %s\n", what, why);
	exit(2);
}

static struct cbcc_table *table(struct cbcc *b, const char *name)
{
	struct cbcc_table *t = cbcc_get_table(b, name);
	char path[256];

	snprintf(path, sizeof path, "%s/%s", directory, name);
	if (!t || cbcc_pin_table(t, path) != 0)
		die(name, cbcc_last_error());
	return t;
}

static void fill_counts(struct bench *bench)
{
	for (uint64_t i = 0; i < ENTRIES; i++) {
		bench->keys[i] = i * 0x9e3779b97f4a7c15u;
		bench->leaves[i] = i + 1;
		bench->sum += i + 1;
	}
	if (cbcc_table_update_batch(bench->counts, bench->keys, bench->leaves, ENTRIES, 0) != 0)
		die("counts", cbcc_last_error());
}

static void fill_latencies(struct bench *bench)
{
	size_t count = cbcc_table_value_size(bench->latencies) / sizeof(uint64_t);
	uint64_t *leaves = calloc(count, sizeof *leaves);

	for (uint64_t i = 0; i < SECTIONS * SLOTS; i++) {
		const struct slot slot = { i / SLOTS + 1, i % SLOTS + 1 };

		for (size_t cpu = 0; cpu < count; cpu++)
			leaves[cpu] = i % 97 + cpu;
		if (cbcc_table_update(bench->latencies, &slot, leaves, 0) != 0)
			die("latencies", cbcc_last_error());
	}
	free(leaves);
}

static void check(const struct bench *bench, const char *who, uint64_t count, uint64_t sum)
{
	if (count != ENTRIES || sum != bench->sum)
		die(who, "it has not given all entries");
}

static uint64_t sum_of(const uint64_t *leaves, size_t count)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < count; i++)
		sum += leaves[i];
	return sum;
}

static void dump_by_cbcc(struct bench *bench, int round)
{
	struct figure *figure = &bench->figures[CBCC_DUMP];
	ssize_t count;

	figure_begin(figure);
	count = cbcc_table_dump(bench->counts, bench->keys, bench->leaves, ENTRIES, 0);
	figure_end(figure, round);
	check(bench, "cbcc_table_dump", count, sum_of(bench->leaves, ENTRIES));
}

static void dump_by_libbpf(struct bench *bench, int round)
{
	struct figure *figure = &bench->figures[LIBBPF_DUMP];
	int fd = cbcc_table_fd(bench->counts), err = 0;
	uint32_t in, out, count = 0;

	figure_begin(figure);
	for (uint32_t some; !err && count < ENTRIES; count += some, in = out) {
		some = ENTRIES - count;
		err = bpf_map_lookup_batch(fd, count ? &in : NULL, &out, bench->keys + count,
					   bench->leaves + count, &some, NULL);
	}
	figure_end(figure, round);
	check(bench, "bpf_map_lookup_batch", count, sum_of(bench->leaves, ENTRIES));
}

struct items {
	uint64_t count, sum;
};

static int on_item(void *ctx, const void *key, const void *leaf)
{
	struct items *items = ctx;

	(void)key;
	items->count++;
	items->sum += *(const uint64_t *)leaf;
	return 0;
}

static void iterate_by_cbcc(struct bench *bench, int round)
{
	struct figure *figure = &bench->figures[CBCC_ITEMS];
	struct items items = { 0 };

	figure_begin(figure);
	cbcc_table_for_each(bench->counts, on_item, &items);
	figure_end(figure, round);
	check(bench, "cbcc_table_for_each", items.count, items.sum);
}

static void iterate_by_bcc(struct bench *bench, int round)
{
	struct figure *figure = &bench->figures[BCC_ITEMS];
	uint64_t count, sum;

	figure_begin(figure);
	count = bcc_table_items(cbcc_table_fd(bench->counts), &sum);
	figure_end(figure, round);
	check(bench, "bpf_get_next_key", count, sum);
}

static void print_by_cbcc(struct bench *bench, int round)
{
	struct figure *figure = &bench->figures[CBCC_HISTOGRAM];
	int err;

	figure_begin(figure);
	err = cbcc_table_print_log2_hist(bench->latencies, bench->nowhere, NULL);
	figure_end(figure, round);
	if (err)
		die("cbcc_table_print_log2_hist", cbcc_last_error());
}

static void measure_python(struct bench *bench, int round)
{
	struct figure *items = &bench->figures[PYTHON_ITEMS], *batch = &bench->figures[PYTHON_BATCH];
	struct figure *histogram = &bench->figures[PYTHON_HISTOGRAM];
	double numbers[8];

	python_measure(&bench->python, numbers, 8);
	items->wall[round] = numbers[2];
	items->cpu[round] = numbers[3];
	batch->wall[round] = numbers[4];
	batch->cpu[round] = numbers[5];
	histogram->wall[round] = numbers[6];
	histogram->cpu[round] = numbers[7];
	check(bench, "BCC's Python", (uint64_t)numbers[0], (uint64_t)numbers[1]);
}

static void report_line(const struct bench *bench, int rounds, const char *name, enum contender who,
			enum contender cbcc)
{
	const struct figure *figure = &bench->figures[who];

	printf("%-44s%10.1f%10.1f%9.2fx\n", name, median(figure->wall, rounds), median(figure->cpu, rounds),
	       median_ratio(figure->wall, bench->figures[cbcc].wall, rounds));
}

static bool report(const struct bench *bench, int rounds)
{
	const struct figure *f = bench->figures;
	bool reached;

	printf("medians of %d rounds, ms%28s%10s%10s\n", rounds, "wall", "cpu", "ratio");
	printf("a hash of %d entries\n", ENTRIES);
	report_line(bench, rounds, "  cbcc_table_dump()", CBCC_DUMP, CBCC_DUMP);
	report_line(bench, rounds, "  bpf_map_lookup_batch(), libbpf", LIBBPF_DUMP, CBCC_DUMP);
	report_line(bench, rounds, "  items_lookup_batch(), BCC's Python", PYTHON_BATCH, CBCC_DUMP);
	report_line(bench, rounds, "  items(), BCC's Python", PYTHON_ITEMS, CBCC_DUMP);
	report_line(bench, rounds, "  cbcc_table_for_each()", CBCC_ITEMS, CBCC_ITEMS);
	report_line(bench, rounds, "  bpf_get_next_key(), BCC's C API", BCC_ITEMS, CBCC_ITEMS);
	printf("log2 histograms of a per-CPU hash, %d of %d slots\n", SECTIONS, SLOTS);
	report_line(bench, rounds, "  cbcc_table_print_log2_hist()", CBCC_HISTOGRAM, CBCC_HISTOGRAM);
	report_line(bench, rounds, "  print_log2_hist(), BCC's Python", PYTHON_HISTOGRAM, CBCC_HISTOGRAM);
	reached = bound("dump: cbcc's processor time by libbpf's",
			median_ratio(f[CBCC_DUMP].cpu, f[LIBBPF_DUMP].cpu, rounds), "<=", 1.03);
	reached &= bound("dump: BCC's Python items() by cbcc",
			 median_ratio(f[PYTHON_ITEMS].cpu, f[CBCC_DUMP].cpu, rounds), ">=", 20);
	reached &= bound("histograms: BCC's Python by cbcc",
			 median_ratio(f[PYTHON_HISTOGRAM].cpu, f[CBCC_HISTOGRAM].cpu, rounds), ">=", 10);
	return reached;
}

static void remove_directory(void)
{
	umount(directory);
	rmdir(directory);
}

static void set_up(struct bench *bench, char **command)
{
	if (!mkdtemp(directory) || mount("bpf", directory, "bpf", 0, NULL) != 0)
		die(directory, strerror(errno));
	atexit(remove_directory);
	bench->b = cbcc_new(text, NULL);
	bench->keys = calloc(ENTRIES, sizeof *bench->keys);
	bench->leaves = calloc(ENTRIES, sizeof *bench->leaves);
	bench->nowhere = fopen("/dev/null", "w");
	if (!bench->b || !bench->keys || !bench->leaves || !bench->nowhere)
		die("set up", cbcc_last_error());
	bench->counts = table(bench->b, "counts");
	bench->latencies = table(bench->b, "latencies");
	fill_counts(bench);
	fill_latencies(bench);
	setenv("CBCC_BENCH_MAPS", directory, 1);
	python_start(&bench->python, command);
}

static void tear_down(struct bench *bench)
{
	python_stop(&bench->python);
	cbcc_free(bench->b);
	fclose(bench->nowhere);
	free(bench->keys);
	free(bench->leaves);
}

int main(int argc, char **argv)
{
	static struct bench bench;
	int rounds = rounds_wanted(argc, argv, 5);
	bool reached;

	if (argc < 3)
		die("arguments", "ROUNDS PYTHON-SCRIPT...");
	set_up(&bench, argv + 2);
	for (int round = 0; round < rounds; round++) {
		dump_by_cbcc(&bench, round);
		dump_by_libbpf(&bench, round);
		iterate_by_cbcc(&bench, round);
		iterate_by_bcc(&bench, round);
		print_by_cbcc(&bench, round);
		measure_python(&bench, round);
	}
	reached = report(&bench, rounds);
	tear_down(&bench);
	return reached ? 0 : 1;
}
