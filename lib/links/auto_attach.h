/* SPDX-License-Identifier: Apache-2.0 */
/* Functions whose names say what they are attached to. */
#ifndef CBCC_AUTO_ATTACH_H
#define CBCC_AUTO_ATTACH_H

#include "handle.h"

/** Attaches them, in alphabetical order. 0, or the errno of the first that failed, error set. */
int auto_attach(struct cbcc *b);

#endif
