/* SPDX-License-Identifier: Apache-2.0 */
/* The text by which programs leave out what is not of certain containers. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "cbcc/program.h"

/* What stands before a map's path, and behind it. */
struct filter {
	const char *head, *tail;
};

static const struct filter by_cgroup = {
	"BPF_TABLE_PINNED(\"hash\", u64, u64, cgroupset, 1024, \"",
	"\");\n"
	"static inline int _cgroup_filter(void) {\n"
	"	u64 id = bpf_get_current_cgroup_id();\n"
	"	return !cgroupset.lookup(&id);\n"
	"}\n",
};

/* (The macro is BCC's: texts that would define struct mnt_namespace ask for it.) */
static const struct filter by_mntns = {
	"#define MNT_NAMESPACE_DEFINED\n"
	"BPF_TABLE_PINNED(\"hash\", u64, u32, mount_ns_set, 1024, \"",
	"\");\n"
	"static inline int _mntns_filter(void) {\n"
	"	struct task_struct *task = (struct task_struct *)bpf_get_current_task();\n"
	"	u64 id = task->nsproxy->mnt_ns->ns.inum;\n"
	"	return !mount_ns_set.lookup(&id);\n"
	"}\n",
};

static const struct filter none = { "", "" };

/* A path stands in a string of C. */
static bool is_plain(const char *path)
{
	return !path || (*path && !strpbrk(path, "\"\\\n"));
}

int cbcc_filter_by_containers(const char *cgroup_map, const char *mntns_map, char *buf, size_t size)
{
	const struct filter *cgroup = cgroup_map ? &by_cgroup : &none;
	const struct filter *mntns = mntns_map ? &by_mntns : &none;

	if (!is_plain(cgroup_map) || !is_plain(mntns_map) || (!buf && size))
		return error_say(-EINVAL, "cbcc_filter_by_containers: the %s",
				 buf || !size ? "path cannot stand in a text" : "buffer is NULL");
	return snprintf(
		buf, size,
		"%s%s%s%s%s%sstatic inline int container_should_be_filtered(void) { return %s || %s; }\n",
		cgroup->head, cgroup_map ? cgroup_map : "", cgroup->tail, mntns->head,
		mntns_map ? mntns_map : "", mntns->tail, cgroup_map ? "_cgroup_filter()" : "0",
		mntns_map ? "_mntns_filter()" : "0");
}
