/* SPDX-License-Identifier: Apache-2.0 */
/* The public header needs no other, in strict C11: it is the first and only include. */
#include <cbcc.h>

int main(void)
{
	struct cbcc_opts opts = { .sz = sizeof opts };
	struct cbcc_kprobe_opts kprobe = { .sz = sizeof kprobe };
	struct cbcc_hist_opts hist = { .sz = sizeof hist };
	struct cbcc_field field = { .name = "" };
	struct cbcc_trace_line fields = { .task = "" };

	return opts.sz && kprobe.sz && hist.sz && field.name && fields.task ? 0 : 1;
}
