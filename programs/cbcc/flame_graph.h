/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Flame graphs: folded stacks in, one SVG file out, which a browser shows without anything else. A frame is as wide as
 * the part of all counts that were seen in it; a click zooms into it, Ctrl-F or the word "Search" marks frames by a
 * regular expression. The same stacks, in any order, give the same file.
 */
#ifndef CBCC_FLAME_GRAPH_H
#define CBCC_FLAME_GRAPH_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/** A stack as cbcc_stack_fold() writes it, and how often it was seen. The same stack may come more than once. */
struct folded {
	const char *frames; /* "comm;outermost;...;innermost"; "-" stands between user space and the kernel */
	uint64_t count;
};

struct flame_graph_opts {
	const char *title;  /* NULL: "Flame graph" */
	const char *unit;   /* what is counted; NULL: "samples" */
	unsigned int width; /* pixels; 0: 1200 */
};

/**
 * Writes the graph. opts may be NULL. Frames behind a "-", or marked "_[k]", are the kernel's. Frames that would be narrower
 * than a tenth of a pixel are left out. 0; -ENOMEM; -EIO (out has an error).
 */
int flame_graph_write(FILE *out, const struct folded *stacks, size_t count,
		      const struct flame_graph_opts *opts);

#endif
