/* SPDX-License-Identifier: Apache-2.0 */
#include "run.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "attach.h"
#include "events.h"
#include "iterators.h"
#include "loop.h"
#include "stacks.h"
#include "tables.h"
#include "trace_lines.h"

static void on_log(void *ctx, enum cbcc_log_level level, const char *message)
{
	const struct session *session = ctx;

	if (level == CBCC_LOG_WARN ? !session->options->quiet : session->options->verbose)
		complain("%s", message);
}

static enum status compile(struct session *session)
{
	const struct options *options = session->options;
	struct words cflags = { 0 };
	struct cbcc_opts opts = { .sz = sizeof opts, .log = on_log, .log_ctx = session };
	struct cbcc_usdt **contexts;
	enum status status = attach_usdt(session, &contexts, &opts.nusdt_contexts);

	for (size_t i = 0; i < options->cflags.count; i++)
		words_add(&cflags, "%s", options->cflags.items[i]);
	if (session->pid)
		words_add(&cflags, "-DPID=%d", session->pid);
	opts.cflags = (const char *const *)cflags.items;
	opts.ncflags = cflags.count;
	opts.cache_dir = options->cache;
	opts.kernel_headers = options->kernel_headers;
	opts.private_trace = !options->trace_pipe;
	opts.usdt_contexts = contexts;
	if (!status)
		session->b = session->program->path ? cbcc_new_from_file(session->program->path, &opts)
						    : cbcc_new(session->program->text, &opts);
	if (!status && !session->b)
		status = complain_library(errno == EINVAL ? STATUS_COMPILE : STATUS_LOAD);
	for (size_t i = 0; i < opts.nusdt_contexts; i++)
		cbcc_usdt_free(contexts[i]);
	free(contexts);
	words_free(&cflags);
	return status;
}

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
		status = compile(session);
	if (!status)
		status = tables_check(session);
	if (status)
		return status;
	stacks_find(session);
	status = events_open(session);
	if (!status)
		status = trace_lines_open(session);
	if (!status)
		status = attach_all(session);
	return status ? status : iterators_attach(session);
}

static enum status finish(struct session *session)
{
	enum status status = ferror(session->out) ? STATUS_OK : tables_print(session);

	events_report_lost(session);
	trace_lines_report_lost(session);
	return status;
}

/* Who reads the output may have gone, which is no error. */
static enum status close_output(struct session *session, enum status status)
{
	if (!session->out)
		return status;
	if ((fflush(session->out) != 0 || ferror(session->out)) && errno != EPIPE && !status)
		status = complain("cannot write: %s", strerror(errno));
	if (session->out != stdout)
		fclose(session->out);
	return status;
}

enum status run(const struct options *options, const struct program *program)
{
	struct session session = { .options = options, .program = program };
	enum status status = start(&session);

	if (!status && !options->quiet && isatty(STDERR_FILENO))
		fputs("Tracing... Hit Ctrl-C to end.\n", stderr);
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
