/* SPDX-License-Identifier: Apache-2.0 */
/* An application outside the tree: compiles a program, and is told of an error in another. */
#include <cbcc.h>
#include <stdio.h>
#include <string.h>

int main(void)
{
	struct cbcc *b =
		cbcc_new("int hello(void *ctx) { bpf_trace_printk(\"Hello, World!\"); return 0; }", NULL);

	if (!b) {
		fprintf(stderr, "%s\n", cbcc_last_error());
		return 1;
	}
	cbcc_free(b);
	b = cbcc_new("int hello(void *ctx) { return nothing; }", NULL);
	if (b || !strstr(cbcc_last_error(), "use of undeclared identifier 'nothing'"))
		return 2;
	printf("cbcc %s works\n", cbcc_version());
	return 0;
}
