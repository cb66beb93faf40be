/* SPDX-License-Identifier: Apache-2.0 */
/* What a compile does to the process it happens in. */
#include "run.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "module/module.h"

static sigset_t blocked;

/* Called by the compiler, in its thread. */
static int record_blocked_signals(const char *path, int flags)
{
	(void)path;
	(void)flags;
	pthread_sigmask(SIG_BLOCK, NULL, &blocked);
	return -ENOENT;
}

static void signals_of_the_application_do_not_reach_the_compile_but_its_own_do(void **state)
{
	static const char text[] = "int f(struct tracepoint__no__such *args) { return args->field; }";
	struct compile_request request = {
		.text = text,
		.text_size = sizeof text - 1,
		.name = "text",
		.open_tracefs = record_blocked_signals,
	};
	struct compiled result;

	(void)state;
	sigemptyset(&blocked);
	assert_int_equal(compiler_compile(&request, &result), -EINVAL);
	compiler_release(&result);
	assert_true(sigismember(&blocked, SIGINT));
	assert_true(sigismember(&blocked, SIGUSR1));
	assert_false(sigismember(&blocked, SIGSEGV));
	assert_false(sigismember(&blocked, SIGTRAP));
}

/* Bytes of the compiler's code: those there are, and those that are mapped. */
static void read_code_size(unsigned long *size, unsigned long *resident)
{
	char line[512];
	bool code = false;
	unsigned long kib;
	FILE *maps = fopen("/proc/self/smaps", "re");

	assert_non_null(maps);
	*size = *resident = 0;
	while (fgets(line, sizeof line, maps)) {
		if (strstr(line, "libcbcc-compiler.so"))
			code = strstr(line, " r-xp ");
		else if (code && sscanf(line, "Size: %lu kB", &kib) == 1)
			*size += kib * 1024;
		else if (code && sscanf(line, "Rss: %lu kB", &kib) == 1)
			*resident += kib * 1024;
		else if (strncmp(line, "VmFlags:", 8) == 0)
			code = false;
	}
	fclose(maps);
}

static int compile_and_measure(void)
{
	unsigned long size, resident;
	struct cbcc *b =
		cbcc_new("int f(void *ctx) { bpf_trace_printk(\"Hello, World!\"); return 0; }", NULL);

	if (!b)
		return 1;
	read_code_size(&size, &resident);
	cbcc_free(b);
	printf("%lu of %lu bytes of code are resident\n", resident, size);
	return size > 0 && resident > 0 && resident < size / 4 ? 0 : 1;
}

static void a_compile_maps_a_small_part_of_the_compilers_code(void **state)
{
	int status;
	pid_t child;

	(void)state;
#ifndef CBCC_LAYOUT
	skip_because("this build does not order the compiler's functions");
#endif
	fflush(NULL);
	child = fork();
	if (child == 0)
		_exit(compile_and_measure());
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(signals_of_the_application_do_not_reach_the_compile_but_its_own_do),
		cmocka_unit_test(a_compile_maps_a_small_part_of_the_compilers_code),
	};

	return run_selected_tests(tests, argc, argv);
}
