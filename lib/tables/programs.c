/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Functions in program arrays. The kernel lets an array hold programs of one type, that of the first program that was
 * loaded with it or put into it, and tells which in the map's file of /proc/self/fdinfo.
 */
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "base/error.h"
#include "loader/program.h"
#include "tables/table.h"

/* The type of the array's programs; BPF_PROG_TYPE_UNSPEC: it has none yet. */
static enum bpf_prog_type owner_type(const struct cbcc_table *t)
{
	unsigned int type = BPF_PROG_TYPE_UNSPEC;
	char path[64], line[128];
	FILE *info;

	snprintf(path, sizeof path, "/proc/self/fdinfo/%d", t->fd);
	info = fopen(path, "re");
	if (!info)
		return BPF_PROG_TYPE_UNSPEC;
	while (fgets(line, sizeof line, info) && sscanf(line, "owner_prog_type: %u", &type) != 1)
		;
	fclose(info);
	return (enum bpf_prog_type)type;
}

static int load(struct cbcc_table *t, const struct compiled_function *function, struct program **program)
{
	enum bpf_prog_type type = owner_type(t);

	if (function->section)
		return program_get_by_section(t->b, function, program);
	if (type == BPF_PROG_TYPE_UNSPEC)
		return error_say(
			-EINVAL,
			"cannot put '%s' into table '%s': attach the program first that calls it, whose type "
			"it gets",
			function->name, t->name);
	return program_get(t->b, function, type, program);
}

int cbcc_table_set_function(struct cbcc_table *t, uint32_t index, const char *fn_name)
{
	int err = table_check(t, TABLE_PROGRAMS, "cbcc_table_set_function", fn_name, fn_name);
	const struct compiled_function *function;
	struct program *program;
	int fd;

	if (err)
		return err;
	function = handle_function(t->b, fn_name);
	if (!function)
		return -ENOENT;
	err = load(t, function, &program);
	if (err)
		return err;
	fd = bpf_program__fd(program->bpf);
	return cbcc_table_update(t, &index, &fd, 0);
}
