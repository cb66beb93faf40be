/* SPDX-License-Identifier: Apache-2.0 */
/* What the command line asks for. */
#ifndef CBCC_OPTIONS_H
#define CBCC_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "status.h"
#include "words.h"

/* Instead of tracing. */
enum action {
	ACTION_TRACE = 0,
	ACTION_HELP,
	ACTION_VERSION,
	ACTION_INFO,
	ACTION_LIST,
	ACTION_PROGRAMS, /* list the bundled ones */
	ACTION_CHECK,
	ACTION_DISASSEMBLE,
	ACTION_BUILD,
};

enum format {
	FORMAT_TEXT = 0,
	FORMAT_JSON,
	FORMAT_FOLDED,
};

enum color {
	COLOR_AUTO = 0, /* on a terminal */
	COLOR_ALWAYS,
	COLOR_NEVER,
};

struct options {
	enum action action;
	const char *text;    /* -e; NULL: a program is named */
	struct words words;  /* what is no option: the program, unless there is a text, and its arguments */
	struct words cflags; /* for the compiler */
	struct words probes; /* "KIND:WHERE=FUNCTION", in their order */
	struct words prints; /* the tables to print; none: all that are for people */
	const char *list;    /* -l */
	const char *output;  /* -o; NULL: standard output */
	const char *svg;     /* the flame graph's file */
	const char *command; /* -c */
	const char *cache;   /* folder of compiled texts */
	int pid;             /* -p; 0: none */
	double interval;     /* -i, seconds; 0: none */
	double duration;     /* -d, seconds; 0: none */
	uint64_t count;      /* -n; 0: no end */
	uint64_t top;        /* entries of a table; 0: all */
	uint64_t pages;      /* of a perf buffer on each processor; 0: the default */
	enum format format;
	enum color color;
	bool clear;          /* tables, when they have been printed */
	bool time;           /* a column of the time */
	bool verbose, quiet;
	bool kernel_headers; /* compile with the installed ones */
	bool trace_pipe;     /* the machine's, not a private one */
};

/** Reads the words of a command line into options, on top of what is there. */
enum status options_parse(struct options *options, int argc, char **argv);

void options_free(struct options *options);

#endif
