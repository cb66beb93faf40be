/* SPDX-License-Identifier: Apache-2.0 */
#include "links/auto_attach.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "kernel/syscalls.h"
#include "kernel/tracefs.h"
#include "links/kfunc.h"
#include "links/kprobe.h"
#include "links/link.h"
#include "links/lsm.h"
#include "links/raw_tracepoint.h"
#include "links/section.h"
#include "loader/maps.h"
#include "loader/program.h"

typedef int (*attach_fn)(struct cbcc *b, enum link_kind kind, const char *rest,
			 const struct compiled_function *function);

/* kprobe__FUNCTION; a system call's function may be named as on another architecture. */
static int attach_function(struct cbcc *b, enum link_kind kind, const char *name,
			   const struct compiled_function *function)
{
	const char *syscall = syscall_name(name);

	if (syscall)
		return kprobe_attach_syscall(b, kind, syscall, function);
	return kprobe_attach(b, &(struct kprobe_site){ .kind = kind, .event = name }, function);
}

/*
 * syscall__NAME. Programs also name functions so that they attach themselves, after anything: what is no system call
 * is left to them, and so is attaching again what is.
 */
static int attach_syscall(struct cbcc *b, enum link_kind kind, const char *name,
			  const struct compiled_function *function)
{
	int err = kprobe_attach_syscall(b, kind, name, function);

	if (err == -ENOENT) {
		log_write(&b->log, CBCC_LOG_INFO, "'%s' is not attached: %s is no system call",
			  function->name, name);
		return 0;
	}
	if (!err)
		b->links->by_name = true;
	return err;
}

static bool is_tracepoint(const char *rest, const char *separator)
{
	char *category = strndup(rest, (size_t)(separator - rest));
	bool is = category && tracefs_event_id(category, separator + 2) >= 0;

	free(category);
	return is;
}

/* Both names may have "__" in them: the last one that makes a tracepoint's divides them; the first if none does. */
static const char *find_separator(const char *rest)
{
	const char *first = strstr(rest, "__");

	for (const char *at = rest + strlen(rest); first && at > first; at--)
		if (strncmp(at, "__", 2) == 0 && is_tracepoint(rest, at))
			return at;
	return first;
}

/* tracepoint__CATEGORY__EVENT */
static int attach_tracepoint(struct cbcc *b, enum link_kind kind, const char *rest,
			     const struct compiled_function *function)
{
	const char *separator = find_separator(rest);
	char *tp;
	int err;

	(void)kind;
	if (!separator)
		return error_say(-EINVAL, "'%s' does not name a tracepoint: tracepoint__CATEGORY__EVENT",
				 function->name);
	if (asprintf(&tp, "%.*s:%s", (int)(separator - rest), rest, separator + 2) < 0)
		return error_set(-ENOMEM, "cannot attach '%s'", function->name);
	err = cbcc_attach_tracepoint(b, tp, function->name);
	free(tp);
	return err;
}

static const struct {
	const char *prefix;
	enum link_kind kind;
	attach_fn attach;
} rules[] = {
	{ "kprobe__", LINK_KPROBE, attach_function },
	{ "kretprobe__", LINK_KRETPROBE, attach_function },
	{ "syscall__", LINK_KPROBE, attach_syscall },
	{ "tracepoint__", LINK_TRACEPOINT, attach_tracepoint },
	{ "raw_tracepoint__", LINK_RAW_TRACEPOINT, raw_tracepoint_attach },
	{ "kfunc__", LINK_KFUNC, kfunc_attach },
	{ "kretfunc__", LINK_KRETFUNC, kfunc_attach },
	{ "lsm__", LINK_LSM, lsm_attach },
};

static int attach_one(struct cbcc *b, const struct compiled_function *function)
{
	if (function->section)
		return section_attach(b, function);
	for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
		size_t length = strlen(rules[i].prefix);

		if (strncmp(function->name, rules[i].prefix, length) == 0)
			return rules[i].attach(b, rules[i].kind, function->name + length, function);
	}
	return 0;
}

static int fill_slot(struct cbcc *b, const struct compiled_map *map, const struct compiled_slot *slot)
{
	const struct compiled_function *function = handle_function(b, slot->function);
	struct program *program;
	int err, fd;

	if (!function)
		return -ENOENT;
	if (!function->section)
		return error_say(-EINVAL, "cannot put '%s' into the map %s: no section says its type",
				 function->name, map->name);
	err = program_get_by_section(b, function, &program);
	if (err)
		return err;
	fd = bpf_program__fd(program->bpf);
	if (bpf_map_update_elem(bpf_map__fd(maps_find(b, map->name)), &slot->index, &fd, BPF_ANY) != 0)
		return error_set(-errno, "cannot put '%s' into the map %s", function->name, map->name);
	return 0;
}

int fill_program_arrays(struct cbcc *b)
{
	for (size_t i = 0; i < b->unit.nmaps; i++)
		for (size_t slot = 0; slot < b->unit.maps[i].nslots; slot++) {
			int err = fill_slot(b, &b->unit.maps[i], &b->unit.maps[i].slots[slot]);

			if (err)
				return err;
		}
	return 0;
}

int auto_attach(struct cbcc *b)
{
	int err = fill_program_arrays(b);

	for (size_t i = 0; i < b->unit.nfunctions && !err; i++)
		err = attach_one(b, &b->unit.functions[i]);
	return error_about(CBCC_ERROR_ATTACH, err);
}
