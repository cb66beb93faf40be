/* SPDX-License-Identifier: Apache-2.0 */
#include "links/kprobe_events.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kernel/tracefs.h"

#define GROUP "cbcc"

static int write_definition(const char *definition)
{
	int fd = tracefs_open("kprobe_events", O_WRONLY | O_APPEND), err;

	if (fd < 0)
		return fd;
	err = write(fd, definition, strlen(definition)) < 0 ? -errno : 0;
	close(fd);
	return err;
}

/* "p_FUNCTION_bcc_PID", as BCC names them, with a number: one function may have several. */
static int event_name(const char *function, bool on_return, char **event)
{
	static atomic_uint number;
	int n = asprintf(event, GROUP "/%c_%.32s_bcc_%d_%u", on_return ? 'r' : 'p', function, (int)getpid(),
			 atomic_fetch_add(&number, 1));

	if (n < 0)
		return -ENOMEM;
	for (char *p = *event + strlen(GROUP "/"); *p; p++)
		if (!strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_", *p))
			*p = '_';
	return 0;
}

int kprobe_event_define(const char *event, const char *function, uint64_t offset, bool on_return,
			int maxactive)
{
	char *definition, active[16] = "";
	int n, err;

	if (on_return && maxactive > 0)
		snprintf(active, sizeof active, "%d", maxactive);
	if (offset)
		n = asprintf(&definition, "%c%s:%s %s+%llu", on_return ? 'r' : 'p', active, event, function,
			     (unsigned long long)offset);
	else
		n = asprintf(&definition, "%c%s:%s %s", on_return ? 'r' : 'p', active, event, function);
	if (n < 0)
		return -ENOMEM;
	err = write_definition(definition);
	free(definition);
	return err;
}

int kprobe_event_create(const char *function, uint64_t offset, bool on_return, int maxactive, char **event)
{
	int err = event_name(function, on_return, event);

	if (err)
		return err;
	err = kprobe_event_define(*event, function, offset, on_return, maxactive);
	if (err) {
		free(*event);
		*event = NULL;
	}
	return err;
}

int kprobe_event_remove(const char *event)
{
	char *definition;
	int err;

	if (asprintf(&definition, "-:%s", event) < 0)
		return -ENOMEM;
	err = write_definition(definition);
	free(definition);
	return err;
}

int kprobe_event_id(const char *event)
{
	const char *name = strchr(event, '/') + 1;
	char *group = strndup(event, (size_t)(name - event) - 1);
	int id = group ? tracefs_event_id(group, name) : -ENOMEM;

	free(group);
	return id;
}
