/* SPDX-License-Identifier: Apache-2.0 */
#include "description.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cbcc.h"
#include "types/types.h"

static void write_type(FILE *out, const struct btf *btf, uint32_t id);

/* Python knows the names that clang has for them. */
static void write_integer(FILE *out, const struct btf *btf, const struct btf_type *type)
{
	static const struct {
		const char *name, *clang;
	} names[] = {
		{ "bool", "_Bool" },
		{ "signed char", "char" },
		{ "long int", "long" },
		{ "short int", "short" },
		{ "long unsigned int", "unsigned long" },
		{ "short unsigned int", "unsigned short" },
		{ "long long int", "long long" },
		{ "long long unsigned int", "unsigned long long" },
	};
	const char *name = btf__name_by_offset(btf, type->name_off);

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (strcmp(names[i].name, name) == 0)
			name = names[i].clang;
	fprintf(out, "\"%s\"", name);
}

static const char *integer_of(size_t size, bool is_signed)
{
	switch (size) {
	case 1:
		return is_signed ? "char" : "unsigned char";
	case 2:
		return is_signed ? "short" : "unsigned short";
	case 4:
		return is_signed ? "int" : "unsigned int";
	default:
		return is_signed ? "long long" : "unsigned long long";
	}
}

/* All dimensions as one, as ctypes has them in the same place. */
static size_t write_elements(FILE *out, const struct btf *btf, uint32_t id)
{
	const struct btf_type *type = type_real(btf, &id);
	size_t count = 1;

	while (btf_is_array(type)) {
		count *= btf_array(type)->nelems;
		id = btf_array(type)->type;
		type = type_real(btf, &id);
	}
	write_type(out, btf, id);
	return count;
}

static bool is_record(const struct btf *btf, uint32_t id)
{
	enum cbcc_type_kind kind = type_kind(btf, id);

	return kind == CBCC_TYPE_STRUCT || kind == CBCC_TYPE_UNION;
}

static void write_member(FILE *out, const struct btf *btf, const char *name, const struct place *member)
{
	if (!*name && is_record(btf, member->id)) { /* its description has the place of the name */
		write_type(out, btf, member->id);
		return;
	}
	fprintf(out, "[\"%s\",", name);
	if (type_kind(btf, member->id) == CBCC_TYPE_ARRAY) {
		size_t count = write_elements(out, btf, member->id);

		fprintf(out, ", [%zu]", count);
	} else {
		write_type(out, btf, member->id);
	}
	if (member->bits)
		fprintf(out, ", %u", member->bits);
	fputc(']', out);
}

/* Whether ctypes has to find out where the members are. */
static bool is_left_to_ctypes(const struct btf *btf, uint32_t id, size_t count)
{
	const struct place whole = { .id = id };

	if (type_kind(btf, id) == CBCC_TYPE_UNION || !count)
		return true;
	for (size_t i = 0; i < count; i++)
		if (place_member(btf, &whole, i).bits)
			return true;
	return false;
}

static void write_padding(FILE *out, const char *separator, const char *name, size_t index, size_t size)
{
	if (!size)
		return;
	fprintf(out, "%s[\"__pad_", separator);
	if (name)
		fputs(name, out);
	else
		fprintf(out, "%zu", index);
	fprintf(out, "\",\"char\",[%zu]]", size);
}

static void write_record(FILE *out, const struct btf *btf, uint32_t id, const struct btf_type *type)
{
	const struct place whole = { .id = id };
	size_t count = type_count(btf, id), end = 0;
	bool by_ctypes = is_left_to_ctypes(btf, id, count);

	fprintf(out, "[\"%s\", [", btf__name_by_offset(btf, type->name_off));
	for (size_t i = 0; i < count; i++) {
		struct place member = place_member(btf, &whole, i);

		if (!by_ctypes && member.offset > end) {
			write_padding(out, i ? ", " : "", NULL, i, member.offset - end);
			fputs(", ", out);
		} else if (i) {
			fputs(", ", out);
		}
		write_member(out, btf, member_name(btf, id, i), &member);
		end = member.offset + type_size(btf, member.id);
	}
	if (!by_ctypes && type_size(btf, id) > end)
		write_padding(out, ", ", "end", 0, type_size(btf, id) - end);
	fprintf(out, "], \"%s\"]", btf_is_union(type) ? "union" : by_ctypes ? "struct" : "struct_packed");
}

static void write_type(FILE *out, const struct btf *btf, uint32_t id)
{
	const struct btf_type *type = type_real(btf, &id);

	switch (type_kind(btf, id)) {
	case CBCC_TYPE_STRUCT:
	case CBCC_TYPE_UNION:
		write_record(out, btf, id, type);
		break;
	case CBCC_TYPE_ARRAY:
		write_elements(out, btf, id);
		break;
	case CBCC_TYPE_ENUM:
		fprintf(out, "\"%s\"", integer_of(type_size(btf, id), type_is_signed(btf, id)));
		break;
	case CBCC_TYPE_POINTER:
		fputs("\"unsigned long long\"", out);
		break;
	case CBCC_TYPE_OTHER:
		fputs("\"\"", out);
		break;
	default:
		write_integer(out, btf, type);
	}
}

char *type_description(const struct cbcc_type *type)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return NULL;
	write_type(out, type->types->btf, type->id);
	if (fclose(out) == 0)
		return text;
	free(text);
	return NULL;
}
