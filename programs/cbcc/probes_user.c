/* SPDX-License-Identifier: Apache-2.0 */
/* Functions in user space. */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "pattern.h"
#include "probes.h"

typedef int uprobe_fn(struct cbcc *b, const char *name, const char *sym, const char *fn_name,
		      const struct cbcc_uprobe_opts *opts);

/* A command that waits to be started has not mapped its libraries: the path is looked for instead. */
static const char *file_name(const struct session *session, const char *name, char path[PATH_MAX])
{
	if (!session->child.pid || strchr(name, '/'))
		return name;
	if (cbcc_find_library(name, 0, path, PATH_MAX) == 0 || cbcc_find_exe(name, path, PATH_MAX) == 0)
		return path;
	return name;
}

/* Fills in what symbol stands for: NAME, NAME+OFFSET, an address, a pattern. */
static bool parse_symbol(char *symbol, const char **name, char **regex, struct cbcc_uprobe_opts *opts)
{
	char *plus, *end = "";

	*name = symbol;
	if (pattern_is(symbol)) {
		*regex = pattern_regex(symbol);
		opts->sym_re = *regex;
		*name = NULL;
		return true;
	}
	plus = strrchr(symbol, '+');
	if (plus && plus != symbol && plus[1] >= '0' && plus[1] <= '9') {
		*plus = '\0';
		opts->offset = strtoull(plus + 1, &end, 0);
	}
	if (!*end && symbol[0] == '0' && symbol[1] == 'x') {
		opts->addr = strtoull(symbol, &end, 16);
		*name = NULL;
	}
	return !*end;
}

static int attach_in(struct session *session, const char *file, char *symbol, const char *function,
		     uprobe_fn *attach)
{
	struct cbcc_uprobe_opts opts = { .sz = sizeof opts, .pid = session->pid };
	char path[PATH_MAX], *regex = NULL;
	const char *name;
	int count;

	if (!parse_symbol(symbol, &name, &regex, &opts)) {
		complain("'%s' is no symbol, symbol+offset or address", symbol);
		return PROBE_COMPLAINED;
	}
	count = attach(session->b, file_name(session, file, path), name, function, &opts);
	free(regex);
	return count ? count : 1;
}

static int attach_where(struct session *session, const char *where, const char *function, uprobe_fn *attach)
{
	char *file = copy_text(where, strlen(where)), *colon = strchr(file, ':');
	int count = PROBE_COMPLAINED;

	if (colon && colon != file && colon[1]) {
		*colon = '\0';
		count = attach_in(session, file, colon + 1, function, attach);
	} else {
		complain("'%s': a function in user space is written FILE:SYMBOL", where);
	}
	free(file);
	return count;
}

int attach_uprobe(struct session *session, const char *where, const char *function)
{
	return attach_where(session, where, function, cbcc_attach_uprobe_opts);
}

int attach_uretprobe(struct session *session, const char *where, const char *function)
{
	return attach_where(session, where, function, cbcc_attach_uretprobe_opts);
}
