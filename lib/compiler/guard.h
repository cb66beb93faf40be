/* SPDX-License-Identifier: Apache-2.0 */
// Keeps the host process alive through what LLVM does to a process of its own: fatal errors abort, deep recursion
// overflows the stack, and some texts take them hours, or all memory. Work runs in a thread with a large stack and has a
// budget of time and memory; a fatal error, or an empty budget, ends that work only.
#ifndef CBCC_GUARD_H
#define CBCC_GUARD_H

#include <llvm/ADT/STLFunctionalExtras.h>

#include <string>

namespace compiler {

// How many tokens one statement may have: what the stack of guarded work holds in the worst case, one level of
// recursion a token.
constexpr unsigned maxNesting = 8192;

// Runs work, which may take so many seconds of processor time. Returns 0; -EFAULT if LLVM gave up, with fatal saying why (what work had allocated is lost then);
// a negative errno if no thread could be started.
int runGuarded(llvm::function_ref<void()> work, unsigned seconds, std::string &fatal);

} // namespace compiler

#endif
