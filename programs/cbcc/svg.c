/* SPDX-License-Identifier: Apache-2.0 */
#include "svg.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "flame_graph.h"

enum status svg_begin(struct session *session)
{
	const struct options *options = session->options;

	if (options->format != FORMAT_FOLDED && !options->svg)
		return STATUS_OK;
	if (!session->stacks)
		return complain("%s is for programs with one map of stacks (BPF_STACK_TRACE), which this is not",
				options->svg ? "--svg" : "--folded");
	session->folds = options->svg ? open_memstream(&session->folded, &session->folded_size) : session->out;
	return session->folds ? STATUS_OK : complain("out of memory");
}

/* Takes the lines apart, "STACK COUNT" each; they are cut at their counts. */
static struct folded *parse(char *lines, size_t *count)
{
	struct folded *stacks;
	size_t room = 1;

	for (const char *at = lines; *at; at++)
		room += *at == '\n';
	stacks = allocate(room * sizeof *stacks);
	*count = 0;
	for (char *line = strtok(lines, "\n"); line; line = strtok(NULL, "\n")) {
		char *blank = strrchr(line, ' ');

		if (!blank)
			continue;
		*blank = '\0';
		stacks[(*count)++] = (struct folded){ line, strtoull(blank + 1, NULL, 10) };
	}
	return stacks;
}

static enum status draw(const struct session *session, struct folded *stacks, size_t count)
{
	const char *path = session->options->svg;
	struct flame_graph_opts opts = { .title = session->program->path };
	FILE *out = fopen(path, "we");
	int err;

	if (!out)
		return complain("cannot open %s: %s", path, strerror(errno));
	err = flame_graph_write(out, stacks, count, &opts);
	if (fclose(out) != 0 && !err)
		err = -errno;
	return err ? complain("cannot write %s: %s", path, strerror(-err)) : STATUS_OK;
}

enum status svg_end(struct session *session)
{
	enum status status;
	struct folded *stacks;
	size_t count;

	if (!session->folds || !session->options->svg)
		return STATUS_OK;
	fclose(session->folds);
	session->folds = NULL;
	if (session->options->format == FORMAT_FOLDED)
		fputs(session->folded, session->out);
	stacks = parse(session->folded, &count);
	status = draw(session, stacks, count);
	free(stacks);
	free(session->folded);
	return status;
}
