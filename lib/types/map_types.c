/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A map is a variable of a struct whose members "key" and "value" are pointers to the types. libbpf knows these too, but
 * forgets them of the maps that the kernel knows the types of itself, and of those that exist already.
 */
#include "types/map_types.h"

#include <errno.h>
#include <string.h>

#include "types/types.h"

/* The struct that declares the map; NULL: there is none. */
static const struct btf_type *find_definition(const struct btf *btf, const char *map)
{
	int32_t id = btf__find_by_name_kind(btf, map, BTF_KIND_VAR);
	uint32_t type_id;
	const struct btf_type *type;

	if (id < 0)
		return NULL;
	type_id = btf__type_by_id(btf, (uint32_t)id)->type;
	type = type_real(btf, &type_id);
	return type && btf_is_struct(type) ? type : NULL;
}

/* What the member of that name points to; 0: there is none. */
static uint32_t find_target(const struct btf *btf, const struct btf_type *definition, const char *member)
{
	for (uint32_t i = 0; i < btf_vlen(definition); i++) {
		const struct btf_member *m = &btf_members(definition)[i];
		uint32_t id = m->type;
		const struct btf_type *type = type_real(btf, &id);

		if (strcmp(btf__name_by_offset(btf, m->name_off), member) == 0 && type && btf_is_ptr(type))
			return type->type;
	}
	return 0;
}

static int find(struct types *types, const struct btf_type *definition, const char *member,
		const struct cbcc_type **type)
{
	uint32_t id = definition ? find_target(types->btf, definition, member) : 0;

	*type = id ? types_get(types, id) : NULL;
	return id && !*type ? -ENOMEM : 0;
}

int map_types_find(struct cbcc *b, const char *map, const struct cbcc_type **key,
		   const struct cbcc_type **leaf)
{
	struct types *types = types_of(b);
	const struct btf_type *definition;
	int err;

	*key = *leaf = NULL;
	if (!types)
		return -errno;
	definition = find_definition(types->btf, map);
	err = find(types, definition, "key", key);
	return err ? err : find(types, definition, "value", leaf);
}
