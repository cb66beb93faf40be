/* SPDX-License-Identifier: Apache-2.0 */
/*
 * All that a compile's result depends on and that is known before it: the request, the kernel, the machine, the
 * environment, and the compiler itself. What only the compile shows are facts (facts.h).
 */
#ifndef CBCC_KEY_H
#define CBCC_KEY_H

#include "cache/bytes.h"
#include "compiler/compiler.h"

/** False if that is not known, or the request is one whose result is not kept: *why says so, and key is empty. */
bool key_make(struct bytes *key, const struct compile_request *request, const char **why);

#endif
