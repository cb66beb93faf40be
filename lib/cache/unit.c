/* SPDX-License-Identifier: Apache-2.0 */
#include "cache/unit.h"

#include <stdlib.h>

/* A member that is added to one of these has to be put and got, too. */
#if UINTPTR_MAX == UINT64_MAX
_Static_assert(sizeof(struct compiled) == 72, "struct compiled has changed");
_Static_assert(sizeof(struct compiled_function) == 40, "struct compiled_function has changed");
_Static_assert(sizeof(struct compiled_map) == 56, "struct compiled_map has changed");
_Static_assert(sizeof(struct compiled_slot) == 16, "struct compiled_slot has changed");
#endif

#define LEAST_FUNCTION (5 * sizeof(uint64_t))
#define LEAST_MAP (7 * sizeof(uint64_t))
#define LEAST_SLOT (2 * sizeof(uint64_t))
#define LEAST_FORMAT sizeof(uint64_t)

static void put_function(struct bytes *bytes, const struct compiled_function *function)
{
	bytes_put_string(bytes, function->name);
	bytes_put_string(bytes, function->symbol);
	bytes_put_string(bytes, function->section);
	bytes_put_string(bytes, function->context);
	bytes_put_number(bytes, function->reads_registers);
}

static void put_map(struct bytes *bytes, const struct compiled_map *map)
{
	bytes_put_string(bytes, map->name);
	bytes_put_number(bytes, map->sharing);
	bytes_put_number(bytes, map->histogram);
	bytes_put_string(bytes, map->path);
	bytes_put_string(bytes, map->event);
	bytes_put_number(bytes, map->event_size);
	bytes_put_number(bytes, map->nslots);
	for (size_t i = 0; i < map->nslots; i++) {
		bytes_put_number(bytes, map->slots[i].index);
		bytes_put_string(bytes, map->slots[i].function);
	}
}

void unit_put(struct bytes *bytes, const struct compiled *unit)
{
	bytes_put_block(bytes, unit->object, unit->object_size);
	bytes_put_number(bytes, unit->nfunctions);
	for (size_t i = 0; i < unit->nfunctions; i++)
		put_function(bytes, &unit->functions[i]);
	bytes_put_number(bytes, unit->nmaps);
	for (size_t i = 0; i < unit->nmaps; i++)
		put_map(bytes, &unit->maps[i]);
	bytes_put_number(bytes, unit->ntrace_formats);
	for (size_t i = 0; i < unit->ntrace_formats; i++)
		bytes_put_string(bytes, unit->trace_formats[i]);
	bytes_put_string(bytes, unit->diagnostics);
}

/* A string that must not be missing. */
static char *get_name(struct bytes_reader *reader)
{
	char *name = bytes_copy_string(reader);

	if (!name)
		reader->failed = true;
	return name;
}

static void *allocate(struct bytes_reader *reader, size_t count, size_t size)
{
	void *made = calloc(count + 1, size);

	if (!made)
		reader->failed = true;
	return made;
}

static void get_function(struct bytes_reader *reader, struct compiled_function *function)
{
	function->name = get_name(reader);
	function->symbol = get_name(reader);
	function->section = bytes_copy_string(reader);
	function->context = bytes_copy_string(reader);
	function->reads_registers = bytes_get_number(reader);
}

static void get_functions(struct bytes_reader *reader, struct compiled *unit)
{
	size_t count = bytes_get_count(reader, LEAST_FUNCTION);

	unit->functions = allocate(reader, count, sizeof *unit->functions);
	while (!reader->failed && unit->nfunctions < count)
		get_function(reader, &unit->functions[unit->nfunctions++]);
}

static void get_slots(struct bytes_reader *reader, struct compiled_map *map)
{
	size_t count = bytes_get_count(reader, LEAST_SLOT);

	map->slots = allocate(reader, count, sizeof *map->slots);
	while (!reader->failed && map->nslots < count) {
		struct compiled_slot *slot = &map->slots[map->nslots++];

		slot->index = bytes_get_number(reader);
		slot->function = get_name(reader);
	}
}

static void get_map(struct bytes_reader *reader, struct compiled_map *map)
{
	map->name = get_name(reader);
	map->sharing = bytes_get_number(reader);
	map->histogram = bytes_get_number(reader);
	map->path = bytes_copy_string(reader);
	map->event = bytes_copy_string(reader);
	map->event_size = bytes_get_number(reader);
	get_slots(reader, map);
}

static void get_maps(struct bytes_reader *reader, struct compiled *unit)
{
	size_t count = bytes_get_count(reader, LEAST_MAP);

	unit->maps = allocate(reader, count, sizeof *unit->maps);
	while (!reader->failed && unit->nmaps < count)
		get_map(reader, &unit->maps[unit->nmaps++]);
}

static void get_trace_formats(struct bytes_reader *reader, struct compiled *unit)
{
	size_t count = bytes_get_count(reader, LEAST_FORMAT);

	unit->trace_formats = allocate(reader, count, sizeof *unit->trace_formats);
	while (!reader->failed && unit->ntrace_formats < count)
		unit->trace_formats[unit->ntrace_formats++] = get_name(reader);
}

void unit_get(struct bytes_reader *reader, struct compiled *unit)
{
	*unit = (struct compiled){ 0 };
	unit->object = bytes_copy_block(reader, &unit->object_size);
	get_functions(reader, unit);
	if (!reader->failed)
		get_maps(reader, unit);
	if (!reader->failed)
		get_trace_formats(reader, unit);
	unit->diagnostics = bytes_copy_string(reader);
}
