/* SPDX-License-Identifier: Apache-2.0 */
/* Iterators: programs that run while a file is read. */
#include <bpf/bpf.h>
#include <errno.h>
#include <string.h>

#include "base/error.h"
#include "base/opts.h"
#include "links/link.h"
#include "links/named.h"
#include "loader/libbpf_log.h"
#include "loader/program.h"

/* The kernel's union bpf_iter_link_info, which grows: as much of it as is used here. */
union limits {
	uint32_t map_fd;
	struct {
		uint32_t tid, pid;
	} task;
};

/* The size that the kernel has to know; 0: nothing is limited. */
static int limits_fill(struct cbcc *b, const struct cbcc_iter_opts *opts, union limits *limits)
{
	struct cbcc_table *table;

	memset(limits, 0, sizeof *limits);
	if (opts->pid < 0 || (opts->pid && opts->map))
		return error_say(-EINVAL, "struct cbcc_iter_opts: give a process, or a map, or neither");
	if (opts->pid) {
		limits->task.pid = (uint32_t)opts->pid;
		return sizeof limits->task;
	}
	if (!opts->map)
		return 0;
	table = cbcc_get_table(b, opts->map);
	if (!table)
		return -errno;
	limits->map_fd = (uint32_t)cbcc_table_fd(table);
	return sizeof limits->map_fd;
}

static int load(struct cbcc *b, const char *target, const struct compiled_function *function,
		struct program **program)
{
	const struct program_target what = { BPF_TRACE_ITER, target };
	int err = function->section ? program_get_by_section(b, function, program)
				    : program_get_for(b, function, BPF_PROG_TYPE_TRACING, &what, program);

	return err == -ESRCH ? error_say(-ENOENT, "cannot load '%s': this kernel has no iterator of '%s'",
					 function->name, target)
			     : err;
}

static int attach(struct cbcc *b, struct link *link, union limits *limits, int size)
{
	LIBBPF_OPTS(bpf_iter_attach_opts, opts, .link_info = size ? (void *)limits : NULL,
		    .link_info_len = (uint32_t)size);
	struct program *program;
	int err = load(b, link->event, link->function, &program);

	if (err)
		return err;
	libbpf_log_begin(&b->log, b->debug & CBCC_DEBUG_BTF);
	link->bpf = bpf_program__attach_iter(program->bpf, &opts);
	err = link->bpf ? 0 : -errno;
	libbpf_log_end();
	return err ? error_set(err, "cannot attach '%s' to the iterator of %s", link->function->name,
			       link->event)
		   : 0;
}

static int open_stream(const struct link *link)
{
	int fd = bpf_iter_create(bpf_link__fd(link->bpf));

	return fd < 0 ? error_set(-errno, "cannot open the iterator '%s'", link->function->name) : fd;
}

static int attach_new(struct cbcc *b, const char *target, const struct compiled_function *function,
		      const struct cbcc_iter_opts *opts)
{
	union limits limits;
	int size = limits_fill(b, opts, &limits), err, fd = -1;
	struct link *link = size < 0 ? NULL : link_create(LINK_ITERATOR, target, function);

	if (size < 0)
		return size;
	err = link ? attach(b, link, &limits, size) : -ENOMEM;
	if (!err) {
		fd = open_stream(link);
		err = fd < 0 ? fd : 0;
	}
	if (err)
		link_free(link);
	else
		link_add(b, link);
	return err ? err : fd;
}

static int find_function(struct cbcc *b, const char *call, const char *fn_name,
			 const struct compiled_function **function, const char **target)
{
	return named_function(b, call, "bpf_iter__", "iter", fn_name, function, target);
}

int cbcc_attach_iter(struct cbcc *b, const char *fn_name, const struct cbcc_iter_opts *user_opts)
{
	const struct compiled_function *function;
	struct cbcc_iter_opts opts;
	const char *target;
	int err = find_function(b, "cbcc_attach_iter", fn_name, &function, &target);

	if (!err)
		err = opts_copy(&opts, sizeof opts, user_opts, "cbcc_iter_opts");
	if (err)
		return err;
	if (link_find(b, LINK_ITERATOR, NULL, function))
		err = error_say(-EEXIST, "'%s' is already attached: cbcc_open_iter() opens it once more",
				function->name);
	else
		err = attach_new(b, target, function, &opts);
	return error_about(CBCC_ERROR_ATTACH, err);
}

int cbcc_open_iter(struct cbcc *b, const char *fn_name)
{
	const struct compiled_function *function;
	const char *target;
	int err = find_function(b, "cbcc_open_iter", fn_name, &function, &target);
	const struct link *link = err ? NULL : link_find(b, LINK_ITERATOR, NULL, function);

	if (err)
		return err;
	if (!link)
		return error_say(-ENOENT, "'%s' is not attached to any iterator", function->name);
	return open_stream(link);
}

int cbcc_detach_iter(struct cbcc *b, const char *fn_name)
{
	const struct compiled_function *function;
	const char *target;
	int err = find_function(b, "cbcc_detach_iter", fn_name, &function, &target);

	return err ? err : links_detach_function(b, LINK_ITERATOR, function);
}
