/* SPDX-License-Identifier: Apache-2.0 */
/* Functions whose names say what they are attached to. */
#ifndef CBCC_AUTO_ATTACH_H
#define CBCC_AUTO_ATTACH_H

#include "handle.h"

/** Attaches them, in alphabetical order. 0, or the errno of the first that failed, error set. */
int auto_attach(struct cbcc *b);

/** Attaches none, and loads all of which something says their type. 0, or errno, error set. */
int auto_load(struct cbcc *b);

/** Puts the functions that the text names there into program arrays: before the first program runs. 0, or errno, error set. */
int fill_program_arrays(struct cbcc *b);

#endif
