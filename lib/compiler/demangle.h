/* SPDX-License-Identifier: Apache-2.0 */
/* Names of C++ and Rust: not the compiler's business, but LLVM knows them. The module's other symbol. */
#ifndef CBCC_DEMANGLE_H
#define CBCC_DEMANGLE_H

#ifdef __cplusplus
extern "C" {
#endif

/**
 * The name in the source of a name as object files have it ("_Z...", "_R..."); to be freed. NULL: it is none, or one that
 * takes too much of time or memory. Thread-safe.
 */
char *cbcc_demangle(const char *name);

#ifdef __cplusplus
}
#endif

#endif
