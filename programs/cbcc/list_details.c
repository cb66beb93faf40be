/* SPDX-License-Identifier: Apache-2.0 */
#include "list_details.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static FILE *open_format(const char *name)
{
	static const char *const folders[] = { "/sys/kernel/tracing", "/sys/kernel/debug/tracing" };
	int category = (int)strcspn(name, ":");
	FILE *in = NULL;
	char *path;

	for (size_t i = 0; i < sizeof folders / sizeof *folders && !in; i++) {
		if (asprintf(&path, "%s/events/%.*s/%s/format", folders[i], category, name,
			     name + category + 1) < 0)
			return NULL;
		in = fopen(path, "re");
		free(path);
	}
	return in;
}

/* "field:int prev_pid; offset:24; size:4; signed:1;", without what all tracepoints have. */
void list_tracepoint_fields(const char *name)
{
	FILE *in = open_format(name);
	char *line = NULL, *field;
	size_t size = 0;

	if (!in)
		return;
	while (getline(&line, &size, in) > 0) {
		field = strstr(line, "field:");
		if (!field || strstr(line, "common_"))
			continue;
		field += strlen("field:");
		printf("    %.*s\n", (int)strcspn(field, ";"), field);
	}
	free(line);
	fclose(in);
}

void list_usdt_arguments(const struct cbcc_usdt_probe *probe)
{
	const struct cbcc_usdt_location *location = probe->locations;
	char text[256];

	for (size_t i = 0; probe->num_locations && i < location->num_arguments; i++)
		if (cbcc_usdt_argument_format(&location->arguments[i], text, sizeof text) > 0)
			printf("    %zu: %s\n", i + 1, text);
}
