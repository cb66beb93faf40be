/* SPDX-License-Identifier: Apache-2.0 */
#include "folder.h"

#include <dirent.h>
#include <ftw.h>
#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

#include "test.h"

char *folder_make(void)
{
	const char *directory = getenv("TMPDIR");
	char *folder;

	assert_true(asprintf(&folder, "%s/cbcc-test-XXXXXX", directory ? directory : "/tmp") > 0);
	assert_non_null(mkdtemp(folder));
	return folder;
}

const char *folder_path(const char *folder, const char *name)
{
	static char path[PATH_MAX];

	assert_true(snprintf(path, sizeof path, "%s/%s", folder, name) < (int)sizeof path);
	return path;
}

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *walk)
{
	(void)status, (void)type, (void)walk;
	return remove(path);
}

void folder_remove(char *folder)
{
	assert_int_equal(nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS), 0);
	free(folder);
}

void folder_write(const char *folder, const char *name, const void *content, size_t size)
{
	FILE *out = fopen(folder_path(folder, name), "we");

	assert_non_null(out);
	assert_int_equal(fwrite(content, 1, size, out), size);
	assert_int_equal(fclose(out), 0);
}

static bool ends(const char *name, const char *suffix)
{
	size_t length = strlen(name), end = strlen(suffix);

	return length >= end && strcmp(name + length - end, suffix) == 0;
}

static size_t list(const char *folder, const char *suffix, char **last)
{
	DIR *files = opendir(folder);
	struct dirent *file;
	size_t count = 0;

	assert_non_null(files);
	while ((file = readdir(files))) {
		if (!ends(file->d_name, suffix) || file->d_name[0] == '.')
			continue;
		count++;
		free(*last);
		*last = strdup(folder_path(folder, file->d_name));
		assert_non_null(*last);
	}
	closedir(files);
	return count;
}

size_t folder_count(const char *folder, const char *suffix)
{
	char *last = NULL;
	size_t count = list(folder, suffix, &last);

	free(last);
	return count;
}

char *folder_only(const char *folder, const char *suffix)
{
	char *only = NULL;

	assert_int_equal(list(folder, suffix, &only), 1);
	return only;
}
