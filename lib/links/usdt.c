/* SPDX-License-Identifier: Apache-2.0 */
#include "links/usdt.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "links/uprobe.h"
#include "loader/program.h"
#include "usdt/readers.h"

/* Between a probe's name and its place, in a link's event. */
#define AT " at "

static bool is_attached(const struct cbcc *b, const char *event, const struct compiled_function *function)
{
	for (const struct link *link = b->links; link; link = link->next)
		if (link->kind == LINK_USDT && link->function == function && strcmp(link->event, event) == 0)
			return true;
	return false;
}

static int attach_event(struct cbcc *b, const struct usdt_site *site, const char *event, pid_t pid,
			const struct compiled_function *function)
{
	struct uprobe_place place = {
		.binary = &site->probe->binary->binary,
		.ref_ctr_offset = site->probe->public.semaphore_offset,
		.cookie = site->cookie,
		.pid = pid,
	};
	struct link *link;
	int err = uprobe_offset(place.binary, site->location->address, &place.offset);

	if (err)
		return err;
	link = link_create(LINK_USDT, event, function);
	err = link ? uprobe_link(b, link, &place) : -ENOMEM;
	if (err)
		link_free(link);
	else
		link_add(b, link);
	return err;
}

/* The same place may be in several contexts: of one process, or of all. */
static int attach_site(struct cbcc *b, const struct usdt_site *site, pid_t pid)
{
	const struct compiled_function *function = handle_function(b, site->probe->fn_name);
	const struct usdt_probe *probe = site->probe;
	char *event;
	int err = 0;

	if (!function)
		return -ENOENT;
	if (asprintf(&event, "%s:%s" AT "%s+0x%" PRIx64 " (device %ju, inode %ju, process %d)",
		     probe->public.provider, probe->public.name, probe->public.bin_path,
		     site->location->address, (uintmax_t)probe->binary->device,
		     (uintmax_t)probe->binary->inode, (int)pid) < 0)
		return error_set(-ENOMEM, "cannot attach '%s'", function->name);
	if (!is_attached(b, event, function))
		err = attach_event(b, site, event, pid, function);
	free(event);
	return err;
}

int usdt_attach(struct cbcc *b, struct cbcc_usdt *const *contexts, size_t count, bool ignore_pid)
{
	const struct link *before = b->links;
	struct usdt_sites sites;
	int err = usdt_sites_list(contexts, count, &sites);

	if (err)
		return err;
	for (size_t i = 0; i < sites.count && !err; i++)
		err = attach_site(b, &sites.sites[i], ignore_pid ? 0 : sites.sites[i].context->pid);
	usdt_sites_free(&sites);
	while (err && b->links != before)
		link_remove(b, b->links);
	return error_about(CBCC_ERROR_ATTACH, err);
}

int usdt_load(struct cbcc *b, struct cbcc_usdt *const *contexts, size_t count)
{
	struct usdt_sites sites;
	int err = usdt_sites_list(contexts, count, &sites);

	if (err)
		return err;
	for (size_t i = 0; i < sites.count && !err; i++) {
		const struct compiled_function *function = handle_function(b, sites.sites[i].probe->fn_name);
		struct program *program;

		err = function ? program_get(b, function, BPF_PROG_TYPE_KPROBE, &program) : -ENOENT;
	}
	usdt_sites_free(&sites);
	return err;
}

/* What was compiled into the text has to read the arguments of these places. */
static int check_readers(const struct cbcc *b, struct cbcc_usdt *const *contexts, size_t count)
{
	char *readers;
	int err = usdt_readers_make(contexts, count, &readers);

	if (err)
		return err;
	if (strcmp(readers, b->usdt_readers ? b->usdt_readers : "") != 0)
		err = error_say(-EINVAL,
				"cbcc_attach_usdt: the text was compiled for other probes than these");
	free(readers);
	return err;
}

int cbcc_attach_usdt(struct cbcc *b, struct cbcc_usdt *const *contexts, size_t count)
{
	int err = handle_check(b, "cbcc_attach_usdt");

	if (!err && !contexts)
		err = error_say(-EINVAL, "cbcc_attach_usdt: the contexts are NULL");
	for (size_t i = 0; i < count && !err; i++)
		if (!contexts[i])
			err = error_missing("cbcc_attach_usdt: context %zu is NULL", i);
	if (!err)
		err = check_readers(b, contexts, count);
	return err ? err : usdt_attach(b, contexts, count, false);
}

struct detached {
	const char *probe;   /* "provider:name", or "name"; NULL: all */
	const char *fn_name; /* NULL: all */
};

static bool is_of_probe(const struct link *link, const char *probe)
{
	const char *name = strchr(probe, ':') ? link->event : strchr(link->event, ':') + 1;
	size_t length = strlen(probe);

	return strncmp(name, probe, length) == 0 && strncmp(name + length, AT, sizeof AT - 1) == 0;
}

static bool is_detached(const struct link *link, const void *ctx)
{
	const struct detached *detached = ctx;

	return link_is(link, LINK_USDT, NULL, detached->fn_name) &&
	       (!detached->probe || is_of_probe(link, detached->probe));
}

int cbcc_detach_usdt(struct cbcc *b, const char *probe, const char *fn_name)
{
	const struct detached detached = { probe, fn_name };
	int err = handle_check(b, "cbcc_detach_usdt");

	if (err || links_detach_if(b, is_detached, &detached))
		return err;
	return error_say(-ENOENT, "%s is attached to %s%s", fn_name ? fn_name : "nothing",
			 fn_name ? "no USDT probe " : "USDT probe ", probe ? probe : "");
}
