/* SPDX-License-Identifier: Apache-2.0 */
#include "loader/program.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/error.h"
#include "loader/libbpf_log.h"
#include "loader/maps.h"
#include "loader/verifier_log.h"

/* Address space; the verifier's log takes of it what it needs. */
#define LOG_SIZE (16u << 20)

#define VERIFIER_DEBUG (CBCC_DEBUG_BPF | CBCC_DEBUG_BPF_REGISTER_STATE)

static int open_object(const struct cbcc *b, struct bpf_object **object)
{
	LIBBPF_OPTS(bpf_object_open_opts, opts, .object_name = "cbcc");

	*object = bpf_object__open_mem(b->unit.object, b->unit.object_size, &opts);
	return *object ? 0 : error_set(-errno, "cannot read the compiled object");
}

/* The maps of the object that made them serve all; without declared maps, those of the first object loaded. */
static int share_maps(const struct cbcc *b, struct bpf_object *object)
{
	const struct bpf_object *owner = b->maps ? b->maps : b->programs ? b->programs->object : NULL;
	struct bpf_map *map;

	if (!owner)
		return 0;
	bpf_object__for_each_map(map, object)
	{
		struct bpf_map *first = b->maps ? maps_find(b, bpf_map__name(map))
						: bpf_object__find_map_by_name(owner, bpf_map__name(map));
		int err = first ? bpf_map__reuse_fd(map, bpf_map__fd(first)) : -ENOENT;

		if (!err && bpf_map__pin_path(map))
			err = bpf_map__set_pin_path(map, NULL); /* the first one is pinned */
		if (err)
			return error_set(err, "cannot share the map %s", bpf_map__name(map));
	}
	return 0;
}

static struct bpf_program *select_program(struct bpf_object *object, const char *symbol,
					  enum bpf_prog_type type)
{
	struct bpf_program *bpf, *selected = NULL;

	bpf_object__for_each_program(bpf, object)
	{
		bool wanted = strcmp(bpf_program__name(bpf), symbol) == 0;

		bpf_program__set_autoload(bpf, wanted);
		if (!wanted)
			continue;
		if (bpf_program__type(bpf) != type) /* a section's own type brings more with it */
			bpf_program__set_type(bpf, type);
		selected = bpf;
	}
	return selected;
}

static unsigned int verifier_log_level(unsigned int debug)
{
	if (debug & CBCC_DEBUG_BPF_REGISTER_STATE)
		return 2;
	return debug & CBCC_DEBUG_BPF ? 1 : 0;
}

/* Loads with a buffer for the verifier's log, which is an error's explanation or what debug asked for. */
static int load_logged(struct cbcc *b, struct program *program)
{
	char *log = mmap(NULL, LOG_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
			 -1, 0);
	int err;

	if (log == MAP_FAILED)
		return error_set(-errno, "cannot load '%s'", program->function->name);
	bpf_program__set_log_buf(program->bpf, log, LOG_SIZE);
	bpf_program__set_log_level(program->bpf, verifier_log_level(b->debug));
	err = bpf_object__load(program->object);
	if (err)
		verifier_log_error(err, program->function->name, log, b->text, b->name);
	else if (b->debug & VERIFIER_DEBUG)
		log_write(&b->log, CBCC_LOG_DEBUG, "%s: %s", program->function->name, log);
	bpf_program__set_log_buf(program->bpf, NULL, 0);
	munmap(log, LOG_SIZE);
	return err;
}

/* Loads the object without programs: libbpf 1.1 frees the kernel's BTF, which it read for a target, nowhere else. */
static void drop_kernel_btf(struct program *program)
{
	bpf_program__set_autoload(program->bpf, false);
	bpf_object__load(program->object);
}

static int set_target(struct program *program)
{
	int err;

	if (program->attach_type)
		bpf_program__set_expected_attach_type(program->bpf, program->attach_type);
	if (!program->target)
		return 0;
	err = bpf_program__set_attach_target(program->bpf, 0, program->target);
	if (!err)
		return 0;
	drop_kernel_btf(program);
	return error_set(err == -ENOENT ? -ESRCH : err, "cannot load '%s': no '%s' in the kernel's BTF",
			 program->function->name, program->target);
}

static int load(struct cbcc *b, struct program *program)
{
	int err = open_object(b, &program->object);

	if (err)
		return err;
	err = share_maps(b, program->object);
	if (err)
		return err;
	program->bpf = select_program(program->object, program->function->symbol, program->type);
	if (!program->bpf)
		return error_say(-ENOENT, "the object has no function '%s'", program->function->name);
	err = set_target(program);
	return err ? err : load_logged(b, program);
}

static void program_free(struct program *program)
{
	bpf_object__close(program->object);
	free(program->target);
	free(program);
}

/* Of types that can be attached in one way only: the verifier or a link wants it said all the same. */
static const struct {
	enum bpf_prog_type type;
	enum bpf_attach_type attach_type;
} only_attach_types[] = {
	{ BPF_PROG_TYPE_SOCK_OPS, BPF_CGROUP_SOCK_OPS }, { BPF_PROG_TYPE_CGROUP_DEVICE, BPF_CGROUP_DEVICE },
	{ BPF_PROG_TYPE_SK_MSG, BPF_SK_MSG_VERDICT },    { BPF_PROG_TYPE_CGROUP_SYSCTL, BPF_CGROUP_SYSCTL },
	{ BPF_PROG_TYPE_SK_LOOKUP, BPF_SK_LOOKUP },
};

static enum bpf_attach_type default_attach_type(enum bpf_prog_type type)
{
	for (size_t i = 0; i < sizeof only_attach_types / sizeof *only_attach_types; i++)
		if (only_attach_types[i].type == type)
			return only_attach_types[i].attach_type;
	return 0;
}

static bool is_same(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

static struct program *find(const struct cbcc *b, const struct compiled_function *function,
			    enum bpf_prog_type type, const struct program_target *target)
{
	for (struct program *p = b->programs; p; p = p->next)
		if (!p->spent && p->function == function && p->type == type &&
		    p->attach_type == target->type && is_same(p->target, target->function))
			return p;
	return NULL;
}

static struct program *create(const struct compiled_function *function, enum bpf_prog_type type,
			      const struct program_target *target)
{
	struct program *program = calloc(1, sizeof *program);

	if (!program)
		return NULL;
	program->function = function;
	program->type = type;
	program->attach_type = target->type;
	program->target = target->function ? strdup(target->function) : NULL;
	if (!target->function || program->target)
		return program;
	free(program);
	return NULL;
}

int program_get(struct cbcc *b, const struct compiled_function *function, enum bpf_prog_type type,
		struct program **result)
{
	const struct program_target target = { .type = default_attach_type(type) };

	return program_get_for(b, function, type, &target, result);
}

int program_get_for(struct cbcc *b, const struct compiled_function *function, enum bpf_prog_type type,
		    const struct program_target *target, struct program **result)
{
	struct program *program = find(b, function, type, target);
	int err;

	*result = program;
	if (program)
		return 0;
	err = maps_create(b);
	if (err)
		return err;
	program = create(function, type, target);
	if (!program)
		return error_set(-ENOMEM, "cannot load '%s'", function->name);
	libbpf_log_begin(&b->log, b->debug & CBCC_DEBUG_BTF);
	err = load(b, program);
	libbpf_log_end();
	if (err) {
		program_free(program);
		return error_about(CBCC_ERROR_LOAD, err);
	}
	program->next = b->programs;
	b->programs = program;
	*result = program;
	return 0;
}

int program_get_by_section(struct cbcc *b, const struct compiled_function *function, struct program **program)
{
	enum bpf_prog_type type;
	enum bpf_attach_type attach_type;
	const char *section = function->section + (*function->section == '?');
	int err;

	libbpf_log_begin(&b->log, b->debug & CBCC_DEBUG_BTF);
	err = libbpf_prog_type_by_name(section, &type, &attach_type);
	libbpf_log_end();
	if (err)
		return error_about(CBCC_ERROR_LOAD,
				   error_say(-EOPNOTSUPP,
					     "cannot load '%s': this libbpf does not know section '%s'",
					     function->name, section));
	return program_get(b, function, type, program);
}

/* Without declared maps, those of the first object loaded serve all: it stays. */
static bool has_all_maps(const struct cbcc *b, const struct program *program)
{
	return !b->maps && b->programs->next && !program->next;
}

bool programs_unload(struct cbcc *b, const struct compiled_function *function)
{
	struct program **at = &b->programs;
	bool found = false;

	while (*at) {
		struct program *program = *at;

		if (program->function != function || has_all_maps(b, program)) {
			found |= program->function == function;
			at = &program->next;
			continue;
		}
		*at = program->next;
		program_free(program);
		found = true;
	}
	return found;
}

void programs_free(struct cbcc *b)
{
	while (b->programs) {
		struct program *next = b->programs->next;

		program_free(b->programs);
		b->programs = next;
	}
}
