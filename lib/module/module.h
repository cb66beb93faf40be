/* SPDX-License-Identifier: Apache-2.0 */
/* The way to the compiler module: loaded at the first compile of the process, and kept. */
#ifndef CBCC_MODULE_H
#define CBCC_MODULE_H

#include "compiler/compiler.h"

/**
 * Compiles; *result is valid in any case and released by compiler_release(). A text without functions gives an object
 * too. Returns 0; -EINVAL (diagnostics are in the thread's error); -ELIBACC (no compiler module); -ENOMEM, -EAGAIN.
 */
int compiler_compile(const struct compile_request *request, struct compiled *result);

void compiler_release(struct compiled *result);

#endif
