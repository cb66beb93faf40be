/* SPDX-License-Identifier: Apache-2.0 */
/* The public header is C++ too, and its functions keep C's linkage. */
#include <cbcc.h>

extern "C" void cbcc_free(struct cbcc *b);

int main()
{
	cbcc_opts opts = {};
	cbcc_kprobe_opts kprobe = {};
	struct cbcc_trace_line fields = {}; // as with stat: a function has the name, too

	opts.sz = sizeof opts;
	kprobe.sz = sizeof kprobe;
	return opts.sz && kprobe.sz && !fields.task ? 0 : 1;
}
