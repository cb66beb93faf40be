/* SPDX-License-Identifier: Apache-2.0 */
#include "kernel/tracepoints.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "kernel/tracefs.h"

/* Has all events, those of kprobes and uprobes, too, which are no tracepoints but can be attached to as such. */
static FILE *open_events(int *err)
{
	int fd = tracefs_open("available_events", O_RDONLY);
	FILE *in = fd < 0 ? NULL : fdopen(fd, "r");

	*err = fd < 0 ? fd : 0;
	if (fd >= 0 && !in) {
		*err = error_set(-ENOMEM, "cannot list the kernel's tracepoints");
		close(fd);
	}
	return in;
}

static int read_matches(FILE *in, const regex_t *regex, struct function_list *list)
{
	size_t size = 0, room = 0;
	char *line = NULL;
	int err = 0;

	while (!err && getline(&line, &size, in) > 0) {
		line[strcspn(line, "\n")] = '\0';
		if (regex_matches_whole(regex, line))
			err = function_list_add(list, &room, line);
	}
	if (!err && ferror(in))
		err = -EIO;
	free(line);
	return err;
}

int tracepoints_match(const regex_t *regex, struct function_list *list)
{
	int err;
	FILE *in = open_events(&err);

	*list = (struct function_list){ 0 };
	if (!in)
		return err;
	err = read_matches(in, regex, list);
	fclose(in);
	if (err) {
		function_list_free(list);
		return error_set(err, "cannot list the kernel's tracepoints");
	}
	function_list_sort(list);
	return 0;
}
