/* SPDX-License-Identifier: Apache-2.0 */
/* Cgroups in cgroup arrays, by their paths. */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/error.h"
#include "tables/table.h"

int cbcc_table_set_cgroup(struct cbcc_table *t, uint32_t index, const char *path)
{
	int err = table_check(t, TABLE_CGROUPS, "cbcc_table_set_cgroup", path, path);
	int fd;

	if (err)
		return err;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return error_set(-errno, "cannot open %s, for table '%s'", path, t->name);
	err = cbcc_table_update(t, &index, &fd, 0);
	close(fd);
	return err == -EBADF ? error_say(err, "%s is no cgroup of version 2 (table '%s')", path, t->name)
			     : err;
}
