/* SPDX-License-Identifier: Apache-2.0 */
/* The layout of a table's keys and leaves, for people. */
#include <errno.h>

#include "base/error.h"
#include "tables/table.h"

static void print_type(const struct cbcc_type *type, const char *name, size_t offset, bool sizes, int depth,
		       FILE *out);

static void print_members(const struct cbcc_type *type, size_t offset, bool sizes, int depth, FILE *out)
{
	size_t count = cbcc_type_count(type);
	struct cbcc_field field;

	for (size_t i = 0; i < count; i++)
		if (cbcc_type_member(type, i, &field) == 0)
			print_type(field.type, field.name ? field.name : "", offset + field.offset, sizes,
				   depth, out);
}

static bool has_members(const struct cbcc_type *type)
{
	return cbcc_type_kind(type) == CBCC_TYPE_STRUCT || cbcc_type_kind(type) == CBCC_TYPE_UNION;
}

static void print_type(const struct cbcc_type *type, const char *name, size_t offset, bool sizes, int depth,
		       FILE *out)
{
	fprintf(out, "%*s%s%s%s", depth * 2, "", cbcc_type_name(type), *name ? " " : "", name);
	fputs(has_members(type) ? " {" : ";", out);
	if (sizes)
		fprintf(out, "  // offset %zu, size %zu", offset, cbcc_type_size(type));
	fputc('\n', out);
	if (!has_members(type))
		return;
	print_members(type, offset, sizes, depth + 1, out);
	fprintf(out, "%*s};\n", depth * 2, "");
}

int cbcc_decode_table(const struct cbcc_table *table, FILE *out, bool sizes)
{
	if (!table)
		return error_missing("cbcc_decode_table: the table is NULL");
	if (!out)
		return error_say(-EINVAL, "cbcc_decode_table: the file is NULL");
	if (table->key_type) {
		fputs("key: ", out);
		print_type(table->key_type, "", 0, sizes, 0, out);
	}
	if (table->leaf_type) {
		fputs("leaf: ", out);
		print_type(table->leaf_type, "", 0, sizes, 0, out);
	}
	return ferror(out) ? error_say(-EIO, "cannot write the layout of table '%s'", table->name) : 0;
}
