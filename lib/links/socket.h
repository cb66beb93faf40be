/* SPDX-License-Identifier: Apache-2.0 */
/* Packet sockets. Errors are returned; the thread's error is not set. */
#ifndef CBCC_SOCKET_H
#define CBCC_SOCKET_H

/** One that gets nothing yet. A descriptor, or a negative errno. */
int raw_socket_open(void);

/** From now on it gets what passes a device, or all of them: 0. 0 or a negative errno. */
int raw_socket_bind(int fd, int ifindex);

#endif
