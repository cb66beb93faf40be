/* SPDX-License-Identifier: Apache-2.0 */
/* The library says nothing but through its error and its log callback. */
#include "test.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

/* Everything that goes wrong in its own way. */
static void fail_in_every_way(void)
{
	const char *const wrong[] = { "--no-such-option" };
	struct cbcc_opts opts = { .sz = sizeof opts, .cflags = wrong, .ncflags = 1 };
	struct cbcc *b;

	cbcc_new("int f(void *ctx) { return broken; }\n#warning careful\n", NULL);
	cbcc_new("int f(void *ctx) { volatile char big[4096]; big[(long)ctx] = 1; return big[1]; }", NULL);
	cbcc_new("static short x; int f(void *ctx) { return __sync_fetch_and_add(&x, 1); }", NULL);
	cbcc_new("", &opts);
	cbcc_new_from_file("/nonexistent", NULL);
	b = cbcc_new("#warning careful\nint f(unsigned long long *ctx) { return *(int *)8; }", NULL);
	cbcc_attach_tracepoint(b, "syscalls:sys_enter_getpgid", "f");
	cbcc_attach_tracepoint(b, "no:such", "f");
	cbcc_attach_kprobe(b, "no_such_function", "f");
	cbcc_attach_kretprobe(b, "no_such_function", "f");
	cbcc_detach_kprobe(b, "no_such_function", NULL);
	cbcc_free(b);
}

static void nothing_is_printed_whatever_fails(void **state)
{
	char path[] = "/dev/shm/cbcc-test-XXXXXX", text[512];
	int file = mkstemp(path), out, err;
	ssize_t n;

	(void)state;
	assert_true(file >= 0);
	fflush(NULL);
	out = dup(STDOUT_FILENO);
	err = dup(STDERR_FILENO);
	dup2(file, STDOUT_FILENO);
	dup2(file, STDERR_FILENO);
	fail_in_every_way();
	fflush(NULL);
	dup2(out, STDOUT_FILENO);
	dup2(err, STDERR_FILENO);
	close(out);
	close(err);
	n = pread(file, text, sizeof text - 1, 0);
	close(file);
	unlink(path);
	assert_true(n >= 0);
	text[n] = '\0';
	assert_string_equal(text, "");
	assert_true(strlen(cbcc_last_error()) > 0);
}

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_printed_whatever_fails),
	};

	return run_selected_tests(tests, argc, argv);
}
