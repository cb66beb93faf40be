/* SPDX-License-Identifier: Apache-2.0 */
#include "btf/kernel_btf.h"
#include "btf/name_index.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
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
	struct by_name *names;
	bool borrowed; /* all of the above is the process's */
	/*
	 * Modules, each with types and strings of its own behind those of vmlinux. In their files all start where
	 * vmlinux ends; here they follow each other: what stands in a file is moved by these differences.
	 */
	struct kernel_btf *modules;
	struct kernel_btf *next;
	uint32_t id_shift;     /* id here less the index in offsets */
	uint32_t string_shift; /* string offset here less the place in strings */
};

/* Types by their names and by those of their enumerators: indexed when they are asked for, in any thread. */
struct by_name {
	size_t ntypes, nenumerators;
	struct name_index types, enumerators;
	pthread_mutex_t lock;
};

/* The kinds that are found by name, and those with enumerators. */
#define ENUM_KINDS (1u << BTF_KIND_ENUM | 1u << BTF_KIND_ENUM64)
#define NAMED_KINDS (1u << BTF_KIND_STRUCT | 1u << BTF_KIND_UNION | 1u << BTF_KIND_TYPEDEF | ENUM_KINDS)

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

static void count_names(const struct btf_type *type, struct by_name *names)
{
	uint32_t kind = 1u << BTF_INFO_KIND(type->info);

	names->ntypes += kind & NAMED_KINDS ? 1 : 0;
	names->nenumerators += kind & ENUM_KINDS ? BTF_INFO_VLEN(type->info) : 0;
}

static int index_types(struct kernel_btf *btf)
{
	btf->offsets = malloc((btf->types_size / sizeof(struct btf_type) + 1) * sizeof *btf->offsets);
	if (!btf->offsets)
		return -ENOMEM;
	btf->ntypes = 1;
	for (size_t at = 0, size; at < btf->types_size; at += size) {
		size = type_size(btf->types + at, btf->types_size - at);
		if (!size)
			return -EINVAL;
		count_names((const struct btf_type *)(btf->types + at), btf->names);
		btf->offsets[btf->ntypes++] = at;
	}
	return btf->ntypes > 1 ? 0 : -EINVAL;
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

static struct kernel_btf *allocate(void)
{
	struct kernel_btf *btf = calloc(1, sizeof *btf);

	if (!btf)
		return NULL;
	btf->names = calloc(1, sizeof *btf->names);
	if (!btf->names) {
		free(btf);
		return NULL;
	}
	pthread_mutex_init(&btf->names->lock, NULL);
	return btf;
}

static int open_file(const char *path, bool is_module, struct kernel_btf **result)
{
	struct kernel_btf *btf;
	int fd, err;

	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	btf = allocate();
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

/* The kernel's, kept from the first time on: its pages are the kernel's own, and its indices take a megabyte. */
static pthread_mutex_t kept_lock = PTHREAD_MUTEX_INITIALIZER;
static const struct kernel_btf *kept;

static int open_kept(struct kernel_btf **btf)
{
	int err = kept ? 0 : open_file("/sys/kernel/btf/vmlinux", false, btf);

	if (err)
		return err;
	if (!kept && !(*btf)->mapped)
		return 0;
	if (!kept)
		kept = *btf;
	*btf = malloc(sizeof **btf);
	if (!*btf)
		return -ENOMEM;
	**btf = *kept;
	(*btf)->borrowed = true;
	return 0;
}

int kernel_btf_open_running(struct kernel_btf **btf)
{
	int err;

	pthread_mutex_lock(&kept_lock);
	err = open_kept(btf);
	pthread_mutex_unlock(&kept_lock);
	return err;
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

static void free_content(struct kernel_btf *btf)
{
	name_index_free(&btf->names->types);
	name_index_free(&btf->names->enumerators);
	pthread_mutex_destroy(&btf->names->lock);
	free(btf->names);
	if (btf->mapped)
		munmap(btf->data, btf->size);
	else
		free(btf->data);
	free(btf->offsets);
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
	if (!btf->borrowed)
		free_content(btf);
	free(btf);
}

static const struct btf_type *type_at(const struct kernel_btf *part, uint32_t index)
{
	return (const struct btf_type *)(part->types + part->offsets[index]);
}

static bool is_of(const struct btf_type *type, uint32_t kinds)
{
	return kinds & 1u << BTF_INFO_KIND(type->info);
}

/* The name of an enumerator. Both kinds of enumerator start with the name's offset. */
static uint32_t enumerator_name(const struct btf_type *type, uint32_t index)
{
	const unsigned char *first = (const unsigned char *)(type + 1);

	return *(const uint32_t *)(first + index * trailing[BTF_INFO_KIND(type->info)].each);
}

/* As kernel_btf_string(), and where the memory ends that it is in. */
static const char *find_string(const struct kernel_btf *btf, uint32_t offset, const char **end)
{
	static const char none[] = "";

	*end = btf->strings + btf->strings_size;
	if (offset < btf->strings_size)
		return btf->strings + offset;
	for (const struct kernel_btf *module = btf->modules; module; module = module->next) {
		*end = module->strings + module->strings_size;
		if (offset >= module->string_shift && offset - module->string_shift < module->strings_size)
			return module->strings + (offset - module->string_shift);
	}
	*end = none + sizeof none;
	return none;
}

static void add_name(const struct kernel_btf *btf, struct name_index *index, uint32_t offset, uint32_t number)
{
	const char *end, *name = find_string(btf, offset, &end);

	if (*name)
		name_index_add(index, name_hash(name, end), number);
}

static void add_types(const struct kernel_btf *btf, const struct kernel_btf *part, struct name_index *index)
{
	for (uint32_t i = 1; i < part->ntypes; i++) {
		const struct btf_type *type = type_at(part, i);

		if (is_of(type, NAMED_KINDS))
			add_name(btf, index, type->name_off, i);
	}
}

static void add_enumerators(const struct kernel_btf *btf, const struct kernel_btf *part,
			    struct name_index *index)
{
	for (uint32_t i = 1; i < part->ntypes; i++) {
		const struct btf_type *type = type_at(part, i);

		for (uint32_t e = 0; is_of(type, ENUM_KINDS) && e < BTF_INFO_VLEN(type->info); e++)
			add_name(btf, index, enumerator_name(type, e), i);
	}
}

/* NULL if there is no memory for it. */
static const struct name_index *types_by_name(const struct kernel_btf *btf, const struct kernel_btf *part)
{
	struct by_name *names = part->names;

	pthread_mutex_lock(&names->lock);
	if (!names->types.slots && name_index_init(&names->types, names->ntypes) == 0)
		add_types(btf, part, &names->types);
	pthread_mutex_unlock(&names->lock);
	return names->types.slots ? &names->types : NULL;
}

static const struct name_index *enumerators_by_name(const struct kernel_btf *btf,
						    const struct kernel_btf *part)
{
	struct by_name *names = part->names;

	pthread_mutex_lock(&names->lock);
	if (!names->enumerators.slots && name_index_init(&names->enumerators, names->nenumerators) == 0)
		add_enumerators(btf, part, &names->enumerators);
	pthread_mutex_unlock(&names->lock);
	return names->enumerators.slots ? &names->enumerators : NULL;
}

static bool is_named(const struct kernel_btf *btf, uint32_t offset, const char *name)
{
	return strcmp(kernel_btf_string(btf, offset), name) == 0;
}

static uint32_t find_type(const struct kernel_btf *btf, const struct kernel_btf *part, const char *name,
			  uint32_t kinds)
{
	const struct name_index *names = types_by_name(btf, part);
	uint32_t at = name_hash(name, name + strlen(name) + 1), i;

	while (names && (i = name_index_next(names, &at))) {
		const struct btf_type *type = type_at(part, i);

		if (is_of(type, kinds) && is_named(btf, type->name_off, name))
			return part->id_shift + i;
	}
	return 0;
}

static uint32_t find_enumerator(const struct kernel_btf *btf, const struct kernel_btf *part, const char *name,
				uint32_t *index)
{
	const struct name_index *names = enumerators_by_name(btf, part);
	uint32_t at = name_hash(name, name + strlen(name) + 1), i;

	while (names && (i = name_index_next(names, &at))) {
		const struct btf_type *type = type_at(part, i);

		for (*index = 0; *index < BTF_INFO_VLEN(type->info); ++*index)
			if (is_named(btf, enumerator_name(type, *index), name))
				return part->id_shift + i;
	}
	return 0;
}

uint32_t kernel_btf_find(const struct kernel_btf *btf, const char *name, uint32_t kinds)
{
	uint32_t id = *name ? find_type(btf, btf, name, kinds) : 0;

	for (const struct kernel_btf *module = btf->modules; module && *name && !id; module = module->next)
		id = find_type(btf, module, name, kinds);
	return id;
}

uint32_t kernel_btf_find_enumerator(const struct kernel_btf *btf, const char *name, uint32_t *index)
{
	uint32_t id = *name ? find_enumerator(btf, btf, name, index) : 0;

	for (const struct kernel_btf *module = btf->modules; module && *name && !id; module = module->next)
		id = find_enumerator(btf, module, name, index);
	return id;
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
	const char *end;

	return find_string(btf, offset, &end);
}
