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

static int refuse(const struct kprobe_site *site, const struct compiled_function *function, const char *why)
{
	return error_say(-EOPNOTSUPP,
			 "cannot attach '%s' to %s %s: this kernel has no kprobes (CONFIG_KPROBES), %s",
			 function->name, link_kind_name(site->kind), site->event, why);
}

/* A name that is no system call is unknown; what the program does is the second question. */
static int check(const struct kprobe_site *site, const struct compiled_function *function, const char *event)
{
	int id = tracefs_event_id("syscalls", event);

	if (id < 0)
		return id;
	if (function->reads_registers)
		return refuse(site, function,
			      "and the program reads registers, which a tracepoint does not have");
	return 0;
}

int syscall_fallback_find(const struct kprobe_site *site, const struct compiled_function *function,
			  char **event)
{
	const char *prefix = syscall_prefix();
	int err;

	if (site->offset)
		return refuse(site, function, "and no tracepoint is within a function");
	if (strncmp(site->event, prefix, strlen(prefix)) != 0)
		return refuse(site, function, "and it is not the function of a system call");
	if (asprintf(event, "sys_%s_%s", site->kind == LINK_KRETPROBE ? "exit" : "enter",
		     site->event + strlen(prefix)) < 0)
		return error_set(-ENOMEM, "cannot attach '%s'", function->name);
	err = check(site, function, *event);
	if (err)
		free(*event);
	return err;
}

void syscall_fallback_tell(const struct cbcc *b, const struct kprobe_site *site,
			   const struct compiled_function *function, const char *event)
{
	log_write(&b->log, CBCC_LOG_WARN,
		  "this kernel has no kprobes: '%s' is attached to tracepoint syscalls:%s instead of %s",
		  function->name, event, site->event);
}

int syscall_fallback_link(struct cbcc *b, const struct kprobe_site *site, struct link *link)
{
	char *event;
	int err = syscall_fallback_find(site, link->function, &event);

	if (err)
		return err;
	err = tracepoint_link(b, link, "syscalls", event);
	if (!err)
		syscall_fallback_tell(b, site, link->function, event);
	free(event);
	return err;
}
