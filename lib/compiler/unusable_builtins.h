/* SPDX-License-Identifier: Apache-2.0 */
// Builtins that clang has for every machine and that end in a fatal error, or a crash, for BPF: to a text they are names
// that are not declared.
#ifndef CBCC_UNUSABLE_BUILTINS_H
#define CBCC_UNUSABLE_BUILTINS_H

#include <clang/Basic/IdentifierTable.h>

namespace compiler {

void forgetUnusableBuiltins(clang::IdentifierTable &names);

} // namespace compiler

#endif
