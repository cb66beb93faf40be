/* SPDX-License-Identifier: Apache-2.0 */
/* The language of a process, by the names of the files that it has mapped. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "cbcc/uprobe.h"
#include "process/maps.h"

static const struct language {
	const char *name;
	const char *library; /* how its library's name begins */
} languages[] = {
	{ "java", "libjvm." },     { "node", "libnode." }, { "perl", "libperl." }, { "php", "libphp" },
	{ "python", "libpython" }, { "ruby", "libruby" },  { "c", "libc.so" },     { "c", "libc-" },
	{ "c", "libc.musl-" },     { "c", "ld-musl-" },
};

#define COUNT (sizeof languages / sizeof *languages)

static bool begins_with(const char *name, const char *beginning)
{
	return strncmp(name, beginning, strlen(beginning)) == 0;
}

static const char *file_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* Interpreters have their versions behind their names: python3.11, and nodejs is another name of node. */
static bool is_interpreter(const char *file, const char *language)
{
	size_t length = strlen(language);

	if (!begins_with(file, language))
		return false;
	return strspn(file + length, "0123456789.-js") == strlen(file + length);
}

static const struct language *by_program(pid_t pid)
{
	char link[32], path[PATH_MAX];
	ssize_t length;

	snprintf(link, sizeof link, "/proc/%d/exe", (int)pid);
	length = readlink(link, path, sizeof path - 1);
	path[length > 0 ? length : 0] = '\0';
	for (const struct language *language = languages; strcmp(language->name, "c") != 0; language++)
		if (is_interpreter(file_name(path), language->name))
			return language;
	return NULL;
}

/* The first of them in the order of the table, as most processes have the C library, too. */
static const struct language *by_libraries(const struct process_maps *maps)
{
	for (size_t i = 0; i < COUNT; i++)
		for (size_t j = 0; j < maps->count; j++)
			if (process_map_is_file(&maps->maps[j]) &&
			    begins_with(file_name(maps->maps[j].path), languages[i].library))
				return &languages[i];
	return NULL;
}

const char *cbcc_detect_language(pid_t pid)
{
	const struct language *language = pid > 0 ? by_program(pid) : NULL;
	struct process_maps maps;
	int err;

	if (language)
		return language->name;
	err = pid > 0 ? process_maps_read(pid, &maps) : -ENOENT;
	if (err)
		return error_null(error_set(err == -ENOENT ? -ESRCH : err, "process %d", (int)pid));
	language = by_libraries(&maps);
	process_maps_free(&maps);
	if (!language)
		return error_null(error_say(-ENOENT, "the language of process %d is not known", (int)pid));
	return language->name;
}
