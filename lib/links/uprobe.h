/* SPDX-License-Identifier: Apache-2.0 */
/* Attaching to places in user space. */
#ifndef CBCC_UPROBE_LINK_H
#define CBCC_UPROBE_LINK_H

#include "links/link.h"
#include "process/binary.h"

/* A place in a file. */
struct uprobe_place {
	const struct binary *binary;
	uint64_t offset; /* in the file */
	uint64_t ref_ctr_offset;
	uint64_t cookie; /* that the program gets; 0: none, which is all that kernels before 5.15 have */
	pid_t pid;       /* 0: all */
	bool returns;
};

/** Attaches link, which is in no list yet, to a place. 0, or errno, error set. */
int uprobe_link(struct cbcc *b, struct link *link, const struct uprobe_place *place);

/** Where in the file the code at an address is; -EINVAL if there is none, error set. */
int uprobe_offset(const struct binary *binary, uint64_t address, uint64_t *offset);

/** What is attached where: a function by its symbol or, if that is NULL, by its address. */
struct uprobe_site {
	enum link_kind kind; /* LINK_UPROBE or LINK_URETPROBE */
	const char *name, *symbol, *regex;
	uint64_t address, offset, ref_ctr_offset;
	pid_t pid; /* 0: all */
	bool demangled;
};

/** Attaches a function there and adds the links. Their number, or errno, error set. */
int uprobe_attach(struct cbcc *b, const struct uprobe_site *site, const struct compiled_function *function);

#endif
