/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Compiles one program text and loads its functions, each as the program type that is given or that its name says,
 * and attaches nothing. Functions of which nothing says the type are not loaded.
 *
 *     corpus-compile [-c] [-e] [-k] [-w N] [-f FLAG]... FILE [FUNCTION=TYPE]...
 *
 *     -c       compile only
 *     -e       print the whole reason
 *     -k       with the kernel's installed headers
 *     -w N     then compile N times more in the same process
 *     -f FLAG  a compiler argument
 *
 * Prints a line of figures, and the result: "PASS", "COMPILE reason" or "LOAD function: reason", with the first line of
 * the reason. The exit status is 0, 1 or 2.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "base/text_file.h"
#include "handle.h"
#include "loader/program.h"

#define WARM_MAX 1000

enum result { PASSED, NOT_COMPILED, NOT_LOADED, USAGE = 64 };

struct arguments {
	const char *path;
	char **types; /* FUNCTION=TYPE, NULL-terminated */
	const char **cflags;
	size_t ncflags;
	int warm;
	bool compile_only;
	bool whole_reason;
	bool kernel_headers;
};

struct type {
	const char *name;
	enum bpf_prog_type type;
	enum bpf_attach_type target; /* of programs that need one; the rest of the name is it */
};

/* As libbpf's names of program types, in small letters. */
static const struct type types[] = {
	{ "kprobe", BPF_PROG_TYPE_KPROBE, 0 },
	{ "tracepoint", BPF_PROG_TYPE_TRACEPOINT, 0 },
	{ "raw_tracepoint", BPF_PROG_TYPE_RAW_TRACEPOINT, 0 },
	{ "perf_event", BPF_PROG_TYPE_PERF_EVENT, 0 },
	{ "socket_filter", BPF_PROG_TYPE_SOCKET_FILTER, 0 },
	{ "sched_cls", BPF_PROG_TYPE_SCHED_CLS, 0 },
	{ "sched_act", BPF_PROG_TYPE_SCHED_ACT, 0 },
	{ "xdp", BPF_PROG_TYPE_XDP, 0 },
	{ "sock_ops", BPF_PROG_TYPE_SOCK_OPS, 0 },
	{ "sk_msg", BPF_PROG_TYPE_SK_MSG, 0 },
	{ "tracing", BPF_PROG_TYPE_TRACING, 0 },
	{ "lsm", BPF_PROG_TYPE_LSM, 0 },
};

/* What functions that attach by their names are. */
static const struct type prefixes[] = {
	{ "kprobe__", BPF_PROG_TYPE_KPROBE, 0 },
	{ "kretprobe__", BPF_PROG_TYPE_KPROBE, 0 },
	{ "syscall__", BPF_PROG_TYPE_KPROBE, 0 },
	{ "tracepoint__", BPF_PROG_TYPE_TRACEPOINT, 0 },
	{ "raw_tracepoint__", BPF_PROG_TYPE_RAW_TRACEPOINT, 0 },
	{ "kfunc__", BPF_PROG_TYPE_TRACING, BPF_TRACE_FENTRY },
	{ "kretfunc__", BPF_PROG_TYPE_TRACING, BPF_TRACE_FEXIT },
	{ "kmod_ret__", BPF_PROG_TYPE_TRACING, BPF_MODIFY_RETURN },
	{ "bpf_iter__", BPF_PROG_TYPE_TRACING, BPF_TRACE_ITER },
	{ "lsm__", BPF_PROG_TYPE_LSM, BPF_LSM_MAC },
};

static const struct type *prefix_of(const char *function)
{
	for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++)
		if (strncmp(function, prefixes[i].name, strlen(prefixes[i].name)) == 0)
			return &prefixes[i];
	return NULL;
}

static enum bpf_prog_type type_of(const char *function, char *const *given)
{
	size_t length = strlen(function);

	for (; *given; given++) {
		if (strncmp(*given, function, length) != 0 || (*given)[length] != '=')
			continue;
		for (size_t i = 0; i < sizeof types / sizeof *types; i++)
			if (strcmp(*given + length + 1, types[i].name) == 0)
				return types[i].type;
	}
	return prefix_of(function) ? prefix_of(function)->type : BPF_PROG_TYPE_UNSPEC;
}

static double clock_ms(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return now.tv_sec * 1e3 + now.tv_nsec / 1e6;
}

/* The error's line that says most: clang's first error, else the first line. */
static void print_reason(const char *error, bool whole)
{
	const char *found = strstr(error, "error: ");

	if (whole) {
		puts(error);
		return;
	}
	while (found && found > error && found[-1] != '\n')
		found--;
	if (!found)
		found = error;
	printf("%.*s\n", (int)strcspn(found, "\n"), found);
}

static struct cbcc *compile(const struct arguments *arguments, double *ms)
{
	struct cbcc_opts opts = { .sz = sizeof opts,
				  .cflags = arguments->cflags,
				  .ncflags = arguments->ncflags,
				  .kernel_headers = arguments->kernel_headers };
	double start;
	struct cbcc *b;
	char *text;

	if (text_file_read(arguments->path, &text))
		return NULL;
	start = clock_ms(CLOCK_MONOTONIC);
	b = handle_compiled(text, arguments->path, &opts);
	*ms = clock_ms(CLOCK_MONOTONIC) - start;
	return b;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* The median of the further compilations. */
static double compile_again(const struct arguments *arguments)
{
	double ms[WARM_MAX];

	for (int i = 0; i < arguments->warm; i++)
		cbcc_free(compile(arguments, &ms[i]));
	qsort(ms, arguments->warm, sizeof *ms, compare);
	return ms[arguments->warm / 2];
}

/* Programs of tracing and of security modules are loaded for what their name says. */
static int load_one(struct cbcc *b, const struct compiled_function *function, enum bpf_prog_type type)
{
	static const char vmlinux[] = "vmlinux__";
	const struct type *prefix = prefix_of(function->name);
	struct program_target target;
	struct program *program;

	if (!prefix || !prefix->target)
		return program_get(b, function, type, &program);
	target.type = prefix->target;
	target.function = function->name + strlen(prefix->name);
	if (strncmp(target.function, vmlinux, strlen(vmlinux)) == 0)
		target.function += strlen(vmlinux);
	return program_get_for(b, function, type, &target, &program);
}

/* Counts the functions loaded. Returns the first that the kernel refuses, or NULL. */
static const char *load(struct cbcc *b, char *const *given, int *loaded)
{
	for (size_t i = 0; i < b->unit.nfunctions; i++) {
		const struct compiled_function *function = &b->unit.functions[i];
		enum bpf_prog_type type = type_of(function->name, given);

		if (type == BPF_PROG_TYPE_UNSPEC)
			continue;
		if (load_one(b, function, type))
			return function->name;
		++*loaded;
	}
	return NULL;
}

static double peak_mib(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return usage.ru_maxrss / 1024.0;
}

static enum result run(const struct arguments *arguments)
{
	double cold, start, peak, cpu = clock_ms(CLOCK_PROCESS_CPUTIME_ID);
	int loaded = 0;
	const char *refused = NULL;
	struct cbcc *b = compile(arguments, &cold);

	cpu = clock_ms(CLOCK_PROCESS_CPUTIME_ID) - cpu;
	peak = peak_mib();
	if (!b) {
		printf("COMPILE ");
		print_reason(cbcc_last_error(), arguments->whole_reason);
		return NOT_COMPILED;
	}
	printf("functions=%zu cold_ms=%.3f cpu_ms=%.3f peak_mib=%.1f", b->unit.nfunctions, cold, cpu, peak);
	start = clock_ms(CLOCK_MONOTONIC);
	if (!arguments->compile_only)
		refused = load(b, arguments->types, &loaded);
	printf(" loaded=%d load_ms=%.3f", loaded, clock_ms(CLOCK_MONOTONIC) - start);
	if (refused) {
		printf("\nLOAD %s: ", refused);
		print_reason(cbcc_last_error(), arguments->whole_reason);
	}
	cbcc_free(b);
	if (refused)
		return NOT_LOADED;
	if (arguments->warm)
		printf(" warm_ms=%.3f", compile_again(arguments));
	printf("\nPASS\n");
	return PASSED;
}

static int usage(void)
{
	fprintf(stderr, "usage: corpus-compile [-c] [-e] [-k] [-w N] [-f FLAG]... FILE [FUNCTION=TYPE]...\n");
	return USAGE;
}

int main(int argc, char **argv)
{
	const char *cflags[argc];
	struct arguments arguments = { .cflags = cflags };
	int opt;

	/* The static library is not beside the module. */
	setenv("CBCC_COMPILER", CBCC_TEST_COMPILER, 0);
	while ((opt = getopt(argc, argv, "cekw:f:")) != -1) {
		if (opt == 'c')
			arguments.compile_only = true;
		else if (opt == 'e')
			arguments.whole_reason = true;
		else if (opt == 'k')
			arguments.kernel_headers = true;
		else if (opt == 'w')
			arguments.warm = atoi(optarg);
		else if (opt == 'f')
			cflags[arguments.ncflags++] = optarg;
		else
			return usage();
	}
	if (optind == argc || arguments.warm < 0 || arguments.warm > WARM_MAX)
		return usage();
	arguments.path = argv[optind];
	arguments.types = argv + optind + 1;
	return run(&arguments);
}
