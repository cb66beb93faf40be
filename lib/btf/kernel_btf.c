/* SPDX-License-Identifier: Apache-2.0 */
#include "btf/kernel_btf.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
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
	/*
	 * Modules, each with types and strings of its own behind those of vmlinux. In their files all start where
	 * vmlinux ends; here they follow each other: what stands in a file is moved by these differences.
	 */
	struct kernel_btf *modules;
	struct kernel_btf *next;
	uint32_t id_shift;     /* id here less the index in offsets */
	uint32_t string_shift; /* string offset here less the place in strings */
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

static int parse(struct kernel_btf *btf, bool is_module)
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
	if (!btf->strings_size || btf->strings[btf->strings_size - 1] || (btf->strings[0] && !is_module))
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

/* Kernels before 6.16 do not map the file. A module's is changed when it is read. */
static int load(int fd, struct kernel_btf *btf, bool is_module)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return -errno;
	btf->size = st.st_size;
	if (!btf->size)
		return -EINVAL;
	btf->data = is_module ? MAP_FAILED : mmap(NULL, btf->size, PROT_READ, MAP_PRIVATE, fd, 0);
	btf->mapped = btf->data != MAP_FAILED;
	if (btf->mapped)
		return 0;
	btf->data = malloc(btf->size);
	return btf->data ? read_all(fd, btf->data, btf->size) : -ENOMEM;
}

static int open_file(const char *path, bool is_module, struct kernel_btf **result)
{
	struct kernel_btf *btf;
	int fd, err;

	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	btf = calloc(1, sizeof *btf);
	err = btf ? load(fd, btf, is_module) : -ENOMEM;
	if (!err)
		err = parse(btf, is_module);
	close(fd);
	if (err) {
		kernel_btf_close(btf);
		return err;
	}
	*result = btf;
	return 0;
}

int kernel_btf_open(const char *path, struct kernel_btf **btf)
{
	return open_file(path, false, btf);
}

/* What a module's type section refers to: ids and strings behind those of vmlinux, which move. */
struct relocation {
	uint32_t first_id, id_shift;
	uint32_t first_string, string_shift;
};

static void move_id(uint32_t *id, const struct relocation *move)
{
	if (*id >= move->first_id)
		*id += move->id_shift;
}

static void move_string(uint32_t *offset, const struct relocation *move)
{
	if (*offset >= move->first_string)
		*offset += move->string_shift;
}

/* Where a kind's trailing data has a string or an id: the index of the 32-bit word in each element, or -1. */
static const struct {
	signed char string, id;
} references[] = {
	[BTF_KIND_STRUCT] = { 0, 1 },  [BTF_KIND_UNION] = { 0, 1 },      [BTF_KIND_ENUM] = { 0, -1 },
	[BTF_KIND_ENUM64] = { 0, -1 }, [BTF_KIND_FUNC_PROTO] = { 0, 1 }, [BTF_KIND_DATASEC] = { -1, 0 },
};

/* Kinds whose struct btf_type has a size where the others have a type's id. */
static const uint32_t sized = 1u << BTF_KIND_INT | 1u << BTF_KIND_STRUCT | 1u << BTF_KIND_UNION |
			      1u << BTF_KIND_ENUM | 1u << BTF_KIND_ENUM64 | 1u << BTF_KIND_FLOAT |
			      1u << BTF_KIND_DATASEC;

static void relocate_trailing(struct btf_type *type, const struct relocation *move)
{
	unsigned int kind = BTF_INFO_KIND(type->info);
	uint32_t *words = (uint32_t *)(type + 1);

	if (kind == BTF_KIND_ARRAY) {
		move_id(&words[0], move);
		move_id(&words[1], move);
	}
	if (kind >= sizeof references / sizeof *references || !trailing[kind].each)
		return;
	for (uint32_t i = 0; i < BTF_INFO_VLEN(type->info);
	     i++, words += trailing[kind].each / sizeof *words) {
		if (references[kind].string >= 0)
			move_string(&words[references[kind].string], move);
		if (references[kind].id >= 0)
			move_id(&words[references[kind].id], move);
	}
}

static void relocate(struct kernel_btf *module, const struct relocation *move)
{
	for (uint32_t i = 1; i < module->ntypes; i++) {
		struct btf_type *type = (struct btf_type *)(module->types + module->offsets[i]);

		move_string(&type->name_off, move);
		if (!(1u << BTF_INFO_KIND(type->info) & sized))
			move_id(&type->type, move);
		relocate_trailing(type, move);
	}
}

int kernel_btf_add_module(struct kernel_btf *btf, const char *path)
{
	const struct kernel_btf *last = btf->modules ? btf->modules : btf;
	struct relocation move = { .first_id = btf->ntypes, .first_string = btf->strings_size };
	struct kernel_btf *module;
	int err;

	err = open_file(path, true, &module);
	if (err)
		return err;
	module->id_shift = last->id_shift + last->ntypes - 1;
	module->string_shift = last->string_shift + last->strings_size;
	move.id_shift = module->id_shift - (btf->ntypes - 1);
	move.string_shift = module->string_shift - btf->strings_size;
	relocate(module, &move);
	module->next = btf->modules;
	btf->modules = module;
	return 0;
}

void kernel_btf_add_modules(struct kernel_btf *btf, const char *directory)
{
	DIR *files = opendir(directory);
	struct dirent *file;
	char path[512];

	while (files && (file = readdir(files))) {
		if (file->d_name[0] == '.' || !strcmp(file->d_name, "vmlinux"))
			continue;
		snprintf(path, sizeof path, "%s/%s", directory, file->d_name);
		kernel_btf_add_module(btf, path);
	}
	if (files)
		closedir(files);
}

void kernel_btf_close(struct kernel_btf *btf)
{
	if (!btf)
		return;
	while (btf->modules) {
		struct kernel_btf *module = btf->modules;

		btf->modules = module->next;
		kernel_btf_close(module);
	}
	if (btf->mapped)
		munmap(btf->data, btf->size);
	else
		free(btf->data);
	free(btf->offsets);
	free(btf);
}

#define NOT_FOUND UINT32_MAX

/* The offset of a whole string in a string section, as types refer to it. pahole stores each string once. */
static uint32_t find_string(const struct kernel_btf *part, const char *name)
{
	size_t length = strlen(name);
	const char *p = part->strings, *end = part->strings + part->strings_size, *hit;

	while ((hit = memmem(p, end - p, name, length + 1))) {
		if (hit == part->strings || hit[-1] == '\0')
			return part->string_shift + (hit - part->strings);
		p = hit + 1;
	}
	return NOT_FOUND;
}

static const struct btf_type *type_at(const struct kernel_btf *part, uint32_t index)
{
	return (const struct btf_type *)(part->types + part->offsets[index]);
}

/* A name to look for: where it is in the strings of vmlinux, and of the part that is searched. */
struct wanted {
	uint32_t kinds;
	uint32_t offsets[2];
	uint32_t *index; /* of the enumerator, if one is wanted */
};

static bool is_wanted(const struct wanted *wanted, uint32_t offset)
{
	return offset && (offset == wanted->offsets[0] || offset == wanted->offsets[1]);
}

static bool find_in_enum(const struct btf_type *type, const struct wanted *wanted)
{
	const unsigned char *p = (const unsigned char *)(type + 1);
	size_t each = trailing[BTF_INFO_KIND(type->info)].each;

	/* Both kinds of enumerator start with the name's offset. */
	for (uint32_t i = 0; i < BTF_INFO_VLEN(type->info); i++, p += each) {
		if (is_wanted(wanted, *(const uint32_t *)p)) {
			*wanted->index = i;
			return true;
		}
	}
	return false;
}

static uint32_t find_in_part(const struct kernel_btf *part, const struct wanted *wanted)
{
	if (wanted->offsets[0] == NOT_FOUND && wanted->offsets[1] == NOT_FOUND)
		return 0;
	for (uint32_t i = 1; i < part->ntypes; i++) {
		const struct btf_type *type = type_at(part, i);

		if (!(wanted->kinds & 1u << BTF_INFO_KIND(type->info)))
			continue;
		if (wanted->index ? find_in_enum(type, wanted) : is_wanted(wanted, type->name_off))
			return part->id_shift + i;
	}
	return 0;
}

static uint32_t find(const struct kernel_btf *btf, const char *name, uint32_t kinds, uint32_t *index)
{
	struct wanted wanted = { kinds, { NOT_FOUND, NOT_FOUND }, index };
	uint32_t id;

	if (!*name)
		return 0;
	wanted.offsets[0] = find_string(btf, name);
	id = find_in_part(btf, &wanted);
	for (const struct kernel_btf *module = btf->modules; module && !id; module = module->next) {
		wanted.offsets[1] = find_string(module, name);
		id = find_in_part(module, &wanted);
	}
	return id;
}

uint32_t kernel_btf_find(const struct kernel_btf *btf, const char *name, uint32_t kinds)
{
	return find(btf, name, kinds, NULL);
}

uint32_t kernel_btf_find_enumerator(const struct kernel_btf *btf, const char *name, uint32_t *index)
{
	return find(btf, name, 1u << BTF_KIND_ENUM | 1u << BTF_KIND_ENUM64, index);
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
	const struct btf_member *members;

	if (!type)
		return 0;
	members = (const struct btf_member *)(type + 1);
	for (uint32_t i = 0; i < BTF_INFO_VLEN(type->info); i++)
		if (!strcmp(kernel_btf_string(btf, members[i].name_off), member))
			return size_of(btf, members[i].type);
	return 0;
}

const struct btf_type *kernel_btf_type(const struct kernel_btf *btf, uint32_t id)
{
	if (id == 0)
		return NULL;
	if (id < btf->ntypes)
		return type_at(btf, id);
	for (const struct kernel_btf *module = btf->modules; module; module = module->next)
		if (id > module->id_shift && id - module->id_shift < module->ntypes)
			return type_at(module, id - module->id_shift);
	return NULL;
}

const char *kernel_btf_string(const struct kernel_btf *btf, uint32_t offset)
{
	if (offset < btf->strings_size)
		return btf->strings + offset;
	for (const struct kernel_btf *module = btf->modules; module; module = module->next)
		if (offset >= module->string_shift && offset - module->string_shift < module->strings_size)
			return module->strings + (offset - module->string_shift);
	return "";
}
