/* SPDX-License-Identifier: Apache-2.0 */
/* Kernel functions and tracepoints. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "pattern.h"
#include "probes.h"
#include "progress.h"

typedef int kprobe_fn(struct cbcc *b, const char *event, const char *fn_name, const struct cbcc_kprobe_opts *opts);

/* One after the other, which takes its time: where the kernel cannot attach to many at once. */
static int attach_each(struct session *session, const struct cbcc_names *functions, const char *function,
		       kprobe_fn *attach)
{
	struct progress progress = { .what = "functions", .total = functions->count };
	int attached = 0, last = 0;

	for (size_t i = 0; i < functions->count; i++) {
		last = attach(session->b, functions->names[i], function, NULL);
		attached += last == 0;
		if (last && session->options->verbose)
			complain("%s", cbcc_last_error());
		progress_show(&progress, i + 1);
	}
	progress_end(&progress);
	return attached ? attached : last;
}

static int attach_pattern(struct session *session, const char *pattern, const char *function, kprobe_fn *attach)
{
	struct cbcc_kprobe_opts opts = { .sz = sizeof opts };
	struct cbcc_names *functions;
	char *regex = pattern_regex(pattern);
	int count = -errno;

	opts.event_re = regex;
	functions = cbcc_support_kprobe_multi() ? NULL : cbcc_get_kprobe_functions(regex);
	if (functions && functions->count)
		count = attach_each(session, functions, function, attach);
	else
		count = attach(session->b, NULL, function, &opts);
	cbcc_names_free(functions);
	free(regex);
	return count;
}

/* Splits "NAME+OFFSET". False: what is behind the sign is no number. */
static bool split_offset(char *name, uint64_t *offset)
{
	char *plus = strchr(name, '+'), *end;

	if (!plus)
		return true;
	*plus = '\0';
	*offset = strtoull(plus + 1, &end, 0);
	return end != plus + 1 && !*end;
}

static int attach_one(struct session *session, const char *where, const char *function, kprobe_fn *attach)
{
	struct cbcc_kprobe_opts opts = { .sz = sizeof opts };
	char *name = copy_text(where, strlen(where));
	const char *event;
	int err;

	if (!split_offset(name, &opts.offset)) {
		complain("'%s' is no function and offset", where);
		free(name);
		return PROBE_COMPLAINED;
	}
	event = strncmp(name, "sys_", 4) == 0 ? cbcc_fix_syscall_fnname(session->b, name) : name;
	err = attach(session->b, event, function, &opts);
	free(name);
	return err ? err : 1;
}

int attach_kprobe(struct session *session, const char *where, const char *function)
{
	return pattern_is(where) ? attach_pattern(session, where, function, cbcc_attach_kprobe_opts)
				 : attach_one(session, where, function, cbcc_attach_kprobe_opts);
}

int attach_kretprobe(struct session *session, const char *where, const char *function)
{
	return pattern_is(where) ? attach_pattern(session, where, function, cbcc_attach_kretprobe_opts)
				 : attach_one(session, where, function, cbcc_attach_kretprobe_opts);
}

int attach_syscall(struct session *session, const char *where, const char *function)
{
	const char *name = cbcc_get_syscall_fnname(session->b, where);

	return name ? attach_kprobe(session, name, function) : -errno;
}

int attach_tracepoint(struct session *session, const char *where, const char *function)
{
	char *regex;
	int count;

	if (!pattern_is(where)) {
		count = cbcc_attach_tracepoint(session->b, where, function);
		return count ? count : 1;
	}
	regex = pattern_regex(where);
	count = cbcc_attach_tracepoints(session->b, regex, function);
	free(regex);
	return count;
}

int attach_raw_tracepoint(struct session *session, const char *where, const char *function)
{
	int err = cbcc_attach_raw_tracepoint(session->b, where, function);

	return err ? err : 1;
}
