/* SPDX-License-Identifier: Apache-2.0 */
/* A network that only the test sees: a namespace with lo and with a pair of devices, veth0 and veth1. And cgroups. */
#ifndef CBCC_TEST_NET_H
#define CBCC_TEST_NET_H

#include "test.h"

#include <sys/types.h>

/** Takes this process to a new network namespace with these devices, all up. Skips the test where that cannot be. */
void net_make_own(void);

/** Sends that many frames from veth0 to veth1, each 64 bytes, with mark in the first byte of its content. They may be dropped on the way out. */
void net_send(uint8_t mark, int count);

/** A socket that gets all frames of net_send() that arrive at a device. */
int net_open_receiver(const char *dev);

/** How many frames of that mark a socket has got, others being dropped. */
int net_received(int fd, uint8_t mark);

/** Whether there is something to read: waits long for what has to come, which may be late, and shortly for what must not. */
bool net_readable(int fd, bool has_to_come);

/** A new cgroup of version 2 below the root, empty: a descriptor of its directory. Skips the test where there are none. */
int cgroup_make(char *path, size_t size);

/** Puts this process there. */
void cgroup_enter(const char *path);

/** Puts this process into the root, and removes the cgroup. */
void cgroup_remove(const char *path, int fd);

#endif
