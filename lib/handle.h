/* SPDX-License-Identifier: Apache-2.0 */
/* The handle: what belongs to one program text. */
#ifndef CBCC_HANDLE_H
#define CBCC_HANDLE_H

#include "base/interrupt.h"
#include "base/log.h"
#include "cbcc.h"
#include "compiler/compiler.h"

struct bpf_map;
struct bpf_object;
struct events;
struct cbcc_table;
struct link;
struct program;
struct symbols;
struct trace_pipe;
struct types;

struct cbcc {
	struct log log;
	struct interrupt interrupt; /* of whatever waits for output */
	unsigned int debug; /* enum cbcc_debug */
	char *text;
	char *name; /* of the text, in diagnostics */
	struct compiled unit;
	char *usdt_readers; /* that were put before the text; NULL: none */
	struct bpf_object
		*maps; /* that made the maps declared in the text; NULL until a program needs them */
	struct bpf_map **text_maps; /* those of unit.maps, in maps; NULL as long as that is */
	struct program *programs;   /* loaded so far; the last loaded first */
	struct link *links;         /* the last attached first */
	int run_time_fd;            /* by which the kernel counts the runs of programs; 0: it does not */
	struct events *events;      /* the open buffers; NULL until there is one */
	bool load_only;             /* nothing attaches by its name */
	bool compile_only;          /* nor is loaded */
	bool portable;              /* the object is for other kernels, too */
	bool private_trace;         /* the programs print to a ring buffer of their own */
	struct cbcc_table *tables;  /* that were asked for; the last one first */
	struct types *types;        /* of the object; NULL until they are needed */
	struct symbols *symbols;    /* of the kernel and of processes; NULL until they are needed */
	struct trace_pipe *trace;   /* NULL until it is first read */
	char **syscall_names;       /* given out by cbcc_get_syscall_fnname() */
	size_t nsyscall_names;
};

/**
 * A handle without a text. *opts receives the options, as this library knows them. NULL with errno and the error set if
 * that fails.
 */
struct cbcc *handle_make(const struct cbcc_opts *user_opts, struct cbcc_opts *opts, const char *name);

/** Attaches what attaches by its name, or what else options say. The handle is freed if that fails: NULL with errno. */
struct cbcc *handle_start(struct cbcc *b);

/**
 * A handle of a text that is compiled, with nothing attached but its USDT contexts, not even what attaches by its name. Takes ownership of
 * text, which may be NULL (out of memory). NULL with errno and the error set if that fails.
 */
struct cbcc *handle_compiled(char *text, const char *name, const struct cbcc_opts *opts);

/**
 * Checks the handle that a public call was given: 0, or -EINVAL. An error that is set already stays, so that calls on
 * the NULL of a failed cbcc_new() do not hide its reason.
 */
int handle_check(const struct cbcc *b, const char *call);

/** The function of that name, or NULL with the error set. */
const struct compiled_function *handle_function(const struct cbcc *b, const char *fn_name);

#endif
