/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Errors: what cbcc_last_error() says if a text does not compile, the verifier refuses a program, there is no such event,
 * or a right is missing. Prints them and ends.
 *
 * A call that fails returns a negative errno, or NULL with errno: the kind of error, for the application. The thread's
 * cbcc_last_error() is for people: a line, and below it what the compiler or the verifier says. A NULL handle is refused
 * and leaves the reason why there is none, so that one look at the end will do.
 */
#include <cbcc.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char does_not_compile[] =
	"TRACEPOINT_PROBE(syscalls, sys_enter_execve) {\n"
	"	return args->filname != 0;\n"
	"}\n";

static const char is_refused[] =
	"BPF_HASH(calls, u32);\n"
	"TRACEPOINT_PROBE(syscalls, sys_enter_execve) {\n"
	"	u32 pid = bpf_get_current_pid_tgid() >> 32;\n"
	"	u64 *count = calls.lookup(&pid);         // NULL if there is no such key\n"
	"	*count += 1;\n"
	"	return 0;\n"
	"}\n";

static const char is_good[] = "int f(void *ctx) { return 0; }";

static void show(const char *title, int err)
{
	printf("== %s: %s\n%s\n\n", title, strerror(-err), cbcc_last_error());
}

int main(void)
{
	struct cbcc *b = cbcc_new(does_not_compile, NULL);

	show("does not compile", -errno);
	cbcc_attach_tracepoint(b, "syscalls:sys_exit_execve", "f"); /* b is NULL: -EINVAL, and the reason stays */
	printf("== still the reason\n%.60s...\n\n", cbcc_last_error());

	b = cbcc_new(is_refused, NULL);
	show("refused by the verifier", -errno);

	b = cbcc_new(is_good, NULL);
	if (!b) {
		fprintf(stderr, "errors: %s\n", cbcc_last_error());
		return 1;
	}
	show("no such event", cbcc_attach_tracepoint(b, "syscalls:sys_enter_exceve", "f"));
	show("no such function", cbcc_attach_tracepoint(b, "syscalls:sys_enter_execve", "g"));
	if (seteuid(65534) == 0) /* as nobody */
		show("no right", cbcc_attach_tracepoint(b, "syscalls:sys_enter_execve", "f"));
	cbcc_free(b);
	return seteuid(0) != 0;
}
