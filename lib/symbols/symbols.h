/* SPDX-License-Identifier: Apache-2.0 */
/* What a handle knows of symbols: those of the kernel and of processes. */
#ifndef CBCC_SYMBOLS_PRIVATE_H
#define CBCC_SYMBOLS_PRIVATE_H

#include "symbols/kernel_table.h"

struct cbcc;

struct symbols {
	struct kernel_table kernel; /* empty until it is needed */
	int kernel_error;           /* of reading it, which is not tried again */
	char *kernel_message;
};

/** The handle's, made if need be. NULL with the error set. */
struct symbols *symbols_of(struct cbcc *b);

/** NULL is accepted. */
void symbols_free(struct symbols *symbols);

/** The kernel's symbols, read if need be. NULL with the error set. */
struct kernel_table *symbols_kernel(struct symbols *symbols);

#endif
