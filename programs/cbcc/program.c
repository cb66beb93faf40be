/* SPDX-License-Identifier: Apache-2.0 */
#include "program.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MAX_TEXT (16u << 20)

static enum status read_stream(FILE *in, const char *name, char **text)
{
	size_t size = 0, room = 1 << 16;
	char *bytes = allocate(room);

	while ((size += fread(bytes + size, 1, room - 1 - size, in)) == room - 1 && room < MAX_TEXT) {
		char *more = allocate(room * 2);

		memcpy(more, bytes, size);
		free(bytes);
		bytes = more;
		room *= 2;
	}
	*text = bytes;
	if (ferror(in))
		return complain("cannot read %s: %s", name, strerror(errno));
	if (size == room - 1)
		return complain("%s is too large for a program", name);
	if (strlen(bytes) != size)
		return complain("%s is no text: it has a NUL byte", name);
	return STATUS_OK;
}

enum status program_read_file(const char *path, char **text)
{
	FILE *in = fopen(path, "re");
	enum status status;

	if (!in)
		return complain("cannot open %s: %s", path, strerror(errno));
	status = read_stream(in, path, text);
	fclose(in);
	return status;
}

static bool ends_with(const char *text, const char *end)
{
	size_t length = strlen(text), end_length = strlen(end);

	return length > end_length && strcmp(text + length - end_length, end) == 0;
}

char *bundled_folder(void)
{
	const char *folder = getenv("CBCC_PROGRAMS");
	char exe[PATH_MAX] = "", *path = NULL, *slash;

	if (folder && *folder)
		return copy_text(folder, strlen(folder));
	if (readlink("/proc/self/exe", exe, sizeof exe - 1) < 0)
		*exe = '\0';
	if (strncmp(exe, CBCC_BUILD "/", sizeof CBCC_BUILD) == 0)
		return copy_text(CBCC_SOURCE "/programs/bundled", strlen(CBCC_SOURCE "/programs/bundled"));
	slash = strrchr(exe, '/');
	/* Relative to the command, so that an installed tree may be moved. */
	if (slash && asprintf(&path, "%.*s/" CBCC_PROGRAMS_FROM_BIN, (int)(slash - exe), exe) > 0)
		return path;
	return copy_text(CBCC_PROGRAMS_FOLDER, strlen(CBCC_PROGRAMS_FOLDER));
}

static enum status find_bundled(const char *name, char **path)
{
	char *folder = bundled_folder();

	*path = NULL;
	if (!strchr(name, '/') && asprintf(path, "%s/%s.c", folder, name) < 0)
		*path = NULL;
	free(folder);
	if (*path && access(*path, R_OK) == 0)
		return STATUS_OK;
	free(*path);
	*path = NULL;
	return complain("there is no file and no bundled program '%s'; cbcc --programs lists those", name);
}

static enum status read_named(struct program *program, const char *name)
{
	enum status status = STATUS_OK;

	if (strcmp(name, "-") == 0)
		return read_stream(stdin, "standard input", &program->text);
	if (strchr(name, '/') || ends_with(name, ".c") || ends_with(name, ".o") || access(name, F_OK) == 0) {
		program->path = copy_text(name, strlen(name));
	} else {
		program->bundled = true;
		status = find_bundled(name, &program->path);
	}
	if (status || ends_with(program->path, ".o"))
		return status;
	return program_read_file(program->path, &program->text);
}

enum status program_read(struct program *program, const struct options *options)
{
	size_t named = options->text ? 0 : 1;

	if (options->words.count < named)
		return complain("which program? Give a file, the name of a bundled program, or -e 'TEXT'; "
				"cbcc --help tells more");
	program->args = options->words.items + named;
	program->nargs = options->words.count - named;
	if (!options->text)
		return read_named(program, options->words.items[0]);
	program->text = copy_text(options->text, strlen(options->text));
	return STATUS_OK;
}

void program_free(struct program *program)
{
	free(program->path);
	free(program->text);
}
