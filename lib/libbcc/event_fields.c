/* SPDX-License-Identifier: Apache-2.0 */
/* The fields of the events that a text submits to a buffer, "NAME#TYPE", of which Python makes a class. */
#include <bpf/libbpf.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libbcc.h"
#include "module.h"
#include "types/name.h"
#include "types/types.h"

/* The types that BCC's Python knows; it ends the process at any other one. */
static const char *const known[] = {
	"char",
	"s8",
	"unsigned char",
	"u8",
	"u8 *",
	"char *",
	"short",
	"s16",
	"unsigned short",
	"u16",
	"int",
	"s32",
	"unsigned int",
	"u32",
	"long",
	"unsigned long",
	"long long",
	"s64",
	"unsigned long long",
	"u64",
	"__int128",
	"unsigned __int128",
	"void *",
};

static bool is_known(const char *name)
{
	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (strcmp(known[i], name) == 0)
			return true;
	return false;
}

/* A number's name that Python knows: its own, or that of what is behind its typedefs. Allocated. */
static char *number_name(const struct btf *btf, uint32_t id)
{
	char *name = type_name(btf, id);

	while (name && !is_known(name)) {
		const struct btf_type *type = btf__type_by_id(btf, id);

		if (!btf_is_typedef(type) && !btf_is_mod(type))
			break;
		id = type->type;
		free(name);
		name = type_name(btf, id);
	}
	if (!name || is_known(name))
		return name;
	if (type_kind(btf, id) == CBCC_TYPE_BOOL || type_kind(btf, id) == CBCC_TYPE_POINTER) {
		free(name);
		return strdup(type_kind(btf, id) == CBCC_TYPE_BOOL ? "unsigned char" : "void *");
	}
	return name;
}

static char *field_text(const struct btf *btf, uint32_t record, size_t index)
{
	const struct place whole = { .id = record };
	uint32_t id = place_member(btf, &whole, index).id;
	const struct btf_type *type = type_real(btf, &id);
	uint32_t declared = place_member(btf, &whole, index).id;
	char *name = number_name(btf, btf_is_array(type) ? btf_array(type)->type : declared), *text;
	int length;

	if (!name)
		return NULL;
	if (btf_is_array(type))
		length = asprintf(&text, "%s#%s[%u]", member_name(btf, record, index), name,
				  btf_array(type)->nelems);
	else
		length = asprintf(&text, "%s#%s", member_name(btf, record, index), name);
	free(name);
	return length < 0 ? NULL : text;
}

static void read_fields(struct module_table *table, const struct cbcc_type *type)
{
	const struct btf *btf = type->types->btf;
	uint32_t id = type->id;
	size_t count;

	type_real(btf, &id);
	count = type_count(btf, id);
	table->event_fields = calloc(count + 1, sizeof *table->event_fields);
	while (table->event_fields && table->nevent_fields < count) {
		char *field = field_text(btf, id, table->nevent_fields);

		if (!field)
			return;
		table->event_fields[table->nevent_fields++] = field;
	}
}

static const struct module_table *fields_of(struct module *module, const char *name)
{
	size_t id = bpf_table_id(module, name);
	struct module_table *table = id < bpf_num_tables(module) ? &module->tables[id] : NULL;
	const struct cbcc_type *type;

	if (!table || table->has_event_fields)
		return table;
	table->has_event_fields = true;
	type = cbcc_event_type(module->b, name);
	if (type)
		read_fields(table, type);
	return table;
}

size_t bpf_perf_event_fields(void *program, const char *name)
{
	const struct module_table *table = fields_of(program, name);

	return table ? table->nevent_fields : 0;
}

const char *bpf_perf_event_field(void *program, const char *name, size_t i)
{
	const struct module_table *table = fields_of(program, name);

	return table && i < table->nevent_fields ? table->event_fields[i] : NULL;
}
