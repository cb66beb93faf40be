/* SPDX-License-Identifier: Apache-2.0 */
/* Attaching by BTF: what kfunc.c and lsm.c share. */
#ifndef CBCC_TRACING_PRIVATE_H
#define CBCC_TRACING_PRIVATE_H

#include "links/link.h"
#include "loader/program.h"

struct tracing_site {
	enum link_kind kind;
	const char *event; /* as messages name it */
	enum bpf_prog_type program_type;
	struct program_target target;
	const char *module; /* that has to have the target, with module_length characters; NULL: any */
	size_t module_length;
};

/** The function as a program for that target, loaded; explained where it cannot be had. 0, or errno, error set. */
int tracing_load(struct cbcc *b, const struct tracing_site *site, const struct compiled_function *function,
		 struct program **program);

/**
 * Attaches a function there and adds the link. 0, or errno, error set; -ENOENT: the kernel's BTF has no such target;
 * -EOPNOTSUPP: the kernel cannot attach programs there.
 */
int tracing_attach(struct cbcc *b, const struct tracing_site *site, const struct compiled_function *function);

#endif
