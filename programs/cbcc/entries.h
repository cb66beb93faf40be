/* SPDX-License-Identifier: Apache-2.0 */
/* A map's entries in columns, sorted by their values. */
#ifndef CBCC_ENTRIES_H
#define CBCC_ENTRIES_H

#include "session.h"

/** Whether reading the map empties it: a queue, or a stack. */
bool entries_are_popped(const struct cbcc_table *table);

/** Prints a map; a line with its name before it if title. 0 or -errno. */
int entries_print(struct session *session, struct cbcc_table *table, bool title);

#endif
