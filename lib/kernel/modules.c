/* SPDX-License-Identifier: Apache-2.0 */
#include "kernel/modules.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "kernel/build_id.h"

static int is_module(const struct dirent *file)
{
	return file->d_name[0] != '.' && strcmp(file->d_name, "vmlinux") != 0;
}

static int describe(const char *name, FILE *out)
{
	unsigned char id[BUILD_ID_MAX];
	char path[PATH_MAX], text[BUILD_ID_TEXT_MAX];
	struct stat st;
	size_t size;

	snprintf(path, sizeof path, MODULES_BTF_DIRECTORY "/%s", name);
	if (stat(path, &st) != 0)
		return -errno;
	snprintf(path, sizeof path, "/sys/module/%s/notes/.note.gnu.build-id", name);
	size = build_id_read(path, id);
	build_id_text(id, size, text);
	fprintf(out, "%s %llu %s\n", name, (unsigned long long)st.st_size, text);
	return size ? 0 : -ENODATA;
}

static int describe_all(struct dirent **modules, int count, char **list, size_t *size)
{
	FILE *out = open_memstream(list, size);
	int err = out ? 0 : -ENOMEM;

	if (!out)
		return err;
	for (int i = 0; i < count && !err; i++)
		err = describe(modules[i]->d_name, out);
	if (fclose(out) != 0 && !err)
		err = -ENOMEM;
	if (err)
		free(*list);
	return err;
}

/* By bytes, whatever the locale. */
static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

int modules_list(char **list, size_t *size)
{
	struct dirent **modules;
	int count = scandir(MODULES_BTF_DIRECTORY, &modules, is_module, by_name);
	int err;

	if (count < 0)
		return -errno;
	err = describe_all(modules, count, list, size);
	for (int i = 0; i < count; i++)
		free(modules[i]);
	free(modules);
	return err;
}
