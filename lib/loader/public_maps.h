/* SPDX-License-Identifier: Apache-2.0 */
/* The maps that texts publish for other texts of the process, by name: what handles share. Thread-safe. */
#ifndef CBCC_PUBLIC_MAPS_H
#define CBCC_PUBLIC_MAPS_H

/**
 * Publishes a map until its owner removes it. The first of a name keeps it as long as it lives; others are not told.
 * 0 or -errno; does not take fd.
 */
int public_maps_add(const void *owner, const char *name, int fd);

/** A descriptor of its own for the public map of that name, or -ENOENT or another errno. */
int public_maps_open(const char *name);

void public_maps_remove(const void *owner);

#endif
