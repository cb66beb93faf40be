/* SPDX-License-Identifier: Apache-2.0 */
#include "links/named.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"

static const struct compiled_function *find(const struct cbcc *b, const char *name)
{
	for (size_t i = 0; i < b->unit.nfunctions; i++)
		if (strcmp(b->unit.functions[i].name, name) == 0)
			return &b->unit.functions[i];
	return NULL;
}

/* SECTION/TARGET, or SECTION.s/TARGET of one that may sleep; either with a "?" before it. The target, or NULL. */
static const char *section_target(const struct compiled_function *function, const char *section)
{
	const char *at = function->section;
	size_t length = strlen(section);

	if (!at)
		return NULL;
	at += *at == '?';
	if (strncmp(at, section, length) != 0)
		return NULL;
	at += length;
	if (strncmp(at, ".s", 2) == 0)
		at += 2;
	return *at == '/' && at[1] ? at + 1 : NULL;
}

static const struct compiled_function *find_joined(const struct cbcc *b, const char *prefix,
						   const char *module, const char *name)
{
	const struct compiled_function *function;
	char *joined;

	if (asprintf(&joined, "%s%s%s", prefix, module, name) < 0)
		return NULL;
	function = find(b, joined);
	free(joined);
	return function;
}

/* The macros of the kernel's functions put the module, vmlinux, before the name. */
static const struct compiled_function *find_prefixed(const struct cbcc *b, const char *prefix,
						     const char *fn_name)
{
	size_t length = strlen(prefix);
	const char *name = strncmp(fn_name, prefix, length) == 0 ? fn_name + length : fn_name;
	const struct compiled_function *function = find_joined(b, prefix, "", name);

	return function ? function : find_joined(b, prefix, "vmlinux__", name);
}

static int refuse(const struct cbcc *b, const char *prefix, const char *fn_name)
{
	char *name;

	if (asprintf(&name, "%s%s", strncmp(fn_name, prefix, strlen(prefix)) == 0 ? "" : prefix, fn_name) < 0)
		return error_set(-ENOMEM, "cannot find '%s'", fn_name);
	handle_function(b, name); /* sets the error */
	free(name);
	return -ENOENT;
}

int named_function(struct cbcc *b, const char *call, const char *prefix, const char *section,
		   const char *fn_name, const struct compiled_function **function, const char **rest)
{
	int err = handle_check(b, call);

	if (err)
		return err;
	if (!fn_name)
		return error_say(-EINVAL, "%s: the function's name is NULL", call);
	*function = find(b, fn_name);
	*rest = *function ? section_target(*function, section) : NULL;
	if (*rest)
		return 0;
	*function = find_prefixed(b, prefix, fn_name);
	if (!*function)
		return refuse(b, prefix, fn_name);
	*rest = (*function)->name + strlen(prefix);
	return 0;
}
