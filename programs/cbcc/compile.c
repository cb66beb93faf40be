/* SPDX-License-Identifier: Apache-2.0 */
#include "compile.h"

#include <stdlib.h>
#include <string.h>

#include "attach.h"

static void on_log(void *ctx, enum cbcc_log_level level, const char *message)
{
	const struct session *session = ctx;

	if (level == CBCC_LOG_DEBUG)
		fprintf(stdout, "%s\n", message);
	else if (level == CBCC_LOG_WARN ? !session->options->quiet : session->options->verbose)
		complain("%s", message);
}

static void take_cflags(const struct session *session, struct words *cflags)
{
	const struct words *given = &session->options->cflags;

	for (size_t i = 0; i < given->count; i++)
		words_add(cflags, "%s", given->items[i]);
	if (session->pid)
		words_add(cflags, "-DPID=%d", session->pid);
}

static struct cbcc *make(const struct program *program, const struct cbcc_opts *opts)
{
	if (!program->text)
		return cbcc_new_from_object(program->path, opts);
	return program->path ? cbcc_new_from_file(program->path, opts) : cbcc_new(program->text, opts);
}

enum status compile(struct session *session, const struct purpose *purpose)
{
	const struct options *options = session->options;
	struct cbcc_opts opts = { .sz = sizeof opts, .log = on_log, .log_ctx = session };
	struct words cflags = { 0 };
	struct cbcc_usdt **contexts;
	enum status status = attach_usdt(session, &contexts, &opts.nusdt_contexts);

	/* An object has been compiled: what is for the compiler is refused, but for the macro of the process. */
	if (session->program->text || session->options->cflags.count)
		take_cflags(session, &cflags);
	opts.cflags = (const char *const *)cflags.items;
	opts.ncflags = cflags.count;
	opts.cache_dir = options->cache;
	opts.kernel_headers = options->kernel_headers;
	opts.private_trace = session->program->text && !options->trace_pipe;
	opts.usdt_contexts = contexts;
	opts.load_only = purpose->load_only;
	opts.compile_only = purpose->compile_only;
	opts.portable = purpose->portable;
	opts.debug = purpose->debug;
	if (!status)
		session->b = make(session->program, &opts);
	if (!status && !session->b)
		status = complain_library(STATUS_LOAD);
	for (size_t i = 0; i < opts.nusdt_contexts; i++)
		cbcc_usdt_free(contexts[i]);
	free(contexts);
	words_free(&cflags);
	return status;
}
