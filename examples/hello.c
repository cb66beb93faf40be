/* SPDX-License-Identifier: Apache-2.0 */
/* Hello World: prints a line for every program that is executed on the machine. Needs root. */
#include <cbcc.h>
#include <stdio.h>

static const char program[] =
	"int hello(void *ctx) {\n"
	"	bpf_trace_printk(\"Hello, World!\");\n"
	"	return 0;\n"
	"}\n";

int main(void)
{
	struct cbcc *b = cbcc_new(program, NULL);
	const char *syscall = cbcc_get_syscall_fnname(b, "execve");

	if (!b || cbcc_attach_kprobe(b, syscall, "hello") != 0 || cbcc_trace_print(b, NULL) != 0)
		fprintf(stderr, "hello: %s\n", cbcc_last_error());
	cbcc_free(b);
	return 1;
}
