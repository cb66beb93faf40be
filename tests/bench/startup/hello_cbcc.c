/* SPDX-License-Identifier: Apache-2.0 */
#include "hello.h"

#include <stdio.h>

#include <cbcc.h>

static struct cbcc *b;

static int fail(void)
{
	fprintf(stderr, "%s\n", cbcc_last_error());
	cbcc_free(b);
	return -1;
}

int hello_attach(const char *text)
{
	b = cbcc_new(text, NULL);
	if (!b || cbcc_attach_tracepoint(b, "syscalls:sys_enter_execve", "hello") < 0)
		return fail();
	return 0;
}

void hello_detach(void)
{
	cbcc_free(b);
}

int hello_compile(const char *text, double *ms)
{
	double start = hello_now();

	b = cbcc_new(text, NULL);
	*ms = hello_now() - start;
	if (!b)
		return fail();
	cbcc_free(b);
	return 0;
}
