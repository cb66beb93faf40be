/* SPDX-License-Identifier: Apache-2.0 */
#include "handle.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/opts.h"
#include "base/text_file.h"
#include "cache/cache.h"
#include "module/module.h"
#include "kernel/headers.h"
#include "kernel/release.h"
#include "kernel/syscalls.h"
#include "kernel/tracefs.h"
#include "links/auto_attach.h"
#include "links/link.h"
#include "links/usdt.h"
#include "loader/btf_text.h"
#include "loader/maps.h"
#include "loader/program.h"
#include "readers/events.h"
#include "readers/trace_pipe.h"
#include "symbols/symbols.h"
#include "tables/table.h"
#include "types/types.h"
#include "usdt/readers.h"

#define STRINGIFY(x) #x
#define VERSION(major, minor, patch) STRINGIFY(major) "." STRINGIFY(minor) "." STRINGIFY(patch)

const char *cbcc_version(void)
{
	return VERSION(CBCC_VERSION_MAJOR, CBCC_VERSION_MINOR, CBCC_VERSION_PATCH);
}

int handle_check(const struct cbcc *b, const char *call)
{
	return b ? 0 : error_missing("%s: the handle is NULL", call);
}

/* "a, b, c", for an error; allocated. */
static char *function_names(const struct cbcc *b)
{
	char *names = NULL;
	size_t size;
	FILE *out = open_memstream(&names, &size);

	if (!out)
		return NULL;
	for (size_t i = 0; i < b->unit.nfunctions; i++)
		fprintf(out, "%s%s", i ? ", " : "", b->unit.functions[i].name);
	fclose(out);
	return names;
}

const struct compiled_function *handle_function(const struct cbcc *b, const char *fn_name)
{
	char *names;

	for (size_t i = 0; i < b->unit.nfunctions; i++)
		if (strcmp(b->unit.functions[i].name, fn_name) == 0)
			return &b->unit.functions[i];
	names = function_names(b);
	error_say(-ENOENT, "the program has no function '%s' (it has: %s)", fn_name,
		  names && *names ? names : "none");
	free(names);
	error_about(CBCC_ERROR_USAGE, -ENOENT);
	return NULL;
}

/* Compiles b->text. */
static int compile_with(struct cbcc *b, const struct cbcc_opts *opts, const struct kernel_headers *headers)
{
	struct compile_request request = {
		.text = b->text,
		.text_size = strlen(b->text),
		.name = b->name,
		.cflags = opts->cflags,
		.ncflags = opts->ncflags,
		.debug = b->debug,
		.kernel_version = kernel_version_code(),
		.syscall_wrapper = syscall_is_wrapped(),
		.headers_source = headers->source,
		.headers_build = headers->build,
		.usdt_readers = b->usdt_readers,
		.portable = opts->portable,
		.private_trace = opts->private_trace,
		.open_tracefs = tracefs_open,
		.log = b->log.fn,
		.log_ctx = b->log.ctx,
	};
	/* Headers are many, and their directory may be anywhere. */
	const char *cache = opts->kernel_headers || opts->portable ? "" : opts->cache_dir;

	return cache_compile(cache, &request, &b->log, &b->unit);
}

static int handle_compile(struct cbcc *b, const struct cbcc_opts *opts)
{
	struct kernel_headers headers = { 0 };
	int err = opts->kernel_headers ? kernel_headers_find(&headers) : 0;

	if (!err && opts->nusdt_contexts)
		err = usdt_readers_make(opts->usdt_contexts, opts->nusdt_contexts, &b->usdt_readers);
	if (!err)
		err = compile_with(b, opts, &headers);
	kernel_headers_free(&headers);
	if (err)
		return error_about(CBCC_ERROR_COMPILE, err);
	if (b->unit.diagnostics)
		log_write(&b->log, CBCC_LOG_WARN, "%s", b->unit.diagnostics);
	if (b->debug & CBCC_DEBUG_BTF)
		btf_text_log(b);
	return opts->compile_only ? 0 : maps_create_if_awaited(b);
}

static int check_opts(const struct cbcc_opts *opts)
{
	if (opts->portable && (opts->kernel_headers || opts->nusdt_contexts))
		return error_say(
			-EINVAL,
			"struct cbcc_opts: portable objects cannot have %s, which are this machine's",
			opts->kernel_headers ? "kernel headers" : "USDT contexts");
	if (opts->ncflags && !opts->cflags)
		return error_say(-EINVAL, "struct cbcc_opts: cflags is NULL, ncflags is %zu", opts->ncflags);
	for (size_t i = 0; i < opts->ncflags; i++)
		if (!opts->cflags[i])
			return error_say(-EINVAL, "struct cbcc_opts: cflags[%zu] is NULL", i);
	if (opts->nusdt_contexts && !opts->usdt_contexts)
		return error_say(-EINVAL, "struct cbcc_opts: usdt_contexts is NULL, nusdt_contexts is %zu",
				 opts->nusdt_contexts);
	for (size_t i = 0; i < opts->nusdt_contexts; i++)
		if (!opts->usdt_contexts[i])
			return error_missing("struct cbcc_opts: usdt_contexts[%zu] is NULL", i);
	return 0;
}

struct cbcc *handle_make(const struct cbcc_opts *user_opts, struct cbcc_opts *opts, const char *name)
{
	struct cbcc *b;
	int err = opts_copy(opts, sizeof *opts, user_opts, "cbcc_opts");

	if (!err)
		err = check_opts(opts);
	if (err)
		return error_null(err);
	b = calloc(1, sizeof *b);
	if (!b)
		return error_null(error_set(-ENOMEM, "cannot create a handle"));
	b->log = (struct log){ opts->log, opts->log_ctx };
	b->debug = opts->debug;
	b->private_trace = opts->private_trace;
	b->portable = opts->portable;
	b->load_only = opts->load_only;
	b->compile_only = opts->compile_only;
	err = interrupt_open(&b->interrupt);
	b->name = strdup(name);
	b->text = strdup("");
	if (!err && b->name && b->text)
		return b;
	err = error_set(err ? err : -ENOMEM, "cannot create a handle");
	cbcc_free(b);
	return error_null(err);
}

/* The contexts' functions, as far as options say. */
static int start_usdt(struct cbcc *b, const struct cbcc_opts *opts)
{
	if (!opts->nusdt_contexts || opts->compile_only)
		return 0;
	if (opts->load_only)
		return usdt_load(b, opts->usdt_contexts, opts->nusdt_contexts);
	return usdt_attach(b, opts->usdt_contexts, opts->nusdt_contexts, opts->attach_usdt_ignore_pid);
}

struct cbcc *handle_compiled(char *text, const char *name, const struct cbcc_opts *user_opts)
{
	struct cbcc_opts opts;
	struct cbcc *b = handle_make(user_opts, &opts, name);
	int err = text ? 0 : error_set(-ENOMEM, "cannot copy the text");

	if (!b || err) {
		free(text);
		err = b ? err : -errno;
		cbcc_free(b);
		return error_null(err);
	}
	free(b->text);
	b->text = text;
	err = handle_compile(b, &opts);
	if (!err)
		err = start_usdt(b, &opts);
	if (!err)
		return b;
	cbcc_free(b);
	return error_null(err);
}

struct cbcc *handle_start(struct cbcc *b)
{
	int err = 0;

	if (b->load_only)
		err = auto_load(b);
	else if (!b->compile_only)
		err = auto_attach(b);
	if (!err)
		return b;
	cbcc_free(b);
	return error_null(err);
}

/* As handle_compiled(), with what attaches by its name attached. */
static struct cbcc *handle_create(char *text, const char *name, const struct cbcc_opts *opts)
{
	struct cbcc *b = handle_compiled(text, name, opts);

	return b ? handle_start(b) : NULL;
}

struct cbcc *cbcc_new(const char *text, const struct cbcc_opts *opts)
{
	if (!text)
		return error_null(error_say(-EINVAL, "cbcc_new: the text is NULL"));
	return handle_create(strdup(text), "<text>", opts);
}

struct cbcc *cbcc_new_from_file(const char *path, const struct cbcc_opts *opts)
{
	char *text;
	int err;

	if (!path)
		return error_null(error_say(-EINVAL, "cbcc_new_from_file: the path is NULL"));
	err = text_file_read(path, &text);
	if (err)
		return error_null(err);
	return handle_create(text, path, opts);
}

void cbcc_free(struct cbcc *b)
{
	int saved = errno;

	if (!b || events_defer_free(b))
		return;
	links_free(b);
	if (b->run_time_fd)
		close(b->run_time_fd);
	events_free(b);
	programs_free(b);
	tables_free(b);
	maps_free(b);
	types_free(b);
	symbols_free(b->symbols);
	trace_pipe_close(b->trace);
	compiler_release(&b->unit);
	interrupt_close(&b->interrupt);
	for (size_t i = 0; i < b->nsyscall_names; i++)
		free(b->syscall_names[i]);
	free(b->syscall_names);
	free(b->usdt_readers);
	free(b->name);
	free(b->text);
	free(b);
	errno = saved;
}

void cbcc_interrupt(struct cbcc *b)
{
	if (b)
		interrupt_request(&b->interrupt);
}

const void *cbcc_get_object(const struct cbcc *b, size_t *size)
{
	int err = handle_check(b, "cbcc_get_object");

	if (!err && !size)
		err = error_say(-EINVAL, "cbcc_get_object: size is NULL");
	if (err)
		return error_null(err);
	*size = b->unit.object_size;
	return b->unit.object;
}

const char *cbcc_get_syscall_prefix(struct cbcc *b)
{
	int err = handle_check(b, "cbcc_get_syscall_prefix");

	return err ? error_null(err) : syscall_prefix();
}

static const char *remember_name(struct cbcc *b, char *name)
{
	char **names = realloc(b->syscall_names, (b->nsyscall_names + 1) * sizeof *names);

	if (!names) {
		free(name);
		return error_null(error_set(-ENOMEM, "cbcc_get_syscall_fnname"));
	}
	b->syscall_names = names;
	names[b->nsyscall_names++] = name;
	return name;
}

/* One string for each name, however often it is asked for. Takes it. */
static const char *keep_name(struct cbcc *b, char *name)
{
	for (size_t i = 0; i < b->nsyscall_names; i++) {
		if (strcmp(b->syscall_names[i], name) == 0) {
			free(name);
			return b->syscall_names[i];
		}
	}
	return remember_name(b, name);
}

static const char *syscall_function(struct cbcc *b, const char *prefix, const char *name)
{
	char *full;

	if (asprintf(&full, "%s%s", prefix, name) < 0)
		return error_null(error_set(-ENOMEM, "cbcc_get_syscall_fnname"));
	return keep_name(b, full);
}

const char *cbcc_get_syscall_fnname(struct cbcc *b, const char *name)
{
	int err = handle_check(b, "cbcc_get_syscall_fnname");

	if (!err && !name)
		err = error_say(-EINVAL, "cbcc_get_syscall_fnname: the name is NULL");
	return err ? error_null(err) : syscall_function(b, syscall_prefix(), name);
}

const char *cbcc_fix_syscall_fnname(struct cbcc *b, const char *name)
{
	int err = handle_check(b, "cbcc_fix_syscall_fnname");

	if (!err && !name)
		err = error_say(-EINVAL, "cbcc_fix_syscall_fnname: the name is NULL");
	if (err)
		return error_null(err);
	return syscall_name(name) ? syscall_function(b, syscall_prefix(), syscall_name(name))
				  : syscall_function(b, "", name);
}
