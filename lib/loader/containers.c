/* SPDX-License-Identifier: Apache-2.0 */
/* The text by which programs leave out what is not of certain containers. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "cbcc/program.h"

static const char none[] = "static inline int container_should_be_filtered(void) { return 0; }\n";

static const char by_cgroup[] = "BPF_TABLE_PINNED(\"hash\", u64, u64, cgroupset, 1024, \"%s\");\n"
				"static inline int container_should_be_filtered(void) {\n"
				"	u64 id = bpf_get_current_cgroup_id();\n"
				"	return !cgroupset.lookup(&id);\n"
				"}\n";

static const char by_mntns[] =
	"BPF_TABLE_PINNED(\"hash\", u64, u32, mount_ns_set, 1024, \"%s\");\n"
	"static inline int container_should_be_filtered(void) {\n"
	"	struct task_struct *task = (struct task_struct *)bpf_get_current_task();\n"
	"	u64 id = task->nsproxy->mnt_ns->ns.inum;\n"
	"	return !mount_ns_set.lookup(&id);\n"
	"}\n";

/* A path stands in a string of C. */
static bool is_plain(const char *path)
{
	return !path || (*path && !strpbrk(path, "\"\\\n"));
}

int cbcc_filter_by_containers(const char *cgroup_map, const char *mntns_map, char *buf, size_t size)
{
	if (cgroup_map && mntns_map)
		return error_say(-EINVAL, "cbcc_filter_by_containers: give one map, or none");
	if (!is_plain(cgroup_map) || !is_plain(mntns_map) || (!buf && size))
		return error_say(-EINVAL, "cbcc_filter_by_containers: the %s",
				 buf || !size ? "path cannot stand in a text" : "buffer is NULL");
	if (cgroup_map)
		return snprintf(buf, size, by_cgroup, cgroup_map);
	if (mntns_map)
		return snprintf(buf, size, by_mntns, mntns_map);
	return snprintf(buf, size, "%s", none);
}
