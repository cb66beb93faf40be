/* SPDX-License-Identifier: Apache-2.0 */
/* Iterators of the program: what they write of the kernel's objects. */
#ifndef CBCC_ITERATORS_H
#define CBCC_ITERATORS_H

#include "session.h"

/** Attaches the iterators of the text that no option has attached. */
enum status iterators_attach(struct session *session);

/** Runs all that are attached, and writes what they write. */
enum status iterators_print(struct session *session);

#endif
