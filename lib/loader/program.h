/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Functions of the text as programs in the kernel. A function is loaded when it is attached, since only then its
 * program type is known, and once for each type. Each load opens the object anew and loads that one function of it,
 * on the maps of the first.
 */
#ifndef CBCC_PROGRAM_H
#define CBCC_PROGRAM_H

#include <bpf/libbpf.h>

#include "handle.h"

struct program {
	struct program *next;
	const struct compiled_function *function;
	enum bpf_prog_type type;
	struct bpf_object *object;
	struct bpf_program *bpf; /* of object, loaded */
};

/** The function as a program of that type, loaded if it is not yet. Owned by the handle. 0, or errno, error set. */
int program_get(struct cbcc *b, const struct compiled_function *function, enum bpf_prog_type type,
		struct program **program);

void programs_free(struct cbcc *b);

#endif
