/* SPDX-License-Identifier: Apache-2.0 */
/* The arguments of USDT probes as notes describe them, in the assembler's words: "-4@%eax 8@16(%rsp) 4@$5". */
#ifndef CBCC_USDT_ARGUMENTS_H
#define CBCC_USDT_ARGUMENTS_H

#include <stddef.h>

#include "cbcc/usdt.h"

/**
 * Takes a description apart, for an ELF machine (EM_X86_64, ...). What is not understood is an argument without a valid
 * member. *arguments is to be freed by usdt_arguments_free(). 0 or -ENOMEM.
 */
int usdt_arguments_parse(int machine, const char *text, struct cbcc_usdt_argument **arguments, size_t *count);

void usdt_arguments_free(struct cbcc_usdt_argument *arguments, size_t count);

#endif
