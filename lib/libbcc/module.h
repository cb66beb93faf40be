/* SPDX-License-Identifier: Apache-2.0 */
/* A module of BCC's: a text, compiled, with its maps made; and what was given out of it, which lives as long. */
#ifndef CBCC_LIBBCC_MODULE_H
#define CBCC_LIBBCC_MODULE_H

#include <bpf/libbpf.h>

#include "handle.h"

/* A function's instructions, with the descriptors of maps in them. */
struct module_function {
	struct bpf_insn *instructions; /* NULL: they were not asked for */
	size_t size;                   /* in bytes */
};

/* A table's descriptions; NULL: they were not asked for. */
struct module_table {
	char *key, *leaf;
	char **event_fields;
	size_t nevent_fields;
	bool has_event_fields;
};

struct module {
	struct cbcc *b;
	struct module_function *functions; /* those of b */
	struct module_table *tables;       /* those of b */
	char *license;
};

/** The function of that name, or NULL. BCC names those of KFUNC_PROBE() without their module before 0.27. */
const struct compiled_function *module_find_function(const struct module *module, const char *name);

/** Its instructions; NULL with errno: out of memory. */
const struct module_function *module_instructions(struct module *module,
						  const struct compiled_function *function);

/* ---- instructions.c ---- */

/** Copies them out of the object, with the descriptors of maps put in. 0 or -errno, error set. */
int instructions_read(struct cbcc *b, const struct compiled_function *function,
		      struct module_function *result);

/** The text in the object's section of that name, allocated; NULL: there is none. */
char *object_section_text(const struct cbcc *b, const char *name);

#endif
