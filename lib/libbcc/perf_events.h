/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CBCC_LIBBCC_PERF_EVENTS_H
#define CBCC_LIBBCC_PERF_EVENTS_H

/** Runs a program at an open perf event, which is closed if that fails. The event; or -1, told, with errno. */
int run_at_event(int fd, int progfd);

#endif
