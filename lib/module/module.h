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

/** Also for what did not come from compiler_compile(), but is allocated likewise. */
void compiler_release(struct compiled *result);

/**
 * The name in the source of a name of C++ or Rust ("_Z...", "_R..."); to be freed. NULL for any other name, and if there is no
 * compiler module; no error is set. The module is loaded if need be.
 */
char *compiler_demangle(const char *name);

/* The module's file. Two of the same identity are the same compiler: nobody can set the time of a file's last change. */
struct compiler_identity {
	uint64_t device, inode, size, modified[2], changed[2];
};

/**
 * The identity of the module that is loaded, or would be, without loading it. False if it is not known, as there is none,
 * or it was replaced while it was loaded.
 */
bool compiler_identify(struct compiler_identity *identity);

#endif
