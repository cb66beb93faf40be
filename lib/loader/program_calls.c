/* SPDX-License-Identifier: Apache-2.0 */
/* The public calls on functions as programs. */
#include <bpf/bpf.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/opts.h"
#include "links/kprobe_multi.h"
#include "links/link.h"
#include "loader/disassemble.h"
#include "loader/libbpf_log.h"
#include "loader/program.h"
#include "tables/table.h"

int cbcc_num_functions(const struct cbcc *b)
{
	int err = handle_check(b, "cbcc_num_functions");

	return err ? err : (int)b->unit.nfunctions;
}

const char *cbcc_function_name(const struct cbcc *b, int index)
{
	int err = handle_check(b, "cbcc_function_name");

	if (!err && (index < 0 || (size_t)index >= b->unit.nfunctions))
		err = error_say(-EINVAL, "cbcc_function_name: the text has %zu functions",
				b->unit.nfunctions);
	return err ? error_null(err) : b->unit.functions[index].name;
}

const char *cbcc_function_section(const struct cbcc *b, int index)
{
	const char *name = cbcc_function_name(b, index);

	if (!name || b->unit.functions[index].section)
		return name ? b->unit.functions[index].section : NULL;
	return error_null(error_say(-ENOENT, "no section says what runs '%s'", name));
}

int cbcc_load_func(struct cbcc *b, const char *fn_name, int prog_type, const struct cbcc_load_opts *user_opts)
{
	const struct compiled_function *function;
	struct cbcc_load_opts opts;
	struct program *program;
	int err = link_arguments(b, "cbcc_load_func", fn_name, &function);

	if (!err)
		err = opts_copy(&opts, sizeof opts, user_opts, "cbcc_load_opts");
	if (err)
		return err;
	if (opts.attach_type || opts.target) {
		const struct program_target target = { (enum bpf_attach_type)opts.attach_type, opts.target };

		err = program_get_for(b, function, (enum bpf_prog_type)prog_type, &target, &program);
	} else {
		err = program_get(b, function, (enum bpf_prog_type)prog_type, &program);
	}
	if (err)
		return err == -ESRCH ? -ENOENT : err;
	return bpf_program__fd(program->bpf);
}

int cbcc_unload_func(struct cbcc *b, const char *fn_name)
{
	const struct compiled_function *function;
	int err = link_arguments(b, "cbcc_unload_func", fn_name, &function);

	if (err)
		return err;
	for (const struct link *link = b->links; link; link = link->next)
		if (link->function == function)
			return error_say(-EBUSY, "'%s' is attached to %s %s", fn_name,
					 link_kind_name(link->kind), link->event);
	return programs_unload(b, function) ? 0 : error_say(-ENOENT, "'%s' is not loaded", fn_name);
}

/* The program that the function was last loaded as; NULL, error set, if it is not. */
static const struct program *loaded(const struct cbcc *b, const struct compiled_function *function)
{
	for (const struct program *program = b->programs; program; program = program->next)
		if (program->function == function)
			return program;
	error_say(-ENOENT, "'%s' is not loaded", function->name);
	return NULL;
}

/* Calls use with the instructions, which are gone afterwards. */
static int with_instructions(struct cbcc *b, const struct compiled_function *function,
			     int (*use)(void *ctx, const struct bpf_insn *instructions, size_t count),
			     void *ctx)
{
	LIBBPF_OPTS(bpf_object_open_opts, opts, .object_name = "cbcc");
	const struct program *program = loaded(b, function);
	struct bpf_object *object;
	const struct bpf_program *bpf;
	int result;

	if (program)
		return use(ctx, bpf_program__insns(program->bpf), bpf_program__insn_cnt(program->bpf));
	libbpf_log_begin(&b->log, b->debug & CBCC_DEBUG_BTF);
	object = bpf_object__open_mem(b->unit.object, b->unit.object_size, &opts);
	libbpf_log_end();
	bpf = object ? bpf_object__find_program_by_name(object, function->symbol) : NULL;
	if (bpf)
		result = use(ctx, bpf_program__insns(bpf), bpf_program__insn_cnt(bpf));
	else
		result = error_say(-ENOMEM, "cannot read the instructions of '%s'", function->name);
	bpf_object__close(object);
	return result;
}

struct buffer {
	void *buf;
	size_t size;
};

static int copy(void *ctx, const struct bpf_insn *instructions, size_t count)
{
	const struct buffer *buffer = ctx;
	size_t size = count * sizeof *instructions;

	if (buffer->size)
		memcpy(buffer->buf, instructions, size < buffer->size ? size : buffer->size);
	return (int)size;
}

ssize_t cbcc_dump_func(struct cbcc *b, const char *fn_name, void *buf, size_t size)
{
	const struct compiled_function *function;
	int err = link_arguments(b, "cbcc_dump_func", fn_name, &function);

	if (!err && !buf && size)
		err = error_say(-EINVAL, "cbcc_dump_func: the buffer is NULL");
	return err ? err : with_instructions(b, function, copy, &(struct buffer){ buf, size });
}

static int print(void *out, const struct bpf_insn *instructions, size_t count)
{
	return disassemble(instructions, count, out);
}

int cbcc_disassemble_func(struct cbcc *b, const char *fn_name, FILE *out)
{
	const struct compiled_function *function;
	int err = link_arguments(b, "cbcc_disassemble_func", fn_name, &function);

	if (!err && !out)
		err = error_say(-EINVAL, "cbcc_disassemble_func: the file is NULL");
	return err ? err : with_instructions(b, function, print, out);
}

static void fill_info(const struct bpf_prog_info *from, struct cbcc_program_info *info)
{
	*info = (struct cbcc_program_info){
		.id = from->id,
		.type = from->type,
		.instructions = from->xlated_prog_len / sizeof(struct bpf_insn),
		.machine_code_size = from->jited_prog_len,
		.verified = from->verified_insns,
		.maps = from->nr_map_ids,
		.load_time = from->load_time,
		.runs = from->run_cnt,
		.run_time = from->run_time_ns,
		.recursion_misses = from->recursion_misses,
	};
	memcpy(info->name, from->name, sizeof info->name);
	memcpy(info->tag, from->tag, sizeof info->tag);
}

int cbcc_get_program_info(struct cbcc *b, const char *fn_name, struct cbcc_program_info *info)
{
	const struct compiled_function *function;
	struct bpf_prog_info from = { 0 };
	uint32_t size = sizeof from;
	const struct program *program;
	int err = link_arguments(b, "cbcc_get_program_info", fn_name, &function);

	if (err)
		return err;
	if (!info)
		return error_say(-EINVAL, "cbcc_get_program_info: info is NULL");
	program = loaded(b, function);
	if (!program)
		return -ENOENT;
	if (bpf_obj_get_info_by_fd(bpf_program__fd(program->bpf), &from, &size) != 0)
		return error_set(-errno, "cannot ask the kernel about '%s'", fn_name);
	fill_info(&from, info);
	return 0;
}

int cbcc_count_run_time(struct cbcc *b, bool on)
{
	int err = handle_check(b, "cbcc_count_run_time");

	if (err || on == (b->run_time_fd > 0))
		return err;
	if (!on) {
		close(b->run_time_fd);
		b->run_time_fd = 0;
		return 0;
	}
	b->run_time_fd = bpf_enable_stats(BPF_STATS_RUN_TIME);
	if (b->run_time_fd > 0)
		return 0;
	b->run_time_fd = 0;
	return error_set(-errno, "cannot count the runs of programs");
}

static int pin(int fd, const char *what, const char *path)
{
	if (!path)
		return error_say(-EINVAL, "cannot pin '%s': the path is NULL", what);
	if (bpf_obj_pin(fd, path) == 0)
		return 0;
	return error_set(-errno, "cannot pin '%s' at %s", what, path);
}

int cbcc_pin_func(struct cbcc *b, const char *fn_name, const char *path)
{
	const struct compiled_function *function;
	const struct program *program;
	int err = link_arguments(b, "cbcc_pin_func", fn_name, &function);

	if (err)
		return err;
	program = loaded(b, function);
	return program ? pin(bpf_program__fd(program->bpf), fn_name, path) : -ENOENT;
}

int cbcc_pin_table(struct cbcc_table *table, const char *path)
{
	if (!table)
		return error_say(-EINVAL, "cbcc_pin_table: the table is NULL");
	return pin(table->fd, table->name, path);
}

/* The descriptor of a link's link; -1 if it has none. */
static int link_fd(const struct link *link)
{
	bool holds_links = link->kind == LINK_XDP || link->kind == LINK_TC || link->kind == LINK_FUNC;

	if (link->multi)
		return kprobe_multi_fd(link->multi);
	if (link->bpf)
		return bpf_link__fd(link->bpf);
	return holds_links && link->nfds ? link->fds[0] : -1;
}

int cbcc_pin_link(struct cbcc *b, const char *fn_name, const char *path)
{
	const struct compiled_function *function;
	const struct link *link;
	int err = link_arguments(b, "cbcc_pin_link", fn_name, &function);

	if (err)
		return err;
	for (link = b->links; link && link->function != function;)
		link = link->next;
	if (!link)
		return error_say(-ENOENT, "'%s' is not attached", fn_name);
	if (link_fd(link) < 0)
		return error_say(-EOPNOTSUPP, "'%s' is not attached to %s %s by a link of the kernel's",
				 fn_name, link_kind_name(link->kind), link->event);
	return pin(link_fd(link), fn_name, path);
}

int cbcc_unpin(const char *path)
{
	if (!path)
		return error_say(-EINVAL, "cbcc_unpin: the path is NULL");
	return unlink(path) == 0 ? 0 : error_set(-errno, "cannot remove %s", path);
}
