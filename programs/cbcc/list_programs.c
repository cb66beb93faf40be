/* SPDX-License-Identifier: Apache-2.0 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "header.h"
#include "list.h"
#include "program.h"
#include "text.h"

static int is_program(const struct dirent *entry)
{
	size_t length = strlen(entry->d_name);

	return length > 2 && *entry->d_name != '.' && strcmp(entry->d_name + length - 2, ".c") == 0;
}

/* A header's first line is "NAME: what it shows". */
static const char *what_it_shows(const char *title, const char *name)
{
	size_t length = strlen(name);

	if (!title)
		return "";
	if (strncmp(title, name, length) == 0 && title[length] == ':')
		title += length + 1;
	return title + strspn(title, " ");
}

static void put_program(const struct options *options, const char *name, const char *shows)
{
	if (options->format == FORMAT_TEXT) {
		printf("%-16s %s\n", name, shows);
		return;
	}
	fputs("{\"type\": \"program\", \"name\": ", stdout);
	text_put_json_string(stdout, name);
	fputs(", \"title\": ", stdout);
	text_put_json_string(stdout, shows);
	fputs("}\n", stdout);
}

static enum status list_program(const struct options *options, const char *folder, const char *file)
{
	char *path = NULL, *text = NULL, *title = NULL, *name = copy_text(file, strlen(file) - 2);
	enum status status;

	if (asprintf(&path, "%s/%s", folder, file) < 0)
		return complain("out of memory");
	status = program_read_file(path, &text);
	if (!status)
		title = header_title(text);
	if (!status)
		put_program(options, name, what_it_shows(title, name));
	free(title);
	free(text);
	free(path);
	free(name);
	return status;
}

enum status list_programs(const struct options *options)
{
	enum status status = STATUS_OK;
	char *folder = bundled_folder();
	struct dirent **entries;
	int count = scandir(folder, &entries, is_program, alphasort);

	if (count < 0)
		status = complain("cannot read %s: %s", folder, strerror(errno));
	for (int i = 0; i < count; i++) {
		if (!status)
			status = list_program(options, folder, entries[i]->d_name);
		free(entries[i]);
	}
	if (count >= 0)
		free(entries);
	free(folder);
	return status;
}
