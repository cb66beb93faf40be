/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Functions of the text as programs in the kernel. A function is loaded when it is attached, since only then its
 * program type is known, and once for each type. Each load opens the object anew and loads that one function of it,
 * on maps that all share.
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

/** What a program of tracing, or of a security module's hook, will be attached to: the verifier wants to know. */
struct program_target {
	enum bpf_attach_type type;
	const char *function; /* of the kernel or of one of its modules; or the hook */
};

/** The function as a program of that type, loaded if it is not yet. Owned by the handle. 0, or errno, error set. */
int program_get(struct cbcc *b, const struct compiled_function *function, enum bpf_prog_type type,
		struct program **program);

/** The same for a target; -ESRCH: BTF has none of that name. A function has one target for each program type. */
int program_get_for(struct cbcc *b, const struct compiled_function *function, enum bpf_prog_type type,
		    const struct program_target *target, struct program **program);

void programs_free(struct cbcc *b);

#endif
