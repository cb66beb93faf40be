/* SPDX-License-Identifier: Apache-2.0 */
/* What each type of map can do, and what is said of those that cannot. */
#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/bpf.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "tables/table.h"

/* The kernel's own, for what a map type has not; not in <errno.h>. */
#define ENOTSUPP 524

static const unsigned int kinds[] = {
	[BPF_MAP_TYPE_HASH] = TABLE_KEYS | TABLE_BATCH,
	[BPF_MAP_TYPE_ARRAY] = TABLE_ARRAY | TABLE_BATCH,
	[BPF_MAP_TYPE_PROG_ARRAY] = TABLE_SLOTS | TABLE_PROGRAMS,
	[BPF_MAP_TYPE_PERF_EVENT_ARRAY] = TABLE_SLOTS | TABLE_PERF_EVENTS,
	[BPF_MAP_TYPE_PERCPU_HASH] = TABLE_KEYS | TABLE_BATCH | TABLE_PER_CPU,
	[BPF_MAP_TYPE_PERCPU_ARRAY] = TABLE_ARRAY | TABLE_BATCH | TABLE_PER_CPU,
	[BPF_MAP_TYPE_STACK_TRACE] = TABLE_KEYS | TABLE_STACKS,
	[BPF_MAP_TYPE_CGROUP_ARRAY] = TABLE_SLOTS | TABLE_CGROUPS,
	[BPF_MAP_TYPE_LRU_HASH] = TABLE_KEYS | TABLE_BATCH,
	[BPF_MAP_TYPE_LRU_PERCPU_HASH] = TABLE_KEYS | TABLE_BATCH | TABLE_PER_CPU,
	[BPF_MAP_TYPE_LPM_TRIE] = TABLE_KEYS,
	[BPF_MAP_TYPE_ARRAY_OF_MAPS] = TABLE_SLOTS,
	[BPF_MAP_TYPE_HASH_OF_MAPS] = TABLE_KEYS,
	[BPF_MAP_TYPE_DEVMAP] = TABLE_SLOTS,
	[BPF_MAP_TYPE_SOCKMAP] = TABLE_SLOTS,
	[BPF_MAP_TYPE_CPUMAP] = TABLE_SLOTS,
	[BPF_MAP_TYPE_XSKMAP] = TABLE_SLOTS,
	[BPF_MAP_TYPE_SOCKHASH] = TABLE_KEYS,
	[BPF_MAP_TYPE_CGROUP_STORAGE] = TABLE_KEYS,
	[BPF_MAP_TYPE_REUSEPORT_SOCKARRAY] = TABLE_SLOTS,
	[BPF_MAP_TYPE_PERCPU_CGROUP_STORAGE] = TABLE_KEYS | TABLE_PER_CPU,
	[BPF_MAP_TYPE_QUEUE] = TABLE_QUEUE,
	[BPF_MAP_TYPE_STACK] = TABLE_QUEUE,
	[BPF_MAP_TYPE_SK_STORAGE] = TABLE_KEYS,
	[BPF_MAP_TYPE_DEVMAP_HASH] = TABLE_KEYS,
	[BPF_MAP_TYPE_RINGBUF] = 0,
	[BPF_MAP_TYPE_INODE_STORAGE] = TABLE_KEYS,
	[BPF_MAP_TYPE_TASK_STORAGE] = TABLE_KEYS,
};

unsigned int table_kinds(uint32_t map_type)
{
	return map_type < sizeof kinds / sizeof *kinds ? kinds[map_type] : TABLE_KEYS;
}

static const char *type_name(const struct cbcc_table *t)
{
	const char *name = libbpf_bpf_map_type_str((enum bpf_map_type)t->type);

	return name ? name : "unknown";
}

static int refuse(const struct cbcc_table *t, const char *call)
{
	return error_say(-EOPNOTSUPP, "%s: not for table '%s', whose type is %s", call, t->name,
			 type_name(t));
}

int table_check(const struct cbcc_table *t, unsigned int wanted, const char *call, const void *a,
		const void *b)
{
	if (!t)
		return error_missing("%s: the table is NULL", call);
	if (!(t->kinds & wanted))
		return refuse(t, call);
	if (!a || !b)
		return error_say(-EINVAL, "%s: an argument is NULL (table '%s')", call, t->name);
	return 0;
}

/* An index that an array does not have. */
static bool is_beyond(const struct cbcc_table *t, const void *key)
{
	uint32_t index;

	if (!key || !(t->kinds & TABLE_INDEXED))
		return false;
	memcpy(&index, key, sizeof index);
	return index >= t->max_entries;
}

static int beyond(const struct cbcc_table *t, int err, const char *call, const void *key)
{
	int32_t index;

	memcpy(&index, key, sizeof index);
	return error_say(err, "%s: table '%s' has no index %d: it has %u", call, t->name, index,
			 t->max_entries);
}

int table_error(const struct cbcc_table *t, int err, const char *call, const void *key)
{
	switch (err) {
	case -ENOTSUPP:
	case -EOPNOTSUPP:
		return refuse(t, call);
	case -ENOENT:
		if (t->kinds & TABLE_QUEUE)
			return error_say(err, "%s: table '%s' is empty", call, t->name);
		return is_beyond(t, key) ? beyond(t, err, call, key)
					 : error_say(err, "%s: table '%s' has no such key", call, t->name);
	case -EEXIST:
		return error_say(err, "%s: table '%s' has that key already", call, t->name);
	case -E2BIG:
		return is_beyond(t, key)
			       ? beyond(t, err, call, key)
			       : error_say(err, "%s: table '%s' is full: it has room for %u entries", call,
					   t->name, t->max_entries);
	default:
		return error_set(err, "%s: table '%s'", call, t->name);
	}
}
