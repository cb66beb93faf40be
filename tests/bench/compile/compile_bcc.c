/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What tests/corpus/compile.c does with cbcc, with BCC's C API: compiles one text, first and N times more, and prints the
 * same figures and results. Loads nothing. libbcc writes its diagnostics to stderr by itself.
 *
 *     bench-compile-bcc [-w N] [-f FLAG]... FILE
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include <bcc/bcc_common.h>

#define WARM_MAX 1000
#define USAGE 64

struct arguments {
	const char *path;
	const char **cflags;
	int ncflags;
	int warm;
};

static double clock_ms(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return now.tv_sec * 1e3 + now.tv_nsec / 1e6;
}

static char *read_file(const char *path)
{
	FILE *in = fopen(path, "re");
	char *text = NULL;
	size_t size = 0;

	if (!in)
		return NULL;
	if (getdelim(&text, &size, '\0', in) < 0) {
		free(text);
		text = NULL;
	}
	fclose(in);
	return text;
}

/* The milliseconds, or less than 0. */
static double compile(const char *text, const struct arguments *arguments)
{
	double start = clock_ms(CLOCK_MONOTONIC), ms;
	void *module =
		bpf_module_create_c_from_string(text, 0, arguments->cflags, arguments->ncflags, true, NULL);

	ms = clock_ms(CLOCK_MONOTONIC) - start;
	if (!module)
		return -1;
	bpf_module_destroy(module);
	return ms;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double compile_again(const char *text, const struct arguments *arguments)
{
	double ms[WARM_MAX];

	for (int i = 0; i < arguments->warm; i++)
		ms[i] = compile(text, arguments);
	qsort(ms, arguments->warm, sizeof *ms, compare);
	return ms[arguments->warm / 2];
}

static int run(const struct arguments *arguments)
{
	char *text = read_file(arguments->path);
	struct rusage usage;
	double cold, cpu = clock_ms(CLOCK_PROCESS_CPUTIME_ID);

	if (!text) {
		perror(arguments->path);
		return 1;
	}
	cold = compile(text, arguments);
	cpu = clock_ms(CLOCK_PROCESS_CPUTIME_ID) - cpu;
	getrusage(RUSAGE_SELF, &usage);
	if (cold < 0) {
		printf("COMPILE BCC does not compile it\n");
	} else {
		printf("cold_ms=%.3f cpu_ms=%.3f peak_mib=%.1f", cold, cpu, usage.ru_maxrss / 1024.0);
		if (arguments->warm)
			printf(" warm_ms=%.3f", compile_again(text, arguments));
		printf("\nPASS\n");
	}
	free(text);
	return cold < 0;
}

int main(int argc, char **argv)
{
	const char *cflags[argc];
	struct arguments arguments = { .cflags = cflags };
	int opt;

	while ((opt = getopt(argc, argv, "w:f:")) != -1) {
		if (opt == 'w')
			arguments.warm = atoi(optarg);
		else if (opt == 'f')
			cflags[arguments.ncflags++] = optarg;
		else
			return USAGE;
	}
	if (optind != argc - 1 || arguments.warm < 0 || arguments.warm > WARM_MAX)
		return USAGE;
	arguments.path = argv[optind];
	return run(&arguments);
}
