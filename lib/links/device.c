/* SPDX-License-Identifier: Apache-2.0 */
#include "links/device.h"

#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"

#define THREADS_NAMESPACE "/proc/thread-self/ns/net"

static ino_t current_namespace(void)
{
	struct stat st;

	return stat(THREADS_NAMESPACE, &st) == 0 ? st.st_ino : 0;
}

int device_find(const char *name, const char *call, struct device *device)
{
	if (!name)
		return error_say(-EINVAL, "%s: the device's name is NULL", call);
	*device = (struct device){ (int)if_nametoindex(name), current_namespace(), -1 };
	if (!device->ifindex)
		return error_say(-ENODEV, "%s: there is no network device '%s'", call, name);
	return 0;
}

bool device_is(const struct device *a, const struct device *b)
{
	return a->ifindex == b->ifindex && a->netns == b->netns;
}

int device_hold(struct device *device)
{
	device->netns_fd = open(THREADS_NAMESPACE, O_RDONLY | O_CLOEXEC);
	return device->netns_fd < 0 ? error_set(-errno, "cannot open the network namespace") : 0;
}

int device_enter(const struct device *device)
{
	int before;

	if (current_namespace() == device->netns)
		return -1;
	before = open(THREADS_NAMESPACE, O_RDONLY | O_CLOEXEC);
	if (before >= 0 && setns(device->netns_fd, CLONE_NEWNET) == 0)
		return before;
	if (before >= 0)
		close(before);
	return -2;
}

void device_leave(int before)
{
	if (before < 0)
		return;
	setns(before, CLONE_NEWNET);
	close(before);
}

void device_drop(struct device *device)
{
	if (device->netns_fd >= 0)
		close(device->netns_fd);
	device->netns_fd = -1;
}
