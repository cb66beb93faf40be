/* SPDX-License-Identifier: Apache-2.0 */
/* The lines of /proc/kallsyms, in their order. Reading all of it takes the kernel about 60 ms. */
#ifndef CBCC_KALLSYMS_H
#define CBCC_KALLSYMS_H

#include <stdbool.h>
#include <stdio.h>

/* One symbol. The strings are valid until the next one is read. */
struct kallsym {
	char type; /* as nm(1) prints it */
	const char *name;
	const char *module; /* "" in vmlinux; "bpf" and "__builtin__*" for code that the kernel generated */
};

struct kallsyms {
	FILE *file;
	char *line;
	size_t size;
};

/** Opens /proc/kallsyms. Returns 0, or a negative errno with the thread's error set. */
int kallsyms_open(struct kallsyms *symbols);

/** Reads from any file of that form; kallsyms_close() closes it (tests use fmemopen(3)). */
void kallsyms_from_file(struct kallsyms *symbols, FILE *file);

void kallsyms_close(struct kallsyms *symbols);

/** The next symbol; lines of another form are skipped. false at the end. */
bool kallsyms_next(struct kallsyms *symbols, struct kallsym *symbol);

/** Whether it is code: a type of t, T, w or W. */
bool kallsym_is_text(const struct kallsym *symbol);

#endif
