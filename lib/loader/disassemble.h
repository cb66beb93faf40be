/* SPDX-License-Identifier: Apache-2.0 */
/* Instructions of BPF for people. */
#ifndef CBCC_DISASSEMBLE_H
#define CBCC_DISASSEMBLE_H

#include <linux/bpf.h>
#include <stddef.h>
#include <stdio.h>

/** Writes a line for each instruction: its number, its code, what it does. 0 or -EIO, error set. */
int disassemble(const struct bpf_insn *instructions, size_t count, FILE *out);

#endif
