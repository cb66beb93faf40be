/* SPDX-License-Identifier: Apache-2.0 */
/* Values as people read them, by their C types and, where these do not tell, by their names. */
#ifndef CBCC_VALUE_H
#define CBCC_VALUE_H

#include "session.h"

/* How a value is shown. */
enum show {
	SHOW_NOTHING, /* padding, and what has no values */
	SHOW_NUMBER,  /* integers, bool, floating point numbers */
	SHOW_ENUM,
	SHOW_TEXT,    /* an array of char */
	SHOW_IPV4,    /* __be32 */
	SHOW_PORT,    /* __be16 */
	SHOW_IPV6,    /* struct in6_addr, 16 bytes named ...addr */
	SHOW_MAC,     /* 6 bytes */
	SHOW_ADDRESS, /* a pointer: a symbol of the kernel, or a number */
	SHOW_STACK,   /* the number of a stack */
	SHOW_SYSCALL, /* syscall_t: a system call's number */
	SHOW_PARTS,   /* a struct, whose members are shown */
	SHOW_LIST,    /* another array */
};

/** How a field is to be shown. */
enum show value_show(const struct session *session, const struct cbcc_field *field);

/** Writes it: data are size bytes of the value that the field is in. Not for SHOW_STACK and SHOW_PARTS in columns. */
void value_put(struct session *session, FILE *out, const struct cbcc_field *field, const void *data, size_t size);

/** Writes it as JSON. whole is the outermost type, whose members say of which process a stack is. */
void value_put_json(struct session *session, FILE *out, const struct cbcc_field *field,
		    const struct cbcc_type *whole, const void *data, size_t size);

/**
 * The parts that a struct is shown by, its members; of a union one stands for all, the largest. The offset is counted as that of
 * the whole. false: there are no more.
 */
bool value_part(const struct cbcc_field *whole, size_t i, struct cbcc_field *part);

/** Whether a member's name, the last part of a path, is one that is not shown. */
bool value_is_hidden(const char *name);

#endif
