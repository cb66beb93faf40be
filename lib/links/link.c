/* SPDX-License-Identifier: Apache-2.0 */
#include "links/link.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "links/closing.h"
#include "links/kprobe_events.h"
#include "links/kprobe_multi.h"
#include "loader/libbpf_log.h"

const char *link_kind_name(enum link_kind kind)
{
	static const char *const names[] = {
		[LINK_KPROBE] = "kprobe",
		[LINK_KRETPROBE] = "kretprobe",
		[LINK_TRACEPOINT] = "tracepoint",
		[LINK_RAW_TRACEPOINT] = "raw tracepoint",
		[LINK_KFUNC] = "kfunc",
		[LINK_KRETFUNC] = "kretfunc",
		[LINK_LSM] = "LSM hook",
		[LINK_FMOD_RET] = "fmod_ret",
		[LINK_TP_BTF] = "typed tracepoint",
		[LINK_UPROBE] = "uprobe",
		[LINK_URETPROBE] = "uretprobe",
		[LINK_USDT] = "USDT probe",
		[LINK_SECTION] = "section",
		[LINK_ITERATOR] = "iterator",
		[LINK_PERF_EVENT] = "perf event",
		[LINK_XDP] = "XDP of",
		[LINK_TC] = "tc of",
		[LINK_RAW_SOCKET] = "raw socket on",
		[LINK_SOCKET_FILTER] = "socket",
		[LINK_FUNC] = "attach type",
	};

	return names[kind];
}

int link_arguments(struct cbcc *b, const char *call, const char *fn_name,
		   const struct compiled_function **function)
{
	int err = handle_check(b, call);

	if (err)
		return err;
	if (!fn_name)
		return error_say(-EINVAL, "%s: the function's name is NULL", call);
	*function = handle_function(b, fn_name);
	return *function ? 0 : -ENOENT;
}

int link_check(struct cbcc *b, enum link_kind kind, const char *event,
	       const struct compiled_function *function)
{
	for (struct link *link = b->links; link; link = link->next) {
		if (link->kind != kind || link->function != function || strcmp(link->event, event) != 0)
			continue;
		if (!link->by_name)
			return error_say(-EEXIST, "'%s' is already attached to %s %s", function->name,
					 link_kind_name(kind), event);
		link->by_name = false;
		return 1;
	}
	return 0;
}

struct link *link_create(enum link_kind kind, const char *event, const struct compiled_function *function)
{
	struct link *link = calloc(1, sizeof *link);

	if (link)
		link->event = strdup(event);
	if (!link || !link->event) {
		free(link);
		error_set(-ENOMEM, "cannot attach '%s'", function->name);
		return NULL;
	}
	link->kind = kind;
	link->fd = -1;
	link->places = 1;
	link->function = function;
	return link;
}

int link_add_fd(struct link *link, int fd)
{
	int *fds = reallocarray(link->fds, link->nfds + 1, sizeof *fds);

	if (!fds) {
		close(fd);
		return error_set(-ENOMEM, "cannot attach a program");
	}
	link->fds = fds;
	link->fds[link->nfds++] = fd;
	return 0;
}

void link_close_fds(struct link *link)
{
	for (size_t i = 0; i < link->nfds; i++)
		close(link->fds[i]);
	free(link->fds);
	link->fds = NULL;
	link->nfds = 0;
}

void link_free(struct link *link)
{
	if (!link)
		return;
	if (link->undo)
		link->undo(link);
	free(link->data);
	kprobe_multi_release(link->multi);
	bpf_link__destroy(link->bpf);
	if (link->fd >= 0)
		close(link->fd);
	link_close_fds(link);
	if (link->tracefs_event)
		kprobe_event_remove(link->tracefs_event);
	free(link->tracefs_event);
	free(link->event);
	free(link);
}

void link_add(struct cbcc *b, struct link *link)
{
	link->next = b->links;
	b->links = link;
}

void link_remove(struct cbcc *b, struct link *link)
{
	struct link **at = &b->links;

	while (*at != link)
		at = &(*at)->next;
	*at = link->next;
	link_free(link);
}

bool link_is(const struct link *link, enum link_kind kind, const char *event, const char *fn_name)
{
	return link->kind == kind && (!event || strcmp(link->event, event) == 0) &&
	       (!fn_name || strcmp(link->function->name, fn_name) == 0);
}

struct link *link_find(const struct cbcc *b, enum link_kind kind, const char *event,
		       const struct compiled_function *function)
{
	for (struct link *link = b->links; link; link = link->next)
		if (link_is(link, kind, event, function ? function->name : NULL))
			return link;
	return NULL;
}

/* Takes the descriptors of all links of a list. NULL if there is no memory: the links keep them. */
static int *take_fds(struct link *list, size_t *count)
{
	int *fds;

	*count = 0;
	for (struct link *link = list; link; link = link->next)
		*count += link->nfds;
	fds = calloc(*count + 1, sizeof *fds);
	*count = 0;
	for (struct link *link = fds ? list : NULL; link; link = link->next) {
		for (size_t i = 0; i < link->nfds; i++)
			fds[(*count)++] = link->fds[i];
		if (!link->undo)
			link->nfds = 0;
		else
			*count -= link->nfds;
	}
	return fds;
}

/* Detaches and frees links that are in no handle's list any more. */
static void free_list(struct link *list)
{
	size_t count;
	int *fds = take_fds(list, &count);

	if (fds)
		close_all(fds, count);
	free(fds);
	while (list) {
		struct link *next = list->next;

		link_free(list);
		list = next;
	}
}

bool links_detach_if(struct cbcc *b, bool (*matches)(const struct link *link, const void *ctx),
		     const void *ctx)
{
	struct link **at = &b->links, *list = NULL;
	bool found;

	while (*at) {
		struct link *link = *at;

		if (!matches(link, ctx)) {
			at = &link->next;
			continue;
		}
		*at = link->next;
		link->next = list;
		list = link;
	}
	found = list != NULL;
	libbpf_log_begin(&b->log, b->debug & CBCC_DEBUG_BTF);
	free_list(list);
	libbpf_log_end();
	return found;
}

/* What link_is() asks of a link. */
struct description {
	enum link_kind kind;
	const char *event, *fn_name;
};

static bool is_as_described(const struct link *link, const void *ctx)
{
	const struct description *description = ctx;

	return link_is(link, description->kind, description->event, description->fn_name);
}

int links_detach(struct cbcc *b, enum link_kind kind, const char *event, const char *fn_name)
{
	const struct description description = { kind, event, fn_name };

	if (links_detach_if(b, is_as_described, &description))
		return 0;
	if (!event)
		return error_say(-ENOENT, "'%s' is not attached to any %s", fn_name, link_kind_name(kind));
	return error_say(-ENOENT, "nothing is attached to %s %s%s%s", link_kind_name(kind), event,
			 fn_name ? " by " : "", fn_name ? fn_name : "");
}

int links_detach_function(struct cbcc *b, enum link_kind kind, const struct compiled_function *function)
{
	return links_detach(b, kind, NULL, function->name);
}

int cbcc_num_attachments(const struct cbcc *b)
{
	int n = handle_check(b, "cbcc_num_attachments");

	for (const struct link *link = n ? NULL : b->links; link; link = link->next)
		n++;
	return n;
}

int cbcc_get_attachment(const struct cbcc *b, int index, struct cbcc_attachment *attachment)
{
	int count = cbcc_num_attachments(b);
	const struct link *link;

	if (count < 0)
		return count;
	if (index < 0 || index >= count || !attachment)
		return error_say(-EINVAL, "cbcc_get_attachment: %d things are attached", count);
	link = b->links;
	for (int before = count - 1 - index; before; before--)
		link = link->next;
	*attachment = (struct cbcc_attachment){
		.kind = link_kind_name(link->kind),
		.event = link->event,
		.function = link->function->name,
		.places = (size_t)link->places,
	};
	return 0;
}

void links_free(struct cbcc *b)
{
	struct link *list = b->links;

	b->links = NULL;
	libbpf_log_begin(&b->log, b->debug & CBCC_DEBUG_BTF);
	free_list(list);
	libbpf_log_end();
}
