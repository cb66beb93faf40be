/* SPDX-License-Identifier: Apache-2.0 */
/* The text's maps, printed at the end or from time to time. */
#ifndef CBCC_TABLES_H
#define CBCC_TABLES_H

#include "session.h"

/** Prints those that are for people, or that were asked for. */
enum status tables_print(struct session *session);

/** Whether all that were asked for exist. */
enum status tables_check(struct session *session);

#endif
