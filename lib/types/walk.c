/* SPDX-License-Identifier: Apache-2.0 */
/* From a type to what it is made of. */
#include "types/types.h"

#include <string.h>

const struct btf_type *type_real(const struct btf *btf, uint32_t *id)
{
	const struct btf_type *type = btf__type_by_id(btf, *id);

	while (type && (btf_is_mod(type) || btf_is_typedef(type))) {
		*id = type->type;
		type = btf__type_by_id(btf, *id);
	}
	return type;
}

enum cbcc_type_kind type_kind(const struct btf *btf, uint32_t id)
{
	const struct btf_type *type = type_real(btf, &id);

	switch (type ? btf_kind(type) : BTF_KIND_UNKN) {
	case BTF_KIND_INT:
		return btf_int_encoding(type) & BTF_INT_BOOL ? CBCC_TYPE_BOOL : CBCC_TYPE_INT;
	case BTF_KIND_FLOAT:
		return type->size == sizeof(float) || type->size == sizeof(double) ? CBCC_TYPE_FLOAT
										   : CBCC_TYPE_OTHER;
	case BTF_KIND_ENUM:
	case BTF_KIND_ENUM64:
		return CBCC_TYPE_ENUM;
	case BTF_KIND_PTR:
		return CBCC_TYPE_POINTER;
	case BTF_KIND_ARRAY:
		return CBCC_TYPE_ARRAY;
	case BTF_KIND_STRUCT:
		return CBCC_TYPE_STRUCT;
	case BTF_KIND_UNION:
		return CBCC_TYPE_UNION;
	default:
		return CBCC_TYPE_OTHER;
	}
}

size_t type_size(const struct btf *btf, uint32_t id)
{
	int64_t size = type_kind(btf, id) == CBCC_TYPE_OTHER ? 0 : btf__resolve_size(btf, id);

	return size > 0 ? (size_t)size : 0;
}

bool type_is_signed(const struct btf *btf, uint32_t id)
{
	const struct btf_type *type = type_real(btf, &id);

	if (type && btf_is_int(type))
		return btf_int_encoding(type) & BTF_INT_SIGNED;
	return type && btf_is_any_enum(type) && btf_kflag(type);
}

bool type_is_char(const struct btf *btf, uint32_t id)
{
	const struct btf_type *type = type_real(btf, &id);
	const char *name = type && btf_is_int(type) ? btf__name_by_offset(btf, type->name_off) : NULL;

	return name && strcmp(name, "char") == 0;
}

size_t type_count(const struct btf *btf, uint32_t id)
{
	const struct btf_type *type = type_real(btf, &id);

	if (type && btf_is_array(type))
		return btf_array(type)->nelems;
	return type && (btf_is_composite(type) || btf_is_any_enum(type)) ? btf_vlen(type) : 0;
}

struct place place_member(const struct btf *btf, const struct place *whole, size_t index)
{
	uint32_t id = whole->id;
	const struct btf_type *type = type_real(btf, &id);
	struct place place = { .offset = whole->offset };

	if (btf_is_array(type)) {
		place.id = btf_array(type)->type;
		place.offset += index * type_size(btf, place.id);
	} else {
		uint32_t bits = btf_member_bit_offset(type, (uint32_t)index);

		place.id = btf_members(type)[index].type;
		place.offset += bits / 8;
		place.bit_offset = bits % 8;
		place.bits = btf_member_bitfield_size(type, (uint32_t)index);
	}
	return place;
}

const char *member_name(const struct btf *btf, uint32_t id, size_t index)
{
	const struct btf_type *type = type_real(btf, &id);
	const char *name = btf__name_by_offset(btf, btf_members(type)[index].name_off);

	return name ? name : "";
}

size_t union_largest(const struct btf *btf, uint32_t id)
{
	const struct place whole = { .id = id };
	size_t largest = 0, largest_size = 0;

	for (size_t i = 0; i < type_count(btf, id); i++) {
		size_t size = type_size(btf, place_member(btf, &whole, i).id);

		if (size > largest_size) {
			largest = i;
			largest_size = size;
		}
	}
	return largest;
}

static bool is_record(const struct btf *btf, uint32_t id)
{
	enum cbcc_type_kind kind = type_kind(btf, id);

	return kind == CBCC_TYPE_STRUCT || kind == CBCC_TYPE_UNION;
}

bool place_find_member(const struct btf *btf, const struct place *whole, const char *name, size_t length,
		       struct place *member)
{
	for (size_t i = 0; is_record(btf, whole->id) && i < type_count(btf, whole->id); i++) {
		const char *own = member_name(btf, whole->id, i);
		struct place place = place_member(btf, whole, i);

		if (!*own ? place_find_member(btf, &place, name, length, member)
			  : strlen(own) == length && memcmp(own, name, length) == 0) {
			if (*own)
				*member = place;
			return true;
		}
	}
	return false;
}

static uint64_t enumerator(const struct btf_type *type, size_t index, uint32_t *name)
{
	if (btf_is_enum64(type)) {
		*name = btf_enum64(type)[index].name_off;
		return btf_enum64_value(&btf_enum64(type)[index]);
	}
	*name = btf_enum(type)[index].name_off;
	return btf_kflag(type) ? (uint64_t)(int64_t)btf_enum(type)[index].val
			       : (uint32_t)btf_enum(type)[index].val;
}

const char *enum_name(const struct btf *btf, uint32_t id, uint64_t value)
{
	const struct btf_type *type = type_real(btf, &id);
	uint32_t name;

	for (size_t i = 0; i < btf_vlen(type); i++)
		if (enumerator(type, i, &name) == value)
			return btf__name_by_offset(btf, name);
	return NULL;
}

bool enum_value(const struct btf *btf, uint32_t id, const char *name, size_t length, uint64_t *value)
{
	const struct btf_type *type = type_real(btf, &id);

	for (size_t i = 0; i < btf_vlen(type); i++) {
		uint32_t offset;
		const char *own;

		*value = enumerator(type, i, &offset);
		own = btf__name_by_offset(btf, offset);
		if (own && strlen(own) == length && memcmp(own, name, length) == 0)
			return true;
	}
	return false;
}
