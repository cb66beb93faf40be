/* SPDX-License-Identifier: Apache-2.0 */
/* Closing many descriptors of probes, each of which makes the kernel wait until nobody runs the probe any more. */
#ifndef CBCC_CLOSING_H
#define CBCC_CLOSING_H

#include <stddef.h>

/** Closes all, the waits of many side by side. Returns when all are closed. */
void close_all(const int *fds, size_t count);

#endif
