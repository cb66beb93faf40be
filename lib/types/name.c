/* SPDX-License-Identifier: Apache-2.0 */
#include "types/name.h"

#include <stdio.h>

/* Before the name of what has no other. */
static const char *tag(const struct btf_type *type)
{
	switch (btf_kind(type)) {
	case BTF_KIND_STRUCT:
		return "struct ";
	case BTF_KIND_UNION:
		return "union ";
	case BTF_KIND_FWD:
		return btf_kflag(type) ? "union " : "struct ";
	case BTF_KIND_ENUM:
	case BTF_KIND_ENUM64:
		return "enum ";
	default:
		return "";
	}
}

/* Qualifiers come off; typedefs are names. */
static const struct btf_type *named(const struct btf *btf, uint32_t id)
{
	const struct btf_type *type = btf__type_by_id(btf, id);

	while (type && btf_is_mod(type))
		type = btf__type_by_id(btf, type->type);
	return type;
}

static void write_name(FILE *out, const struct btf *btf, uint32_t id);

/* The dimensions come in the order in which they are written, behind the innermost element's name. */
static void write_array(FILE *out, const struct btf *btf, const struct btf_type *type)
{
	const struct btf_type *element = type;

	while (btf_is_array(element) && btf_is_array(named(btf, btf_array(element)->type)))
		element = named(btf, btf_array(element)->type);
	write_name(out, btf, btf_array(element)->type);
	fputc(' ', out);
	for (element = type; element && btf_is_array(element); element = named(btf, btf_array(element)->type))
		fprintf(out, "[%u]", btf_array(element)->nelems);
}

static void write_pointer(FILE *out, const struct btf *btf, const struct btf_type *type)
{
	const struct btf_type *target = named(btf, type->type);

	if (target && btf_is_func_proto(target)) {
		fputs("void (*)()", out);
		return;
	}
	write_name(out, btf, type->type);
	fputs(target && btf_is_ptr(target) ? "*" : " *", out);
}

static void write_name(FILE *out, const struct btf *btf, uint32_t id)
{
	const struct btf_type *type = named(btf, id);
	const char *name = type ? btf__name_by_offset(btf, type->name_off) : NULL;

	if (!type || btf_is_void(type))
		fputs("void", out);
	else if (btf_is_array(type))
		write_array(out, btf, type);
	else if (btf_is_ptr(type))
		write_pointer(out, btf, type);
	else
		fprintf(out, "%s%s", tag(type), name && *name ? name : "(unnamed)");
}

char *type_name(const struct btf *btf, uint32_t id)
{
	char *name = NULL;
	size_t size;
	FILE *out = open_memstream(&name, &size);

	if (!out)
		return NULL;
	write_name(out, btf, id);
	fclose(out);
	return name;
}
