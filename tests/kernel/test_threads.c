/* SPDX-License-Identifier: Apache-2.0 */
/* Handles in different threads do not meet. */
#include "trace.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

#define ROUNDS 5

static const char *const events[] = { "syscalls:sys_enter_getpgid", "syscalls:sys_enter_getpriority" };

/* What failed, for the main thread to tell: cmocka's assertions belong there. NULL if nothing did. */
static char *failure(const char *what)
{
	char *text;

	return asprintf(&text, "%s: %s", what, cbcc_last_error()) < 0 ? strdup(what) : text;
}

static void *compile_and_attach(void *event)
{
	for (int i = 0; i < ROUNDS; i++) {
		struct cbcc *b = cbcc_new("int f(struct pt_regs *ctx) {"
					  "	bpf_trace_printk(\"%d\", PT_REGS_RC(ctx)); return 0; }"
					  "int g(void *ctx) { return 0; }",
					  NULL);

		if (!b)
			return failure("cbcc_new");
		if (geteuid() == 0 && cbcc_attach_tracepoint(b, event, "g") != 0)
			return failure("cbcc_attach_tracepoint");
		cbcc_free(b);
	}
	return NULL;
}

/* Runs function in two threads at once, each with an argument of its own; it returns what failed. */
static void run_in_two_threads(void *(*function)(void *), const char *const arguments[2])
{
	pthread_t threads[2];
	void *results[2];

	for (int i = 0; i < 2; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, function, (void *)arguments[i]), 0);
	for (int i = 0; i < 2; i++)
		pthread_join(threads[i], &results[i]);
	for (int i = 0; i < 2; i++)
		if (results[i])
			fail_msg("thread %d: %s", i, (char *)results[i]);
}

static void two_handles_compile_load_and_attach_at_once(void **state)
{
	(void)state;
	run_in_two_threads(compile_and_attach, events);
}

static void *fail_to_compile(void *name)
{
	char *text, *expected;
	void *result = NULL;

	if (asprintf(&text, "int f(void *ctx) { return %s; }", (char *)name) < 0 ||
	    asprintf(&expected, "undeclared identifier '%s'", (char *)name) < 0)
		return failure("asprintf");
	for (int i = 0; i < ROUNDS && !result; i++)
		if (cbcc_new(text, NULL) || !strstr(cbcc_last_error(), expected))
			result = failure(expected);
	free(text);
	free(expected);
	return result;
}

static void every_thread_has_its_own_error(void **state)
{
	static const char *const names[] = { "not_here", "nor_here" };

	(void)state;
	run_in_two_threads(fail_to_compile, names);
}

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(two_handles_compile_load_and_attach_at_once),
		cmocka_unit_test(every_thread_has_its_own_error),
	};

	return run_selected_tests(tests, argc, argv);
}
