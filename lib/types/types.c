/* SPDX-License-Identifier: Apache-2.0 */
#include "types/types.h"

#include <bpf/libbpf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "loader/libbpf_log.h"
#include "types/name.h"

/* A copy of the object's BTF, which lives as long as the handle, whether the text has maps or not. */
static struct btf *read_btf(const struct cbcc *b)
{
	LIBBPF_OPTS(bpf_object_open_opts, opts, .object_name = "cbcc");
	struct bpf_object *object = bpf_object__open_mem(b->unit.object, b->unit.object_size, &opts);
	struct btf *btf = NULL;
	const void *data;
	uint32_t size;

	if (!object)
		return NULL;
	if (bpf_object__btf(object)) {
		data = btf__raw_data(bpf_object__btf(object), &size);
		btf = data ? btf__new(data, size) : NULL;
	} else {
		errno = ENOENT;
	}
	bpf_object__close(object);
	return btf;
}

struct types *types_of(struct cbcc *b)
{
	if (b->types)
		return b->types;
	if (!b->unit.object)
		return error_null(error_say(-ENOENT, "the text is empty: it has no types"));
	b->types = calloc(1, sizeof *b->types);
	if (!b->types)
		return error_null(error_set(-ENOMEM, "cannot read the object's types"));
	libbpf_log_begin(&b->log, b->debug & CBCC_DEBUG_BTF);
	b->types->btf = read_btf(b);
	libbpf_log_end();
	if (b->types->btf)
		return b->types;
	error_set(-errno, "cannot read the object's types");
	types_free(b);
	return NULL;
}

static void type_free(struct cbcc_type *type)
{
	free(type->name);
	free(type);
}

void types_free(struct cbcc *b)
{
	int saved = errno;

	if (!b->types)
		return;
	while (b->types->all) {
		struct cbcc_type *next = b->types->all->next;

		type_free(b->types->all);
		b->types->all = next;
	}
	btf__free(b->types->btf);
	free(b->types);
	b->types = NULL;
	errno = saved;
}

const struct cbcc_type *types_get(struct types *types, uint32_t id)
{
	struct cbcc_type *type;

	for (type = types->all; type; type = type->next)
		if (type->id == id)
			return type;
	type = calloc(1, sizeof *type);
	if (!type)
		return error_null(error_set(-ENOMEM, "cannot describe a type"));
	*type = (struct cbcc_type){ .next = types->all, .types = types, .id = id };
	type->size = type_size(types->btf, id);
	type->name = type_name(types->btf, id);
	if (!type->name) {
		type_free(type);
		return error_null(error_set(-ENOMEM, "cannot describe a type"));
	}
	types->all = type;
	return type;
}

static const struct {
	const char *prefix;
	uint32_t kinds[2];
} tags[] = {
	{ "struct ", { BTF_KIND_STRUCT } },
	{ "union ", { BTF_KIND_UNION } },
	{ "enum ", { BTF_KIND_ENUM, BTF_KIND_ENUM64 } },
};

static const uint32_t untagged[] = { BTF_KIND_TYPEDEF, BTF_KIND_INT,  BTF_KIND_FLOAT, BTF_KIND_STRUCT,
				     BTF_KIND_UNION,   BTF_KIND_ENUM, BTF_KIND_ENUM64 };

static int find(const struct btf *btf, const char *name, const uint32_t *kinds, size_t nkinds)
{
	int id = -ENOENT;

	for (size_t i = 0; i < nkinds && id < 0 && kinds[i]; i++)
		id = btf__find_by_name_kind(btf, name, kinds[i]);
	return id;
}

static int find_by_name(const struct btf *btf, const char *name)
{
	for (size_t i = 0; i < sizeof tags / sizeof *tags; i++) {
		size_t length = strlen(tags[i].prefix);

		if (strncmp(name, tags[i].prefix, length) == 0)
			return find(btf, name + length, tags[i].kinds, 2);
	}
	return find(btf, name, untagged, sizeof untagged / sizeof *untagged);
}

const struct cbcc_type *cbcc_type_by_name(struct cbcc *b, const char *name)
{
	struct types *types;
	int err = handle_check(b, "cbcc_type_by_name");
	int id;

	if (!err && !name)
		err = error_say(-EINVAL, "cbcc_type_by_name: the name is NULL");
	if (err)
		return error_null(err);
	types = types_of(b);
	if (!types)
		return NULL;
	id = *name ? find_by_name(types->btf, name) : -ENOENT;
	if (id < 0)
		return error_null(error_say(
			-ENOENT, "the program's maps, variables and functions have no type '%s'", name));
	return types_get(types, (uint32_t)id);
}

const char *cbcc_type_name(const struct cbcc_type *type)
{
	return type ? type->name : error_null(error_say(-EINVAL, "cbcc_type_name: the type is NULL"));
}

size_t cbcc_type_size(const struct cbcc_type *type)
{
	return type ? type->size : 0;
}

enum cbcc_type_kind cbcc_type_kind(const struct cbcc_type *type)
{
	return type ? type_kind(type->types->btf, type->id) : CBCC_TYPE_OTHER;
}

bool cbcc_type_is_signed(const struct cbcc_type *type)
{
	return type && type_is_signed(type->types->btf, type->id);
}

size_t cbcc_type_count(const struct cbcc_type *type)
{
	return type ? type_count(type->types->btf, type->id) : 0;
}

const char *cbcc_type_enum_name(const struct cbcc_type *type, uint64_t value)
{
	const char *name = NULL;

	if (!type)
		return error_null(error_say(-EINVAL, "cbcc_type_enum_name: the type is NULL"));
	if (cbcc_type_kind(type) == CBCC_TYPE_ENUM)
		name = enum_name(type->types->btf, type->id, value);
	return name ? name
		    : error_null(error_say(-ENOENT, "%s has no name for %lld", type->name, (long long)value));
}
