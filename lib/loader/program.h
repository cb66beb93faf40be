/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Functions of the text as programs in the kernel. A function is loaded when it is attached, since only then its
 * program type is known, and once for each type and target. Each load opens the object anew and loads that one function of it,
 * on maps that all share.
 */
#ifndef CBCC_PROGRAM_PRIVATE_H
#define CBCC_PROGRAM_PRIVATE_H

#include <bpf/libbpf.h>

#include "handle.h"

struct program {
	struct program *next;
	const struct compiled_function *function;
	enum bpf_prog_type type;
	enum bpf_attach_type attach_type; /* 0 if the type of the program says it all */
	char *target;                     /* NULL: none */
	struct bpf_object *object;
	struct bpf_program *bpf; /* of object, loaded */
	bool spent;              /* cannot be attached any more; the next one to ask gets another */
};

/** What a program will be attached to, where the verifier wants to know that. */
struct program_target {
	enum bpf_attach_type type;
	const char *
		function; /* of the kernel or of one of its modules; or a security module's hook; NULL: none */
};

/** The function as a program of that type, loaded if it is not yet. Owned by the handle. 0, or errno, error set. */
int program_get(struct cbcc *b, const struct compiled_function *function, enum bpf_prog_type type,
		struct program **program);

/**
 * The same for a target, as programs of cgroups and of tracing need it; -ESRCH: BTF has no function of that name. Each
 * target is a program of its own.
 */
int program_get_for(struct cbcc *b, const struct compiled_function *function, enum bpf_prog_type type,
		    const struct program_target *target, struct program **program);

/** The same for a function in a section that says all of it. -EOPNOTSUPP: libbpf does not know the section. */
int program_get_by_section(struct cbcc *b, const struct compiled_function *function,
			   struct program **program);

/** Unloads what a function was loaded as: whether it was. */
bool programs_unload(struct cbcc *b, const struct compiled_function *function);

void programs_free(struct cbcc *b);

#endif
