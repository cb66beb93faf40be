/* SPDX-License-Identifier: Apache-2.0 */
/* Kernel functions by BTF, and security hooks: what a function is attached to is in its own name or section. */
#include <errno.h>
#include <string.h>

#include "probes.h"

typedef int named_fn(struct cbcc *b, const char *fn_name);

static bool ends_with(const char *text, const char *end)
{
	size_t length = strlen(text), end_length = strlen(end);

	return length >= end_length && strcmp(text + length - end_length, end) == 0;
}

/* "fentry/NAME", with the "?" before it of one that does not attach by itself, and "fentry.s/NAME". */
static bool is_section_of(const char *section, const char *kind, const char *where)
{
	size_t length = strlen(kind);

	section += *section == '?';
	if (strncmp(section, kind, length) != 0)
		return false;
	section += length;
	section += strncmp(section, ".s", 2) == 0 ? 2 : 0;
	return *section == '/' && strcmp(section + 1, where) == 0;
}

/* The first function whose section says that it is for there; NULL: none. */
static const char *find_by_section(const struct session *session, const char *kind, const char *where)
{
	int count = cbcc_num_functions(session->b);

	for (int i = 0; i < count; i++) {
		const char *section = cbcc_function_section(session->b, i);

		if (section && is_section_of(section, kind, where))
			return cbcc_function_name(session->b, i);
	}
	return NULL;
}

static int attach(struct session *session, const char *section, const char *where, const char *function,
		  named_fn *call)
{
	const char *found = find_by_section(session, section, where);
	int err;

	if (*function && (!found || strcmp(found, function) != 0) && !ends_with(function, where)) {
		complain("%s is not for %s: its name or section has to say so, as SEC(\"%s/%s\")", function,
			 where, section, where);
		return PROBE_COMPLAINED;
	}
	err = call(session->b, *function ? function : found ? found : where);
	return err && err != -EEXIST ? err : 1; /* most attach by themselves */
}

int attach_kfunc(struct session *session, const char *where, const char *function)
{
	return attach(session, "fentry", where, function, cbcc_attach_kfunc);
}

int attach_kretfunc(struct session *session, const char *where, const char *function)
{
	return attach(session, "fexit", where, function, cbcc_attach_kretfunc);
}

int attach_fmod_ret(struct session *session, const char *where, const char *function)
{
	return attach(session, "fmod_ret", where, function, cbcc_attach_fmod_ret);
}

int attach_lsm(struct session *session, const char *where, const char *function)
{
	return attach(session, "lsm", where, function, cbcc_attach_lsm);
}
