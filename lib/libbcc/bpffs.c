/* SPDX-License-Identifier: Apache-2.0 */
/* Where maps and programs are pinned. */
#include <errno.h>
#include <libgen.h>
#include <linux/magic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include "complain.h"
#include "libbcc.h"

static int make_directory(const char *path)
{
	return mkdir(path, 0700) != 0 && errno != EEXIST ? failed_to(-errno, "failed to mkdir %s", path) : 0;
}

static int check_directory(const char *path)
{
	struct statfs status;

	if (statfs(path, &status) != 0)
		return failed_to(-errno, "failed to statfs %s", path);
	if ((unsigned long)status.f_type != BPF_FS_MAGIC) {
		complain("specified path %s is not on BPF FS", path);
		return failed(-EINVAL);
	}
	return 0;
}

static int do_with_parent(const char *path, int (*fn)(const char *directory))
{
	char *copy = path ? strdup(path) : NULL;
	int result = copy ? fn(dirname(copy)) : failed(path ? -ENOMEM : -EINVAL);

	free(copy);
	return result;
}

int bcc_make_parent_dir(const char *path)
{
	return do_with_parent(path, make_directory);
}

int bcc_check_bpffs_path(const char *path)
{
	return do_with_parent(path, check_directory);
}
