/* SPDX-License-Identifier: Apache-2.0 */
#include "iterators.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "probes.h"
#include "text.h"

#define PREFIX "bpf_iter__"

/* By its name or its section, SEC("iter/TARGET"); not with the "?" of what does not attach by itself. */
static bool is_iterator(const struct session *session, int index)
{
	const char *section = cbcc_function_section(session->b, index);

	if (section)
		return strncmp(section, "iter/", 5) == 0 || strncmp(section, "iter.s/", 7) == 0;
	return strncmp(cbcc_function_name(session->b, index), PREFIX, strlen(PREFIX)) == 0;
}

static int attach(struct session *session, const char *function, const char *map)
{
	struct cbcc_iter_opts opts = { .sz = sizeof opts, .map = map, .pid = session->pid };
	int fd = cbcc_attach_iter(session->b, function, &opts);

	if ((fd == -EINVAL || fd == -E2BIG) && opts.pid) { /* not every target can be limited to a process */
		opts.pid = 0;
		fd = cbcc_attach_iter(session->b, function, &opts);
	}
	if (fd < 0)
		return fd;
	close(fd);
	words_add(&session->iterators, "%s", function);
	return 1;
}

int attach_iterator(struct session *session, const char *where, const char *function)
{
	char *target = copy_text(where, strlen(where)), *map = strchr(target, ':');
	int count;

	if (map)
		*map++ = '\0';
	count = attach(session, *function ? function : target, map);
	free(target);
	return count;
}

enum status iterators_attach(struct session *session)
{
	int count = cbcc_num_functions(session->b), result = 0;

	for (int i = 0; i < count && (result >= 0 || result == -EEXIST); i++) {
		if (is_iterator(session, i))
			result = attach(session, cbcc_function_name(session->b, i), NULL);
	}
	return result < 0 && result != -EEXIST ? complain_library(STATUS_ATTACH) : STATUS_OK;
}

static void put_line(const struct session *session, const char *name, char *line)
{
	if (session->options->format != FORMAT_JSON) {
		fprintf(session->out, "%s\n", line);
		return;
	}
	fputs("{\"type\": \"iter\", \"iter\": ", session->out);
	text_put_json_string(session->out, name);
	fputs(", \"line\": ", session->out);
	text_put_json_string(session->out, line);
	fputs("}\n", session->out);
}

static enum status print(struct session *session, const char *name)
{
	int fd = cbcc_open_iter(session->b, name);
	FILE *in = fd >= 0 ? fdopen(fd, "r") : NULL;
	enum status status = STATUS_OK;
	char *line = NULL;
	size_t size = 0;
	ssize_t length;

	if (!in)
		return complain_library(STATUS_ATTACH);
	while ((length = getline(&line, &size, in)) > 0) {
		if (line[length - 1] == '\n')
			line[length - 1] = '\0';
		put_line(session, name, line);
	}
	if (ferror(in))
		status = complain("cannot read iterator %s: %s", name, strerror(errno));
	free(line);
	fclose(in);
	return status;
}

enum status iterators_print(struct session *session)
{
	enum status status = STATUS_OK;

	for (size_t i = 0; i < session->iterators.count && !status; i++)
		status = print(session, session->iterators.items[i]);
	return status;
}
