/* SPDX-License-Identifier: Apache-2.0 */
/* Network devices, which have names and numbers only within their network namespace. */
#ifndef CBCC_DEVICE_H
#define CBCC_DEVICE_H

#include <stdbool.h>
#include <sys/types.h>

struct device {
	int ifindex;
	ino_t netns;  /* the namespace's number */
	int netns_fd; /* to go there again; -1: not opened */
};

/** The device of that name in this thread's namespace. 0, or -EINVAL, -ENODEV, error set, which names the call. */
int device_find(const char *name, const char *call, struct device *device);

bool device_is(const struct device *a, const struct device *b);

/** Opens the namespace, to be able to go there later. 0, or -errno, error set. */
int device_hold(struct device *device);

/** Takes this thread to the device's namespace, and back. Returns what brings it back; -1: it was there already; -2: it
 * could not go. */
int device_enter(const struct device *device);
void device_leave(int before);

/** Closes what device_hold() has opened. */
void device_drop(struct device *device);

#endif
