/* SPDX-License-Identifier: Apache-2.0 */
/* USDT probes: their contexts are made before the text is compiled. */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "attach.h"
#include "probes.h"

/* Where the file ends and the probe's name begins; where itself if there is no file. */
static const char *probe_name(const char *where)
{
	const char *first = strchr(where, ':'), *second = first ? strchr(first + 1, ':') : NULL;

	/* One colon may be FILE:NAME or PROVIDER:NAME; a file has a slash, or is a library's or program's short name. */
	if (second || (first && memchr(where, '/', (size_t)(first - where))))
		return first + 1;
	return where;
}

static enum status make_context(const struct session *session, const struct probe *probe, struct cbcc_usdt **context)
{
	const char *name = probe_name(probe->where);
	char *file = name > probe->where ? copy_text(probe->where, (size_t)(name - probe->where) - 1) : NULL;
	int pid = session->child.pid && file ? 0 : session->pid;
	enum status status = STATUS_OK;

	if (!file && (!pid || session->child.pid)) {
		status = complain("'%s': the file of a USDT probe is needed, as FILE:PROVIDER:NAME, or -p PID",
				  probe->where);
	} else {
		*context = cbcc_usdt_new(pid, file);
		if (!*context || cbcc_usdt_enable_probe(*context, name, probe->function) != 0)
			status = complain_library(STATUS_ATTACH);
	}
	free(file);
	return status;
}

enum status attach_usdt(const struct session *session, struct cbcc_usdt ***contexts, size_t *count)
{
	const struct words *probes = &session->options->probes;
	enum status status = STATUS_OK;
	struct probe probe;

	*contexts = allocate((probes->count + 1) * sizeof **contexts);
	*count = 0;
	for (size_t i = 0; i < probes->count && !status; i++) {
		status = probe_parse(&probe, probes->items[i]);
		if (!status && !probe.kind->attach && !probe.function)
			status = complain("%s: a USDT probe needs its =FUNCTION", probes->items[i]);
		if (!status && !probe.kind->attach) {
			status = make_context(session, &probe, &(*contexts)[*count]);
			*count += (*contexts)[*count] != NULL;
		}
		probe_free(&probe);
	}
	return status;
}
