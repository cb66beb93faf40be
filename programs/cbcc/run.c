/* SPDX-License-Identifier: Apache-2.0 */
#include "run.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "attach.h"
#include "compile.h"
#include "events.h"
#include "iterators.h"
#include "loop.h"
#include "stacks.h"
#include "summary.h"
#include "svg.h"
#include "tables.h"
#include "trace_lines.h"

static enum status open_output(struct session *session)
{
	const struct options *options = session->options;

	session->out = options->output ? fopen(options->output, "we") : stdout;
	if (!session->out)
		return complain("cannot open %s: %s", options->output, strerror(errno));
	setvbuf(session->out, NULL, _IOFBF, 1 << 16);
	session->color = options->color == COLOR_ALWAYS ||
			 (options->color == COLOR_AUTO && isatty(fileno(session->out)) && !getenv("NO_COLOR"));
	return STATUS_OK;
}

static enum status start(struct session *session)
{
	enum status status = open_output(session);

	session->pid = session->options->pid;
	if (!status && session->options->command) {
		status = child_start(&session->child, session->options->command);
		session->pid = session->child.pid;
	}
	if (!status)
		status = compile(session, &(struct purpose){ .load_only = false });
	if (!status)
		status = tables_check(session);
	if (status)
		return status;
	stacks_find(session);
	status = svg_begin(session);
	if (!status)
		status = events_open(session);
	if (!status)
		status = trace_lines_open(session);
	if (!status)
		status = attach_all(session);
	if (!status)
		status = iterators_attach(session);
	return status ? status : summary_begin(session);
}

static enum status finish(struct session *session)
{
	enum status status;

	session->ending = true;
	status = session->write_error ? STATUS_OK : tables_print(session);
	if (!status)
		status = svg_end(session);
	if (session->write_error == EPIPE) /* nor is there anybody to miss what was lost */
		return status;
	events_report_lost(session);
	trace_lines_report_lost(session);
	summary_end(session);
	return status;
}

/* Who reads the output may have gone, which is no error. */
static enum status close_output(struct session *session, enum status status)
{
	if (!session->out)
		return status;
	session_flush(session);
	if (session->write_error && session->write_error != EPIPE && !status)
		status = complain("cannot write: %s", strerror(session->write_error));
	if (session->out != stdout)
		fclose(session->out);
	return status;
}

enum status run(const struct options *options, const struct program *program)
{
	struct session session = { .options = options, .program = program };
	enum status status = start(&session);

	if (!status)
		status = loop(&session);
	if (!status)
		status = finish(&session);
	status = close_output(&session, status);
	child_end(&session.child);
	events_free(&session);
	words_free(&session.iterators);
	scratch_free(&session.scratch);
	cbcc_free(session.b);
	return status;
}
