/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Formats of a private trace stream, taken apart: for the compiler, which has to know what values point to, and for the
 * reader, which prints them. What bpf_trace_printk() of any kernel knows, they know; and besides, '#' and precisions.
 */
#ifndef CBCC_RECORD_FORMAT_H
#define CBCC_RECORD_FORMAT_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

enum piece_kind {
	PIECE_TEXT,
	PIECE_BAD,     /* a conversion that does not exist; stands for itself, without a value */
	PIECE_INTEGER, /* d i u x X o c */
	PIECE_POINTER, /* p px pK, and symbols: ps pS pB */
	PIECE_STRING,  /* s pks pus */
	PIECE_ADDRESS, /* of the internet: pi4 pI4 pi6 pI6 */
};

struct format_piece {
	enum piece_kind kind;
	const char *text; /* all of it */
	size_t length;
	size_t options;    /* characters behind the "%": flags, width and precision */
	unsigned int bits; /* PIECE_INTEGER: 8 to 64 */
	char letter;       /* PIECE_INTEGER: d u x X o c; PIECE_STRING: s, k or u; PIECE_ADDRESS: i or I */
	char version;      /* PIECE_ADDRESS: 4 or 6, as a digit */
};

/** Takes the next piece off the format. false at its end. */
bool record_format_next(const char **format, struct format_piece *piece);

/** Whether the piece prints a value. */
bool piece_has_value(const struct format_piece *piece);

/** How many bytes of what its value points to a piece needs; 0: none. */
size_t piece_memory(const struct format_piece *piece);

#ifdef __cplusplus
}
#endif

#endif
