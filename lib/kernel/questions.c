/* SPDX-License-Identifier: Apache-2.0 */
/* What applications ask of the kernel's types. */
#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "base/error.h"
#include "btf/kernel_btf.h"
#include "cbcc/kernel.h"

#define RECORDS (1u << BTF_KIND_STRUCT | 1u << BTF_KIND_UNION)
#define ENUMS (1u << BTF_KIND_ENUM | 1u << BTF_KIND_ENUM64)

/* A struct in a struct that has no name; the kernel's are nested a few times. */
#define DEPTH_MAX 16

static bool is_record(const struct btf_type *type)
{
	return type && RECORDS & 1u << BTF_INFO_KIND(type->info);
}

static bool has_field(const struct kernel_btf *btf, const struct btf_type *type, const char *name, int depth)
{
	const struct btf_member *members = (const struct btf_member *)(type + 1);

	for (uint32_t i = 0; i < BTF_INFO_VLEN(type->info); i++) {
		const char *member = kernel_btf_string(btf, members[i].name_off);
		const struct btf_type *of = *member ? NULL : kernel_btf_type(btf, members[i].type);

		if (strcmp(member, name) == 0)
			return true;
		if (is_record(of) && depth < DEPTH_MAX && has_field(btf, of, name, depth + 1))
			return true;
	}
	return false;
}

static bool has_value(const struct kernel_btf *btf, const struct btf_type *type, const char *name)
{
	const struct btf_enum *values = (const struct btf_enum *)(type + 1);
	const struct btf_enum64 *wide = (const struct btf_enum64 *)(type + 1);
	bool is_wide = BTF_INFO_KIND(type->info) == BTF_KIND_ENUM64;

	for (uint32_t i = 0; i < BTF_INFO_VLEN(type->info); i++)
		if (strcmp(kernel_btf_string(btf, is_wide ? wide[i].name_off : values[i].name_off), name) ==
		    0)
			return true;
	return false;
}

static int open_btf(struct kernel_btf **btf)
{
	int err = kernel_btf_open_running(btf);

	return err ? error_set(err, "cannot read the kernel's BTF") : 0;
}

int cbcc_kernel_struct_has_field(const char *struct_name, const char *field_name)
{
	const struct btf_type *type;
	struct kernel_btf *btf;
	int result;

	if (!struct_name || !field_name || !*field_name)
		return error_say(-EINVAL, "cbcc_kernel_struct_has_field: give a struct and a field");
	result = open_btf(&btf);
	if (result)
		return result;
	type = kernel_btf_type(btf, kernel_btf_find(btf, struct_name, RECORDS));
	result = type ? has_field(btf, type, field_name, 0)
		      : error_say(-ENOENT, "the kernel's BTF has no struct or union '%s'", struct_name);
	kernel_btf_close(btf);
	return result;
}

static int enum_has_val(const struct kernel_btf *btf, const char *enum_name, const char *value_name)
{
	const struct btf_type *type;
	uint32_t index;

	if (!*enum_name)
		return kernel_btf_find_enumerator(btf, value_name, &index) != 0;
	type = kernel_btf_type(btf, kernel_btf_find(btf, enum_name, ENUMS));
	if (!type)
		return error_say(-ENOENT, "the kernel's BTF has no enum '%s'", enum_name);
	return has_value(btf, type, value_name);
}

int cbcc_kernel_enum_has_val(const char *enum_name, const char *value_name)
{
	struct kernel_btf *btf;
	int result;

	if (!enum_name || !value_name || !*value_name)
		return error_say(-EINVAL, "cbcc_kernel_enum_has_val: give an enum, or \"\", and a value");
	result = open_btf(&btf);
	if (result)
		return result;
	result = enum_has_val(btf, enum_name, value_name);
	kernel_btf_close(btf);
	return result;
}
