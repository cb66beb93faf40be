/* SPDX-License-Identifier: Apache-2.0 */
#include "objects/btf_check.h"

#include <linux/btf.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define MAX_TYPES (1u << 20)
#define MAX_DEPTH 64 /* of types in types */
#define MAX_SIZE (1u << 28)

#define DAMAGED "its BTF is damaged"

struct types {
	const struct btf_header *header;
	const char *strings, *data, *end;
	const struct btf_type **list; /* by id; that of void is NULL */
	uint32_t count;               /* void included */
};

/* Bytes behind a type of that kind. */
static size_t extra_size(const struct btf_type *type)
{
	static const struct {
		size_t size;
		bool each; /* of its members */
	} extra[] = {
		[BTF_KIND_INT] = { sizeof(uint32_t), false },
		[BTF_KIND_ARRAY] = { sizeof(struct btf_array), false },
		[BTF_KIND_STRUCT] = { sizeof(struct btf_member), true },
		[BTF_KIND_UNION] = { sizeof(struct btf_member), true },
		[BTF_KIND_ENUM] = { sizeof(struct btf_enum), true },
		[BTF_KIND_FUNC_PROTO] = { sizeof(struct btf_param), true },
		[BTF_KIND_VAR] = { sizeof(struct btf_var), false },
		[BTF_KIND_DATASEC] = { sizeof(struct btf_var_secinfo), true },
		[BTF_KIND_DECL_TAG] = { sizeof(struct btf_decl_tag), false },
		[BTF_KIND_ENUM64] = { sizeof(struct btf_enum64), true },
	};
	uint32_t kind = BTF_INFO_KIND(type->info);

	if (kind >= sizeof extra / sizeof *extra)
		return 0;
	return extra[kind].size * (extra[kind].each ? BTF_INFO_VLEN(type->info) : 1);
}

static const char *check_header(const void *data, size_t size)
{
	const struct btf_header *header = data;
	size_t rest = size - sizeof *header;

	if (size < sizeof *header || header->magic != BTF_MAGIC || header->version != BTF_VERSION ||
	    header->hdr_len != sizeof *header)
		return DAMAGED;
	if (header->type_off % 4 || header->type_off > rest || header->type_len > rest - header->type_off ||
	    header->str_off > rest || header->str_len > rest - header->str_off || !header->str_len ||
	    header->type_off + header->type_len > header->str_off)
		return DAMAGED;
	return NULL;
}

static bool has_string(const struct types *types, uint32_t offset)
{
	return offset < types->header->str_len;
}

/* Lists the types. NULL, or what is wrong. */
static const char *list_types(struct types *types)
{
	const char *at = types->data;

	types->list = calloc(types->header->type_len / sizeof(struct btf_type) + 1, sizeof *types->list);
	if (!types->list)
		return "there is no memory to check its BTF";
	types->count = 1;
	while (at < types->end) {
		const struct btf_type *type = (const void *)at;

		if ((size_t)(types->end - at) < sizeof *type || types->count == MAX_TYPES)
			return DAMAGED;
		at += sizeof *type;
		if ((size_t)(types->end - at) < extra_size(type) || !BTF_INFO_KIND(type->info) ||
		    BTF_INFO_KIND(type->info) > BTF_KIND_ENUM64 || !has_string(types, type->name_off))
			return DAMAGED;
		at += extra_size(type);
		types->list[types->count++] = type;
	}
	return NULL;
}

static uint32_t kind_at(const struct types *types, uint32_t id)
{
	return id && id < types->count ? BTF_INFO_KIND(types->list[id]->info) : BTF_KIND_UNKN;
}

/* A type that may be void. */
static bool is_type(const struct types *types, uint32_t id)
{
	uint32_t kind = kind_at(types, id);

	return id < types->count && kind != BTF_KIND_VAR && kind != BTF_KIND_DATASEC &&
	       kind != BTF_KIND_FUNC && kind != BTF_KIND_DECL_TAG;
}

/* The size of a value; 0: it has none; -1: it is without end, or too large. */
static int64_t size_of(const struct types *types, uint32_t id, unsigned int depth)
{
	const struct btf_type *type = id && id < types->count ? types->list[id] : NULL;
	const struct btf_array *array;
	int64_t size;

	if (!type || depth > MAX_DEPTH)
		return id ? -1 : 0;
	switch (BTF_INFO_KIND(type->info)) {
	case BTF_KIND_PTR:
		return 8;
	case BTF_KIND_INT:
	case BTF_KIND_FLOAT:
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
	case BTF_KIND_ENUM:
	case BTF_KIND_ENUM64:
		return type->size <= MAX_SIZE ? (int64_t)type->size : -1;
	case BTF_KIND_ARRAY:
		array = (const void *)(type + 1);
		size = size_of(types, array->type, depth + 1);
		return size < 0 || size * array->nelems > MAX_SIZE ? -1 : size * array->nelems;
	case BTF_KIND_TYPEDEF:
	case BTF_KIND_CONST:
	case BTF_KIND_VOLATILE:
	case BTF_KIND_RESTRICT:
	case BTF_KIND_TYPE_TAG:
		return size_of(types, type->type, depth + 1);
	default:
		return 0;
	}
}

static bool check_members(const struct types *types, const struct btf_type *type)
{
	const struct btf_member *members = (const void *)(type + 1);

	for (uint32_t i = 0; i < BTF_INFO_VLEN(type->info); i++) {
		uint32_t offset = members[i].offset, bits = 0;
		int64_t size;

		if (BTF_INFO_KFLAG(type->info)) {
			bits = BTF_MEMBER_BITFIELD_SIZE(offset);
			offset = BTF_MEMBER_BIT_OFFSET(offset);
		}
		if (!has_string(types, members[i].name_off) || !members[i].type ||
		    !is_type(types, members[i].type))
			return false;
		size = bits ? (int64_t)bits : 8 * size_of(types, members[i].type, 0);
		if (size < 0 || (!bits && offset % 8 && kind_at(types, members[i].type) != BTF_KIND_INT) ||
		    offset + (uint64_t)size > 8 * (uint64_t)type->size)
			return false;
	}
	return true;
}

static bool check_names(const struct types *types, const struct btf_type *type, size_t stride)
{
	const char *at = (const char *)(type + 1);
	uint32_t name;

	for (uint32_t i = 0; i < BTF_INFO_VLEN(type->info); i++, at += stride) {
		memcpy(&name, at, sizeof name);
		if (!has_string(types, name))
			return false;
	}
	return true;
}

static bool check_parameters(const struct types *types, const struct btf_type *type)
{
	const struct btf_param *parameters = (const void *)(type + 1);

	for (uint32_t i = 0; i < BTF_INFO_VLEN(type->info); i++)
		if (!has_string(types, parameters[i].name_off) || !is_type(types, parameters[i].type))
			return false;
	return is_type(types, type->type);
}

static bool check_section(const struct types *types, const struct btf_type *type)
{
	const struct btf_var_secinfo *variables = (const void *)(type + 1);

	for (uint32_t i = 0; i < BTF_INFO_VLEN(type->info); i++) {
		uint32_t kind = kind_at(types, variables[i].type);

		if ((kind != BTF_KIND_VAR && kind != BTF_KIND_FUNC) || variables[i].size > MAX_SIZE ||
		    variables[i].offset > MAX_SIZE)
			return false;
	}
	return true;
}

static bool check_integer(const struct btf_type *type)
{
	uint32_t encoding = *(const uint32_t *)(type + 1), bits = BTF_INT_BITS(encoding);

	return type->size && type->size <= 16 && !(type->size & (type->size - 1)) && bits <= 8 * type->size &&
	       BTF_INT_OFFSET(encoding) + bits <= 8 * type->size;
}

static bool check_type(const struct types *types, uint32_t id)
{
	const struct btf_type *type = types->list[id];
	const struct btf_array *array = (const void *)(type + 1);

	switch (BTF_INFO_KIND(type->info)) {
	case BTF_KIND_INT:
		return check_integer(type);
	case BTF_KIND_FLOAT:
		return type->size == 2 || type->size == 4 || type->size == 8 || type->size == 12 ||
		       type->size == 16;
	case BTF_KIND_ARRAY:
		return is_type(types, array->type) && array->type && is_type(types, array->index_type) &&
		       array->index_type && size_of(types, id, 0) >= 0;
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
		return type->size <= MAX_SIZE && check_members(types, type);
	case BTF_KIND_ENUM:
		return type->size && type->size <= 8 && !(type->size & (type->size - 1)) &&
		       check_names(types, type, sizeof(struct btf_enum));
	case BTF_KIND_ENUM64:
		return type->size && type->size <= 8 && !(type->size & (type->size - 1)) &&
		       check_names(types, type, sizeof(struct btf_enum64));
	case BTF_KIND_FUNC_PROTO:
		return check_parameters(types, type);
	case BTF_KIND_FUNC:
		return kind_at(types, type->type) == BTF_KIND_FUNC_PROTO;
	case BTF_KIND_VAR:
		return type->type && is_type(types, type->type) && size_of(types, type->type, 0) >= 0;
	case BTF_KIND_DATASEC:
		return check_section(types, type);
	case BTF_KIND_DECL_TAG:
		return type->type && type->type < types->count;
	case BTF_KIND_FWD:
		return true;
	default:
		return is_type(types, type->type);
	}
}

/* How deep types are in types by value; more than MAX_DEPTH stands for those that hold themselves. */
static unsigned int depth_of(const struct types *types, unsigned char *depths, uint32_t id,
			     unsigned int above)
{
	const struct btf_type *type = id ? types->list[id] : NULL;
	const struct btf_member *members;
	unsigned int deepest = 0;

	if (!type || above > MAX_DEPTH)
		return type ? MAX_DEPTH + 1 : 0;
	if (depths[id])
		return depths[id];
	switch (BTF_INFO_KIND(type->info)) {
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
		members = (const void *)(type + 1);
		for (uint32_t i = 0; i < BTF_INFO_VLEN(type->info) && deepest <= MAX_DEPTH; i++) {
			unsigned int depth = depth_of(types, depths, members[i].type, above + 1);

			deepest = depth > deepest ? depth : deepest;
		}
		break;
	case BTF_KIND_ARRAY:
		deepest = depth_of(types, depths, ((const struct btf_array *)(type + 1))->type, above + 1);
		break;
	case BTF_KIND_TYPEDEF:
	case BTF_KIND_CONST:
	case BTF_KIND_VOLATILE:
	case BTF_KIND_RESTRICT:
	case BTF_KIND_TYPE_TAG:
		deepest = depth_of(types, depths, type->type, above + 1);
		break;
	}
	deepest += deepest <= MAX_DEPTH;
	return depths[id] = (unsigned char)deepest;
}

/* What a name or a declaration goes through without an end. */
static bool passes_on(const struct btf_type *type)
{
	switch (BTF_INFO_KIND(type->info)) {
	case BTF_KIND_PTR:
	case BTF_KIND_TYPEDEF:
	case BTF_KIND_CONST:
	case BTF_KIND_VOLATILE:
	case BTF_KIND_RESTRICT:
	case BTF_KIND_TYPE_TAG:
		return true;
	default:
		return false;
	}
}

/* Only pointers may lead back to where a type began, and there is a struct then, whose name ends the way. */
static bool ends(const struct types *types)
{
	unsigned char *depths = calloc(types->count, 1);
	bool good = depths != NULL;

	for (uint32_t id = 1; id < types->count && good; id++)
		good = depth_of(types, depths, id, 0) <= MAX_DEPTH;
	free(depths);
	for (uint32_t id = 1; id < types->count && good; id++) {
		unsigned int steps = 0;

		for (uint32_t at = id; at && passes_on(types->list[at]) && steps <= MAX_DEPTH; steps++)
			at = types->list[at]->type;
		good = steps <= MAX_DEPTH;
	}
	return good;
}

uint32_t btf_count_types(const void *btf)
{
	const struct btf_header *header = btf;
	const char *at = (const char *)btf + header->hdr_len + header->type_off, *end = at + header->type_len;
	uint32_t count = 1;

	for (; at < end; count++)
		at += sizeof(struct btf_type) + extra_size((const void *)at);
	return count;
}

const char *btf_check(const void *data, size_t size)
{
	struct types types = { .header = data };
	const char *wrong = check_header(data, size);

	if (wrong)
		return wrong;
	types.data = (const char *)data + types.header->hdr_len + types.header->type_off;
	types.end = types.data + types.header->type_len;
	types.strings = (const char *)data + types.header->hdr_len + types.header->str_off;
	if (*types.strings || types.strings[types.header->str_len - 1])
		return DAMAGED;
	wrong = list_types(&types);
	for (uint32_t id = 1; id < types.count && !wrong; id++)
		if (!check_type(&types, id))
			wrong = DAMAGED;
	if (!wrong && !ends(&types))
		wrong = "a type in its BTF holds itself";
	free(types.list);
	return wrong;
}
