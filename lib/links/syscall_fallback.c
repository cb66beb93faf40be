/* SPDX-License-Identifier: Apache-2.0 */
#include "links/syscall_fallback.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "kernel/syscalls.h"
#include "kernel/tracefs.h"
#include "links/tracepoint.h"

static int refuse(const struct kprobe_site *site, const struct link *link, const char *why)
{
	return error_say(-EOPNOTSUPP,
			 "cannot attach '%s' to %s %s: this kernel has no kprobes (CONFIG_KPROBES), %s",
			 link->function->name, link_kind_name(site->kind), site->event, why);
}

static int attach_sys_enter(struct cbcc *b, const struct kprobe_site *site, struct link *link,
			    const char *event)
{
	int err;

	/* A name that is no system call is unknown; what the program does is the second question. */
	err = tracefs_event_id("syscalls", event);
	if (err < 0)
		return err;
	if (link->function->reads_registers)
		return refuse(site, link,
			      "and the program reads registers, which a tracepoint does not have");
	err = tracepoint_link(b, link, "syscalls", event);
	if (!err)
		log_write(&b->log, CBCC_LOG_WARN,
			  "this kernel has no kprobes: '%s' is attached to tracepoint syscalls:%s instead of "
			  "%s",
			  link->function->name, event, site->event);
	return err;
}

int syscall_fallback_link(struct cbcc *b, const struct kprobe_site *site, struct link *link)
{
	const char *prefix = syscall_prefix();
	char *event;
	int err;

	if (site->kind != LINK_KPROBE || site->offset)
		return refuse(site, link, "and only the entry of a system call has a tracepoint to stand in");
	if (strncmp(site->event, prefix, strlen(prefix)) != 0)
		return refuse(site, link, "and it is not the function of a system call");
	if (asprintf(&event, "sys_enter_%s", site->event + strlen(prefix)) < 0)
		return error_set(-ENOMEM, "cannot attach '%s'", link->function->name);
	err = attach_sys_enter(b, site, link, event);
	free(event);
	return err;
}
