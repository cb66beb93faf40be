/* SPDX-License-Identifier: Apache-2.0 */
#include "btf/kernel_btf.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

struct kernel_btf {
	unsigned char *data;
	size_t size;
	bool mapped;
	const unsigned char *types;
	size_t types_size;
	const char *strings;
	size_t strings_size;
	uint32_t *offsets; /* of type id, in types; [0] is void and unused */
	uint32_t ntypes;   /* with void */
};

/* Bytes behind struct btf_type: fixed, and for each of vlen; by kind. */
static const struct {
	unsigned char fixed, each;
} trailing[] = {
	[BTF_KIND_INT] = { 4, 0 },
	[BTF_KIND_PTR] = { 0, 0 },
	[BTF_KIND_ARRAY] = { sizeof(struct btf_array), 0 },
	[BTF_KIND_STRUCT] = { 0, sizeof(struct btf_member) },
	[BTF_KIND_UNION] = { 0, sizeof(struct btf_member) },
	[BTF_KIND_ENUM] = { 0, sizeof(struct btf_enum) },
	[BTF_KIND_FWD] = { 0, 0 },
	[BTF_KIND_TYPEDEF] = { 0, 0 },
	[BTF_KIND_VOLATILE] = { 0, 0 },
	[BTF_KIND_CONST] = { 0, 0 },
	[BTF_KIND_RESTRICT] = { 0, 0 },
	[BTF_KIND_FUNC] = { 0, 0 },
	[BTF_KIND_FUNC_PROTO] = { 0, sizeof(struct btf_param) },
	[BTF_KIND_VAR] = { sizeof(struct btf_var), 0 },
	[BTF_KIND_DATASEC] = { 0, sizeof(struct btf_var_secinfo) },
	[BTF_KIND_FLOAT] = { 0, 0 },
	[BTF_KIND_DECL_TAG] = { sizeof(struct btf_decl_tag), 0 },
	[BTF_KIND_TYPE_TAG] = { 0, 0 },
	[BTF_KIND_ENUM64] = { 0, sizeof(struct btf_enum64) },
};

/* The size of the type at p with its trailing data, or 0 if it does not fit or its kind is unknown. */
static size_t type_size(const unsigned char *p, size_t left)
{
	const struct btf_type *type = (const struct btf_type *)p;
	unsigned int kind;
	size_t size;

	if (left < sizeof *type)
		return 0;
	kind = BTF_INFO_KIND(type->info);
	if (kind == BTF_KIND_UNKN || kind >= sizeof trailing / sizeof *trailing)
		return 0;
	size = sizeof *type + trailing[kind].fixed + (size_t)trailing[kind].each * BTF_INFO_VLEN(type->info);
	return size <= left ? size : 0;
}

static uint32_t count_types(const struct kernel_btf *btf)
{
	uint32_t n = 1;

	for (size_t at = 0, size; at < btf->types_size; at += size, n++) {
		size = type_size(btf->types + at, btf->types_size - at);
		if (!size)
			return 0;
	}
	return n;
}

static int index_types(struct kernel_btf *btf)
{
	uint32_t id = 1;

	btf->ntypes = count_types(btf);
	if (!btf->ntypes)
		return -EINVAL;
	btf->offsets = malloc(btf->ntypes * sizeof *btf->offsets);
	if (!btf->offsets)
		return -ENOMEM;
	for (size_t at = 0; at < btf->types_size; at += type_size(btf->types + at, btf->types_size - at))
		btf->offsets[id++] = at;
	return 0;
}

static bool inside(uint64_t offset, uint64_t length, uint64_t size)
{
	return offset <= size && length <= size - offset;
}

static int parse(struct kernel_btf *btf)
{
	const struct btf_header *header = (const struct btf_header *)btf->data;
	size_t body;

	if (btf->size < sizeof *header || header->magic != BTF_MAGIC || header->version != BTF_VERSION)
		return -EINVAL;
	if (header->hdr_len < sizeof *header || header->hdr_len > btf->size || header->type_off % 4)
		return -EINVAL;
	body = btf->size - header->hdr_len;
	if (!inside(header->type_off, header->type_len, body) ||
	    !inside(header->str_off, header->str_len, body))
		return -EINVAL;
	btf->types = btf->data + header->hdr_len + header->type_off;
	btf->types_size = header->type_len;
	btf->strings = (const char *)btf->data + header->hdr_len + header->str_off;
	btf->strings_size = header->str_len;
	if (!btf->strings_size || btf->strings[0] || btf->strings[btf->strings_size - 1])
		return -EINVAL;
	return index_types(btf);
}

static int read_all(int fd, unsigned char *data, size_t size)
{
	for (size_t done = 0; done < size;) {
		ssize_t n = read(fd, data + done, size - done);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? -errno : -EINVAL;
		done += n;
	}
	return 0;
}

/* Kernels before 6.16 do not map the file. */
static int load(int fd, struct kernel_btf *btf)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return -errno;
	btf->size = st.st_size;
	if (!btf->size)
		return -EINVAL;
	btf->data = mmap(NULL, btf->size, PROT_READ, MAP_PRIVATE, fd, 0);
	btf->mapped = btf->data != MAP_FAILED;
	if (btf->mapped)
		return 0;
	btf->data = malloc(btf->size);
	return btf->data ? read_all(fd, btf->data, btf->size) : -ENOMEM;
}

int kernel_btf_open(const char *path, struct kernel_btf **result)
{
	struct kernel_btf *btf;
	int fd, err;

	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	btf = calloc(1, sizeof *btf);
	err = btf ? load(fd, btf) : -ENOMEM;
	if (!err)
		err = parse(btf);
	close(fd);
	if (err) {
		kernel_btf_close(btf);
		return err;
	}
	*result = btf;
	return 0;
}

void kernel_btf_close(struct kernel_btf *btf)
{
	if (!btf)
		return;
	if (btf->mapped)
		munmap(btf->data, btf->size);
	else
		free(btf->data);
	free(btf->offsets);
	free(btf);
}

/* The offset of a whole string in the string section, or 0. pahole stores each string once. */
static uint32_t find_string(const struct kernel_btf *btf, const char *name)
{
	size_t length = strlen(name);
	const char *p = btf->strings, *end = btf->strings + btf->strings_size, *hit;

	while ((hit = memmem(p, end - p, name, length + 1))) {
		if (hit > btf->strings && hit[-1] == '\0')
			return hit - btf->strings;
		p = hit + 1;
	}
	return 0;
}

uint32_t kernel_btf_find(const struct kernel_btf *btf, const char *name, uint32_t kinds)
{
	uint32_t offset = *name ? find_string(btf, name) : 0;

	for (uint32_t id = 1; offset && id < btf->ntypes; id++) {
		const struct btf_type *type = kernel_btf_type(btf, id);

		if (type->name_off == offset && kinds & 1u << BTF_INFO_KIND(type->info))
			return id;
	}
	return 0;
}

static bool find_in_enum(const struct btf_type *type, uint32_t offset, uint32_t *index)
{
	const unsigned char *p = (const unsigned char *)(type + 1);
	size_t each = trailing[BTF_INFO_KIND(type->info)].each;

	/* Both kinds of enumerator start with the name's offset. */
	for (uint32_t i = 0; i < BTF_INFO_VLEN(type->info); i++, p += each) {
		if (*(const uint32_t *)p == offset) {
			*index = i;
			return true;
		}
	}
	return false;
}

uint32_t kernel_btf_find_enumerator(const struct kernel_btf *btf, const char *name, uint32_t *index)
{
	uint32_t offset = *name ? find_string(btf, name) : 0;

	for (uint32_t id = 1; offset && id < btf->ntypes; id++) {
		const struct btf_type *type = kernel_btf_type(btf, id);
		unsigned int kind = BTF_INFO_KIND(type->info);

		if ((kind == BTF_KIND_ENUM || kind == BTF_KIND_ENUM64) && find_in_enum(type, offset, index))
			return id;
	}
	return 0;
}

static bool is_modifier(const struct btf_type *type)
{
	return 1u << BTF_INFO_KIND(type->info) & (1u << BTF_KIND_TYPEDEF | 1u << BTF_KIND_CONST |
						  1u << BTF_KIND_VOLATILE | 1u << BTF_KIND_TYPE_TAG);
}

static size_t size_of(const struct kernel_btf *btf, uint32_t id)
{
	const struct btf_type *type = kernel_btf_type(btf, id);
	size_t elements = 1;

	while (type && (is_modifier(type) || BTF_INFO_KIND(type->info) == BTF_KIND_ARRAY)) {
		const struct btf_array *array = (const struct btf_array *)(type + 1);
		bool is_array = BTF_INFO_KIND(type->info) == BTF_KIND_ARRAY;

		elements *= is_array ? array->nelems : 1;
		type = kernel_btf_type(btf, is_array ? array->type : type->type);
	}
	if (!type)
		return 0;
	return elements * (BTF_INFO_KIND(type->info) == BTF_KIND_PTR ? sizeof(void *) : type->size);
}

size_t kernel_btf_member_size(const struct kernel_btf *btf, const char *record, const char *member)
{
	uint32_t id = kernel_btf_find(btf, record, 1u << BTF_KIND_STRUCT | 1u << BTF_KIND_UNION);
	const struct btf_type *type = kernel_btf_type(btf, id);
	const struct btf_member *members = (const struct btf_member *)(type + 1);

	for (uint32_t i = 0; type && i < BTF_INFO_VLEN(type->info); i++)
		if (!strcmp(kernel_btf_string(btf, members[i].name_off), member))
			return size_of(btf, members[i].type);
	return 0;
}

const struct btf_type *kernel_btf_type(const struct kernel_btf *btf, uint32_t id)
{
	if (id == 0 || id >= btf->ntypes)
		return NULL;
	return (const struct btf_type *)(btf->types + btf->offsets[id]);
}

const char *kernel_btf_string(const struct kernel_btf *btf, uint32_t offset)
{
	return offset < btf->strings_size ? btf->strings + offset : "";
}
