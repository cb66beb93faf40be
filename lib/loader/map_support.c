/* SPDX-License-Identifier: Apache-2.0 */
#include "loader/map_support.h"

#include <errno.h>

#include "base/error.h"

/* By the number of the type, up to the newest in this table. */
static const struct map_type {
	const char *name, *since;
} types[] = {
	[1] = { "hash", "3.19" },
	[2] = { "array", "3.19" },
	[3] = { "prog_array", "4.2" },
	[4] = { "perf_event_array", "4.3" },
	[5] = { "percpu_hash", "4.6" },
	[6] = { "percpu_array", "4.6" },
	[7] = { "stack_trace", "4.6" },
	[8] = { "cgroup_array", "4.8" },
	[9] = { "lru_hash", "4.10" },
	[10] = { "lru_percpu_hash", "4.10" },
	[11] = { "lpm_trie", "4.11" },
	[12] = { "array_of_maps", "4.12" },
	[13] = { "hash_of_maps", "4.12" },
	[14] = { "devmap", "4.14" },
	[15] = { "sockmap", "4.14" },
	[16] = { "cpumap", "4.15" },
	[17] = { "xskmap", "4.18" },
	[18] = { "sockhash", "4.18" },
	[19] = { "cgroup_storage", "4.19" },
	[20] = { "reuseport_sockarray", "4.19" },
	[21] = { "percpu_cgroup_storage", "4.20" },
	[22] = { "queue", "4.20" },
	[23] = { "stack", "4.20" },
	[24] = { "sk_storage", "5.2" },
	[25] = { "devmap_hash", "5.4" },
	[26] = { "struct_ops", "5.6" },
	[27] = { "ringbuf", "5.8" },
	[28] = { "inode_storage", "5.10" },
	[29] = { "task_storage", "5.11" },
	[30] = { "bloom_filter", "5.16" },
	[31] = { "user_ringbuf", "6.1" },
	[32] = { "cgrp_storage", "6.2" },
	[33] = { "arena", "6.9" },
};

#define COUNT (sizeof types / sizeof *types)

int map_support_explain(const struct bpf_map *map)
{
	unsigned int type = bpf_map__type(map);

	if (!type || type >= COUNT)
		return error_say(-EOPNOTSUPP,
				 "cannot make the map %s: no type of maps with the number %u is known",
				 bpf_map__name(map), type);
	if (libbpf_probe_bpf_map_type(type, NULL) != 0)
		return 0;
	return error_say(-EOPNOTSUPP,
			 "cannot make the map %s: this kernel has no maps of type %s (Linux %s and newer "
			 "have them, if "
			 "they are configured)",
			 bpf_map__name(map), types[type].name, types[type].since);
}
