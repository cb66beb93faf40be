/* SPDX-License-Identifier: Apache-2.0 */
/* The tables of a module, by name and by number. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "complain.h"
#include "description.h"
#include "libbcc.h"
#include "module.h"
#include "tables/table.h"

#define NO_TABLE (~(size_t)0)

size_t bpf_num_tables(void *program)
{
	const struct module *module = program;

	return module ? module->b->unit.nmaps : 0;
}

const char *bpf_table_name(void *program, size_t id)
{
	const struct module *module = program;

	return id < bpf_num_tables(program) ? module->b->unit.maps[id].name : NULL;
}

size_t bpf_table_id(void *program, const char *name)
{
	for (size_t id = 0; name && id < bpf_num_tables(program); id++)
		if (strcmp(bpf_table_name(program, id), name) == 0)
			return id;
	return NO_TABLE;
}

static struct cbcc_table *table_of(void *program, size_t id)
{
	struct module *module = program;
	const char *name = bpf_table_name(program, id);
	struct cbcc_table *table = name ? cbcc_get_table(module->b, name) : NULL;

	if (name && !table)
		complain_last_error();
	return table;
}

int bpf_table_fd_id(void *program, size_t id)
{
	const struct cbcc_table *table = table_of(program, id);

	return table ? cbcc_table_fd(table) : -1;
}

int bpf_table_type_id(void *program, size_t id)
{
	const struct cbcc_table *table = table_of(program, id);

	return table ? (int)cbcc_table_type(table) : -1;
}

size_t bpf_table_max_entries_id(void *program, size_t id)
{
	return cbcc_table_max_entries(table_of(program, id));
}

int bpf_table_flags_id(void *program, size_t id)
{
	const struct cbcc_table *table = table_of(program, id);

	return table ? (int)cbcc_table_flags(table) : -1;
}

size_t bpf_table_key_size_id(void *program, size_t id)
{
	return cbcc_table_key_size(table_of(program, id));
}

size_t bpf_table_leaf_size_id(void *program, size_t id)
{
	return cbcc_table_leaf_size(table_of(program, id));
}

int bpf_table_fd(void *program, const char *name)
{
	return bpf_table_fd_id(program, bpf_table_id(program, name));
}

int bpf_table_type(void *program, const char *name)
{
	return bpf_table_type_id(program, bpf_table_id(program, name));
}

size_t bpf_table_max_entries(void *program, const char *name)
{
	return bpf_table_max_entries_id(program, bpf_table_id(program, name));
}

int bpf_table_flags(void *program, const char *name)
{
	return bpf_table_flags_id(program, bpf_table_id(program, name));
}

size_t bpf_table_key_size(void *program, const char *name)
{
	return bpf_table_key_size_id(program, bpf_table_id(program, name));
}

size_t bpf_table_leaf_size(void *program, const char *name)
{
	return bpf_table_leaf_size_id(program, bpf_table_id(program, name));
}

/* What maps hold that the kernel knows the types of. Ring buffers have neither keys nor leaves, but BCC's do. */
static const struct {
	uint32_t type;
	const char *key, *leaf;
} kernels_types[] = {
	{ BPF_MAP_TYPE_PROG_ARRAY, "\"unsigned int\"", "\"unsigned int\"" },
	{ BPF_MAP_TYPE_PERF_EVENT_ARRAY, "\"int\"", "\"unsigned int\"" },
	{ BPF_MAP_TYPE_RINGBUF, "\"int\"", "\"unsigned int\"" },
	{ BPF_MAP_TYPE_CGROUP_ARRAY, "\"int\"", "\"unsigned int\"" },
	{ BPF_MAP_TYPE_STACK_TRACE, "\"int\"", NULL },
	{ BPF_MAP_TYPE_ARRAY_OF_MAPS, "\"int\"", "\"int\"" },
	{ BPF_MAP_TYPE_HASH_OF_MAPS, NULL, "\"int\"" },
	{ BPF_MAP_TYPE_DEVMAP, "\"int\"", "\"int\"" },
	{ BPF_MAP_TYPE_CPUMAP, "\"int\"", "\"unsigned int\"" },
	{ BPF_MAP_TYPE_XSKMAP, "\"int\"", "\"int\"" },
	{ BPF_MAP_TYPE_SOCKMAP, "\"int\"", "\"int\"" },
	{ BPF_MAP_TYPE_SOCKHASH, NULL, "\"int\"" },
};

static const char *kernels_type(uint32_t map_type, bool key)
{
	for (size_t i = 0; i < sizeof kernels_types / sizeof *kernels_types; i++)
		if (kernels_types[i].type == map_type)
			return key ? kernels_types[i].key : kernels_types[i].leaf;
	return NULL;
}

#define ADDRESSES "[\"bpf_stacktrace\", [[\"ip\",\"unsigned long long\", [%zu]]], \"struct_packed\"]"
#define BUILD_IDS                                                                                            \
	"[\"bpf_stacktrace_buildid\", [[\"trace\",[\"bpf_stack_build_id\", [[\"status\",\"int\"], "          \
	"[\"build_id\",\"unsigned char\", [20]], [\"\", [[\"offset\",\"unsigned long long\"], "              \
	"[\"ip\",\"unsigned long long\"]], \"union\"]], \"struct_packed\"], [%zu]]], \"struct_packed\"]"

/* As long as the map's stacks are. */
static char *stack_description(const struct cbcc_table *table)
{
	char *text;
	int length;

	if (table->flags & BPF_F_STACK_BUILD_ID)
		length = asprintf(&text, BUILD_IDS, table->leaf_size / sizeof(struct bpf_stack_build_id));
	else
		length = asprintf(&text, ADDRESSES, table->leaf_size / sizeof(uint64_t));
	return length < 0 ? NULL : text;
}

/* Where the text says no type: the kernel's, or bytes; "" for what has none, as the keys of queues. */
static char *description_by_size(const struct cbcc_table *table, bool key)
{
	const char *known = kernels_type(table->type, key);
	size_t size = key ? table->key_size : table->leaf_size;
	char *text;

	if (table->type == BPF_MAP_TYPE_STACK_TRACE && !key)
		return stack_description(table);
	if (known || !size)
		return strdup(known ? known : "");
	return asprintf(&text, "[\"\", [[\"bytes\",\"unsigned char\", [%zu]]], \"struct\"]", size) < 0 ? NULL
												       : text;
}

static const char *description_of(const struct cbcc_table *table, bool key, char **kept)
{
	const struct cbcc_type *type = key ? table->key_type : table->leaf_type;

	if (!*kept)
		*kept = type ? type_description(type) : description_by_size(table, key);
	return *kept;
}

const char *bpf_table_key_desc_id(void *program, size_t id)
{
	struct module *module = program;
	const struct cbcc_table *table = table_of(program, id);

	return table ? description_of(table, true, &module->tables[id].key) : NULL;
}

const char *bpf_table_leaf_desc_id(void *program, size_t id)
{
	struct module *module = program;
	const struct cbcc_table *table = table_of(program, id);

	return table ? description_of(table, false, &module->tables[id].leaf) : NULL;
}

const char *bpf_table_key_desc(void *program, const char *name)
{
	return bpf_table_key_desc_id(program, bpf_table_id(program, name));
}

const char *bpf_table_leaf_desc(void *program, const char *name)
{
	return bpf_table_leaf_desc_id(program, bpf_table_id(program, name));
}

/* ---- keys and leaves as text ---- */

static int format(const struct cbcc_type *type, char *buf, size_t size, const void *value)
{
	int length = type ? cbcc_type_format(type, value, buf, size, CBCC_STYLE_TEXT) : -EINVAL;

	if (length < 0)
		return failed(length);
	return (size_t)length < size ? 0 : failed(-ENOSPC);
}

static int parse(const struct cbcc_type *type, const char *text, void *value)
{
	int err = type ? cbcc_type_parse(type, text, value) : -EINVAL;

	return err ? failed(err) : 0;
}

int bpf_table_key_snprintf(void *program, size_t id, char *buf, size_t buflen, const void *key)
{
	const struct cbcc_table *table = table_of(program, id);

	return format(table ? table->key_type : NULL, buf, buflen, key);
}

int bpf_table_leaf_snprintf(void *program, size_t id, char *buf, size_t buflen, const void *leaf)
{
	const struct cbcc_table *table = table_of(program, id);

	return format(table ? table->leaf_type : NULL, buf, buflen, leaf);
}

int bpf_table_key_sscanf(void *program, size_t id, const char *buf, void *key)
{
	const struct cbcc_table *table = table_of(program, id);

	return parse(table ? table->key_type : NULL, buf, key);
}

int bpf_table_leaf_sscanf(void *program, size_t id, const char *buf, void *leaf)
{
	const struct cbcc_table *table = table_of(program, id);

	return parse(table ? table->leaf_type : NULL, buf, leaf);
}
