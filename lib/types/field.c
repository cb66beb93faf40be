/* SPDX-License-Identifier: Apache-2.0 */
/* Fields: found by index or by path, read and written as numbers. */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "types/number.h"
#include "types/types.h"

static int fill(struct types *types, const struct place *place, const char *name, struct cbcc_field *field)
{
	const struct cbcc_type *type = types_get(types, place->id);

	if (!type)
		return -ENOMEM;
	*field = (struct cbcc_field){ .name = name,
				      .type = type,
				      .offset = place->offset,
				      .bit_offset = place->bits ? place->bit_offset : 0,
				      .bits = place->bits };
	return 0;
}

int cbcc_type_member(const struct cbcc_type *type, size_t index, struct cbcc_field *field)
{
	struct place whole, place;
	const struct btf *btf;

	if (!type || !field)
		return error_say(-EINVAL, "cbcc_type_member: the type or the field is NULL");
	btf = type->types->btf;
	whole = (struct place){ .id = type->id };
	if (type_kind(btf, type->id) == CBCC_TYPE_ENUM || index >= type_count(btf, type->id))
		return error_say(-ENOENT, "%s has no member %zu", type->name, index);
	place = place_member(btf, &whole, index);
	return fill(type->types, &place,
		    type_kind(btf, type->id) == CBCC_TYPE_ARRAY ? "" : member_name(btf, type->id, index),
		    field);
}

/* A path that is being followed. */
struct path {
	const struct cbcc_type *type; /* where it begins */
	const char *text, *at;
	struct place place; /* of what is behind us */
	const char *name;   /* the last member's, in BTF */
};

static int malformed(const struct path *path)
{
	return error_say(-EINVAL, "'%s' is no path in %s: see column %td", path->text, path->type->name,
			 path->at - path->text + 1);
}

static int follow_index(struct path *path)
{
	const struct btf *btf = path->type->types->btf;
	unsigned long index;
	char *end;

	if (type_kind(btf, path->place.id) != CBCC_TYPE_ARRAY || !strchr("0123456789", path->at[1]))
		return malformed(path);
	errno = 0;
	index = strtoul(path->at + 1, &end, 0);
	if (*end != ']')
		return malformed(path);
	if (errno || index >= type_count(btf, path->place.id))
		return error_say(-ERANGE, "'%s' in %s: the array has %zu elements", path->text,
				 path->type->name, type_count(btf, path->place.id));
	path->place = place_member(btf, &path->place, index);
	path->name = "";
	path->at = end + 1;
	return 0;
}

static const char *name_in_btf(const struct btf *btf, const struct place *whole, const char *name,
			       size_t length)
{
	for (size_t i = 0; i < type_count(btf, whole->id); i++) {
		const char *own = member_name(btf, whole->id, i);
		const struct place place = place_member(btf, whole, i);
		struct place ignored;

		if (strlen(own) == length && memcmp(own, name, length) == 0)
			return own;
		if (!*own && place_find_member(btf, &place, name, length, &ignored))
			return name_in_btf(btf, &place, name, length);
	}
	return "";
}

static int follow_member(struct path *path)
{
	const struct btf *btf = path->type->types->btf;
	const char *name = path->at + (*path->at == '.');
	size_t length = strcspn(name, ".[]");
	enum cbcc_type_kind kind = type_kind(btf, path->place.id);
	struct place member;

	if (!length || (path->at == path->text) != (*path->at != '.') ||
	    (kind != CBCC_TYPE_STRUCT && kind != CBCC_TYPE_UNION))
		return malformed(path);
	if (!place_find_member(btf, &path->place, name, length, &member))
		return error_say(-ENOENT, "'%s': %s has no member '%.*s'", path->text, path->type->name,
				 (int)length, name);
	path->name = name_in_btf(btf, &path->place, name, length);
	path->place = member;
	path->at = name + length;
	return 0;
}

int cbcc_type_find(const struct cbcc_type *type, const char *text, struct cbcc_field *field)
{
	struct path path = { .type = type, .text = text, .at = text, .name = "" };
	int err = 0;

	if (!type || !text || !field)
		return error_say(-EINVAL, "cbcc_type_find: the type, the path or the field is NULL");
	path.place = (struct place){ .id = type->id };
	while (!err && *path.at)
		err = *path.at == '[' ? follow_index(&path) : follow_member(&path);
	return err ? err : fill(type->types, &path.place, path.name, field);
}

static struct place place_of(const struct cbcc_field *field)
{
	return (struct place){ .id = field->type->id,
			       .offset = field->offset,
			       .bit_offset = field->bit_offset,
			       .bits = field->bits };
}

static int check_number(const struct cbcc_field *field, const void *data, const void *value, const char *call)
{
	static const bool is_number[] = { [CBCC_TYPE_INT] = true,
					  [CBCC_TYPE_BOOL] = true,
					  [CBCC_TYPE_ENUM] = true,
					  [CBCC_TYPE_POINTER] = true,
					  [CBCC_TYPE_UNION] = false };

	if (!field || !field->type || !data || !value)
		return error_say(-EINVAL, "%s: the field, the data or the value is NULL", call);
	if (is_number[cbcc_type_kind(field->type)])
		return 0;
	return error_say(-EOPNOTSUPP, "%s: '%s', a %s, is no number", call, field->name, field->type->name);
}

int cbcc_field_get_u64(const struct cbcc_field *field, const void *data, uint64_t *value)
{
	int err = check_number(field, data, value, "cbcc_field_get_u64");
	struct place place;
	wide number;

	if (err)
		return err;
	place = place_of(field);
	number = number_read(field->type->types->btf, &place, data);
	*value = (uint64_t)number;
	if (number == (cbcc_type_is_signed(field->type) ? (wide)(int64_t)*value : *value))
		return 0;
	return error_say(-ERANGE, "the number in '%s' needs more than 64 bits", field->name);
}

int cbcc_field_get_double(const struct cbcc_field *field, const void *data, double *value)
{
	struct place place;
	wide number;
	int err;

	if (field && field->type && data && value && cbcc_type_kind(field->type) == CBCC_TYPE_FLOAT) {
		place = place_of(field);
		*value = float_read(field->type->types->btf, &place, data);
		return 0;
	}
	err = check_number(field, data, value, "cbcc_field_get_double");
	if (err)
		return err;
	place = place_of(field);
	number = number_read(field->type->types->btf, &place, data);
	__extension__ *value = cbcc_type_is_signed(field->type) ? (double)(__int128)number : (double)number;
	return 0;
}

int cbcc_field_set_u64(const struct cbcc_field *field, void *data, uint64_t value)
{
	int err = check_number(field, data, &value, "cbcc_field_set_u64");
	bool negative = !err && cbcc_type_is_signed(field->type) && (int64_t)value < 0;
	unsigned int bits;
	struct place place;

	if (err)
		return err;
	place = place_of(field);
	bits = number_bits(field->type->types->btf, &place);
	if (cbcc_type_is_signed(field->type) && bits <= 64)
		bits--;
	if (bits < 64 && (negative ? ~value : value) >> bits)
		return error_say(-ERANGE, "'%s' has no room for %llu", field->name,
				 (unsigned long long)value);
	number_write(field->type->types->btf, &place, data, negative ? (wide)(int64_t)value : value);
	return 0;
}
