/* SPDX-License-Identifier: Apache-2.0 */
/* What is attached. Every kind of attachment is one of these in the handle's list, and is undone the same way. */
#ifndef CBCC_LINK_H
#define CBCC_LINK_H

#include <bpf/libbpf.h>

#include "handle.h"

enum link_kind {
	LINK_KPROBE,
	LINK_KRETPROBE,
	LINK_TRACEPOINT,
	LINK_RAW_TRACEPOINT,
	LINK_KFUNC,
	LINK_KRETFUNC,
	LINK_LSM,
	LINK_FMOD_RET,
	LINK_TP_BTF,
	LINK_UPROBE,
	LINK_URETPROBE,
	LINK_USDT,
	LINK_SECTION, /* attached by libbpf; the event is the section's name */
	LINK_ITERATOR,
	LINK_PERF_EVENT,
	LINK_XDP,
	LINK_TC,
	LINK_RAW_SOCKET,
	LINK_SOCKET_FILTER,
	LINK_FUNC,
};

struct kprobe_multi;

struct link {
	struct link *next;
	enum link_kind kind;
	char *event; /* as the user names it */
	const struct compiled_function *function;
	bool by_name; /* attached for the function's name alone; attaching it again is no error */
	struct bpf_link *bpf;
	int fd;              /* of a kernel's link that libbpf does not know; -1 */
	int places;          /* that this one link stands for */
	char *tracefs_event; /* "group/name" in kprobe_events, to be removed after detaching; or NULL */
	int *fds;            /* that are closed to detach; NULL: none */
	size_t nfds;
	struct kprobe_multi *multi;      /* what it is one of many of; NULL: none */
	void (*undo)(struct link *link); /* what closing them does not undo; NULL: nothing */
	void *data;                      /* of undo, freed after it */
};

/** "kprobe", "tracepoint" and so on: for messages. */
const char *link_kind_name(enum link_kind kind);

/**
 * What every call begins with that attaches a function: b and its function of that name. 0, or -EINVAL, -ENOENT, error
 * set.
 */
int link_arguments(struct cbcc *b, const char *call, const char *fn_name,
		   const struct compiled_function **function);

/**
 * Checks whether an attachment may be made. Returns 0; 1 if it exists already by the function's name, and is from now
 * on the user's; -EEXIST, error set.
 */
int link_check(struct cbcc *b, enum link_kind kind, const char *event,
	       const struct compiled_function *function);

/** A link that is attached to nothing yet and in no list. NULL if out of memory, error set. */
struct link *link_create(enum link_kind kind, const char *event, const struct compiled_function *function);

/** Gives a descriptor to a link, also if that fails: -ENOMEM, error set. */
int link_add_fd(struct link *link, int fd);

/** Closes all descriptors that were given to a link. */
void link_close_fds(struct link *link);

/** Whether it is of that kind, at that event (NULL: any), and of that function (NULL: any). */
bool link_is(const struct link *link, enum link_kind kind, const char *event, const char *fn_name);

/** A link of that kind, or NULL: the last attached one at that event, and of that function; NULL: at any, of any. */
struct link *link_find(const struct cbcc *b, enum link_kind kind, const char *event,
		       const struct compiled_function *function);

/** Detaches and frees one link that is in no list. NULL is accepted. */
void link_free(struct link *link);

/** Puts an attached link into the handle's list. */
void link_add(struct cbcc *b, struct link *link);

/** Detaches and frees a link of the handle's list. */
void link_remove(struct cbcc *b, struct link *link);

/** Undoes all links that match. Whether there was any. */
bool links_detach_if(struct cbcc *b, bool (*matches)(const struct link *link, const void *ctx), const void *ctx);

/** Undoes all links of that kind at event (NULL: any), or only those of fn_name. 0, or -ENOENT if there is none, error set. */
int links_detach(struct cbcc *b, enum link_kind kind, const char *event, const char *fn_name);

/** Undoes all links of that kind that a function has. 0, or -ENOENT if there is none, error set. */
int links_detach_function(struct cbcc *b, enum link_kind kind, const struct compiled_function *function);

/** Undoes all links. */
void links_free(struct cbcc *b);

#endif
