/* SPDX-License-Identifier: Apache-2.0 */
#include "summary.h"

#include <inttypes.h>
#include <unistd.h>

static enum status complain_of_nothing(const struct session *session)
{
	int count = cbcc_num_functions(session->b);

	complain("nothing is attached: say where, with -k, -t, -u or another option of cbcc --help. The functions are:");
	for (int i = 0; i < count; i++)
		fprintf(stderr, "  %s\n", cbcc_function_name(session->b, i));
	return STATUS_COMMAND;
}

static void put_attachments(const struct session *session, int count)
{
	struct cbcc_attachment attachment;

	for (int i = 0; i < count; i++) {
		if (cbcc_get_attachment(session->b, i, &attachment) != 0)
			continue;
		fprintf(stderr, "cbcc: %s is attached to %s %s", attachment.function, attachment.kind, attachment.event);
		if (attachment.places > 1)
			fprintf(stderr, " (%zu places)", attachment.places);
		fputc('\n', stderr);
	}
}

enum status summary_begin(struct session *session)
{
	const struct options *options = session->options;
	int count = cbcc_num_attachments(session->b);

	if (count == 0 && cbcc_num_functions(session->b) > 0)
		return complain_of_nothing(session);
	if (options->verbose) {
		put_attachments(session, count);
		cbcc_count_run_time(session->b, true);
	}
	if (!options->quiet && !session->iterators.count && isatty(STDERR_FILENO))
		fprintf(stderr, "Tracing %d probe%s... Hit Ctrl-C to end.\n", count, count == 1 ? "" : "s");
	return STATUS_OK;
}

void summary_end(struct session *session)
{
	int count = session->options->verbose ? cbcc_num_functions(session->b) : 0;
	struct cbcc_program_info info;

	for (int i = 0; i < count; i++) {
		const char *name = cbcc_function_name(session->b, i);

		if (cbcc_get_program_info(session->b, name, &info) != 0)
			continue;
		fprintf(stderr, "cbcc: %s ran %" PRIu64 " times", name, info.runs);
		if (info.runs)
			fprintf(stderr, ", %" PRIu64 " ns each", info.run_time / info.runs);
		if (info.recursion_misses)
			fprintf(stderr, "; %" PRIu64 " times it could not, as it was running", info.recursion_misses);
		fputc('\n', stderr);
	}
}
