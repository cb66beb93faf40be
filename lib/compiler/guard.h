/* SPDX-License-Identifier: Apache-2.0 */
// Keeps the host process alive through what LLVM does to a process of its own: fatal errors abort, deep recursion
// overflows the stack, and some texts take them hours, or all memory. Work runs in a thread with a large stack and has a
// budget; a fatal error, or one that goes on with an empty budget, ends that work only.
#ifndef CBCC_GUARD_H
#define CBCC_GUARD_H

#include "compiler/budget.h"

#include <llvm/ADT/STLFunctionalExtras.h>

#include <string>

namespace compiler {

// How many tokens one statement may have: what the stack of guarded work holds in the worst case, one level of
// recursion a token.
constexpr unsigned maxNesting = 8192;

// Runs work. Returns 0; -EFAULT if LLVM gave up, with fatal saying why; a negative errno if no thread could be started.
// After -EFAULT what work had allocated is lost, or freed: nothing that it made or changed may be used.
int runGuarded(llvm::function_ref<void()> work, const Limits &limits, std::string &fatal);

} // namespace compiler

#endif
