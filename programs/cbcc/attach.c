/* SPDX-License-Identifier: Apache-2.0 */
#include "attach.h"

#include <stdlib.h>
#include <string.h>

#include "probes.h"

/* The text's only function, where an option names none. */
static const char *only_function(const struct session *session, const char *text)
{
	int count = cbcc_num_functions(session->b);

	if (count == 1)
		return cbcc_function_name(session->b, 0);
	complain("%s: which function? The program has %d; write %s=FUNCTION", text, count, text);
	for (int i = 0; i < count; i++)
		fprintf(stderr, "  %s\n", cbcc_function_name(session->b, i));
	return NULL;
}

static enum status attach(struct session *session, const struct probe *probe, const char *text)
{
	const char *function = probe->function;
	int count;

	if (!function)
		function = probe->kind->names_function ? "" : only_function(session, text);

	if (!function)
		return STATUS_COMMAND;
	count = probe->kind->attach(session, probe->where, function);
	if (count == PROBE_COMPLAINED)
		return STATUS_COMMAND;
	if (count < 0)
		return complain_library(STATUS_ATTACH);
	return STATUS_OK;
}

enum status attach_all(struct session *session)
{
	const struct words *probes = &session->options->probes;
	enum status status = STATUS_OK;
	struct probe probe;

	for (size_t i = 0; i < probes->count && !status; i++) {
		status = probe_parse(&probe, probes->items[i]);
		if (!status && probe.kind->attach)
			status = attach(session, &probe, probes->items[i]);
		probe_free(&probe);
	}
	return status;
}
