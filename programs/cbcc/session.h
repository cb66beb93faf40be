/* SPDX-License-Identifier: Apache-2.0 */
/* One run of a program: what all parts of the output share. */
#ifndef CBCC_SESSION_H
#define CBCC_SESSION_H

#include <stdio.h>

#include "cbcc.h"
#include "child.h"
#include "options.h"
#include "program.h"
#include "scratch.h"

struct buffer;

struct session {
	const struct options *options;
	const struct program *program;
	struct cbcc *b;
	FILE *out;
	int write_error;           /* errno of the first that failed; EPIPE: nobody reads any more */
	bool color;                /* what is written may be bold */
	struct cbcc_table *stacks; /* the text's one table of stacks; NULL: it has none, or several */
	struct buffer *buffers;    /* perf and ring buffers */
	size_t nbuffers;
	struct buffer *shown; /* whose events were last written */
	bool traces;          /* the program prints lines */
	struct words iterators; /* functions that are attached as such */
	bool ending;            /* the maps are printed for the last time */
	char *folded;           /* for --svg: the lines of folds */
	size_t folded_size;
	FILE *folds;            /* where stacks go as lines; NULL: they are shown as they are */
	struct scratch scratch; /* of one cell of a table, or line */
	int pid;              /* of -p or -c; 0: none */
	struct child child;
	uint64_t written; /* events and trace lines */
};

/** Whether as much has been written as -n asks for. */
bool session_is_full(const struct session *session);

/** Writes what is buffered, so that who reads sees it at once. */
void session_flush(struct session *session);

/** Writes the time of day, HH:MM:SS. */
void session_put_time(const struct session *session);

#endif
