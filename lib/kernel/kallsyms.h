/* SPDX-License-Identifier: Apache-2.0 */
/* The lines of /proc/kallsyms, in their order. Giving them out takes the kernel 30 to 60 ms, reading them here 2. */
#ifndef CBCC_KALLSYMS_H
#define CBCC_KALLSYMS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/* One symbol. The strings are valid until the next one is read. */
struct kallsym {
	uint64_t address; /* 0 for a reader who may not know it */
	char type;        /* as nm(1) prints it */
	const char *name;
	size_t name_length;
	const char *module; /* "" in vmlinux; "bpf" and "__builtin__*" for code that the kernel generated */
};

struct kallsyms {
	FILE *file;
	char *buffer;
	size_t begin, complete; /* lines that are there, each with its end */
	size_t end, size;       /* behind them the beginning of another */
};

/** Opens /proc/kallsyms. Returns 0, or a negative errno with the thread's error set. */
int kallsyms_open(struct kallsyms *symbols);

/** Reads from any file of that form; kallsyms_close() closes it (tests use fmemopen(3)). */
void kallsyms_from_file(struct kallsyms *symbols, FILE *file);

void kallsyms_close(struct kallsyms *symbols);

/** The next symbol; lines of another form are skipped. false at the end, and if the file cannot be read (ferror(3)). */
bool kallsyms_next(struct kallsyms *symbols, struct kallsym *symbol);

/** Whether it is code: a type of t, T, w or W. */
bool kallsym_is_text(const struct kallsym *symbol);

#endif
