/* SPDX-License-Identifier: Apache-2.0 */
#include "objects/description.h"

#include <bpf/libbpf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "cache/unit.h"
#include "loader/libbpf_log.h"
#include "module/compiled.h"

#define MARK "cbcc object"
#define VERSION 1 /* of the description; a reader knows one */

void description_put(struct bytes *bytes, const struct cbcc *b)
{
	struct compiled unit = b->unit;

	unit.object = NULL;
	unit.object_size = 0;
	unit.diagnostics = NULL;
	bytes_put_string(bytes, MARK);
	bytes_put_number(bytes, VERSION);
	bytes_put_string(bytes, cbcc_version());
	bytes_put_number(bytes, b->private_trace);
	unit_put(bytes, &unit);
}

static bool has_mark(struct bytes_reader *reader)
{
	size_t size;
	const char *mark = bytes_get_block(reader, &size);

	return mark && size == strlen(MARK) && memcmp(mark, MARK, size) == 0;
}

static bool is_sorted(const struct compiled *unit)
{
	for (size_t i = 1; i < unit->nfunctions; i++)
		if (strcmp(unit->functions[i - 1].name, unit->functions[i].name) >= 0)
			return false;
	return true;
}

static bool are_maps_valid(const struct compiled *unit)
{
	for (size_t i = 0; i < unit->nmaps; i++) {
		const struct compiled_map *map = &unit->maps[i];

		if (!*map->name || (unsigned int)map->sharing > MAP_EXTERN ||
		    (unsigned int)map->histogram > MAP_LOG2)
			return false;
	}
	return true;
}

/* unit_get() gives what another program of this version wrote, and here somebody else may have. */
const char *description_get(const void *data, size_t size, struct cbcc *b)
{
	struct bytes_reader reader = { .at = data, .end = (const char *)data + size };
	struct compiled unit;
	uint64_t version;
	size_t length;

	if (!has_mark(&reader))
		return "the section " DESCRIPTION_SECTION " is not cbcc's";
	version = bytes_get_number(&reader);
	if (!reader.failed && version != VERSION)
		return "another version of cbcc saved it";
	bytes_get_block(&reader, &length);
	b->private_trace = bytes_get_number(&reader);
	unit_get(&reader, &unit);
	if (reader.failed || unit.object || reader.at != reader.end || !is_sorted(&unit) ||
	    !are_maps_valid(&unit)) {
		compiled_release(&unit);
		return "the section " DESCRIPTION_SECTION " is damaged";
	}
	unit.object = b->unit.object;
	unit.object_size = b->unit.object_size;
	b->unit = unit;
	return NULL;
}

static int add_function(struct compiled *unit, const struct bpf_program *program)
{
	struct compiled_function *function = &unit->functions[unit->nfunctions++];

	function->name = strdup(bpf_program__name(program));
	function->symbol = strdup(bpf_program__name(program));
	function->section = strdup(bpf_program__section_name(program));
	function->reads_registers = true;
	return function->name && function->symbol && function->section ? 0 : -ENOMEM;
}

static int add_map(struct compiled *unit, const struct bpf_map *bpf)
{
	struct compiled_map *map = &unit->maps[unit->nmaps++];

	map->name = strdup(bpf_map__name(bpf));
	map->slots = calloc(1, sizeof *map->slots);
	return map->name && map->slots ? 0 : -ENOMEM;
}

static int compare_functions(const void *a, const void *b)
{
	return strcmp(((const struct compiled_function *)a)->name,
		      ((const struct compiled_function *)b)->name);
}

static int list(struct bpf_object *object, struct compiled *unit)
{
	struct bpf_program *program;
	size_t nprograms = 0, nmaps = 0;
	struct bpf_map *map;
	int err = 0;

	bpf_object__for_each_program(program, object) nprograms++;
	bpf_object__for_each_map(map, object) nmaps++;
	unit->functions = calloc(nprograms + 1, sizeof *unit->functions);
	unit->maps = calloc(nmaps + 1, sizeof *unit->maps);
	if (!unit->functions || !unit->maps)
		return -ENOMEM;
	bpf_object__for_each_program(program, object) err = err ? err : add_function(unit, program);
	bpf_object__for_each_map(map, object) if (!err && !bpf_map__is_internal(map)) err =
		add_map(unit, map);
	if (!err)
		qsort(unit->functions, unit->nfunctions, sizeof *unit->functions, compare_functions);
	return err;
}

int description_guess(struct cbcc *b)
{
	LIBBPF_OPTS(bpf_object_open_opts, opts, .object_name = "cbcc");
	struct bpf_object *object;
	int err;

	libbpf_log_begin(&b->log, b->debug & CBCC_DEBUG_BTF);
	object = bpf_object__open_mem(b->unit.object, b->unit.object_size, &opts);
	err = object ? list(object, &b->unit) : -errno;
	bpf_object__close(object);
	libbpf_log_end();
	return err ? error_set(err, "%s: libbpf cannot read it", b->name) : 0;
}
