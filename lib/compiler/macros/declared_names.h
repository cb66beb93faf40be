/* SPDX-License-Identifier: Apache-2.0 */
// The names that a text declares itself, other than by #define: read from its tokens, before it is parsed.
#ifndef CBCC_DECLARED_NAMES_H
#define CBCC_DECLARED_NAMES_H

#include <clang/Basic/LangOptions.h>
#include <llvm/ADT/StringSet.h>

namespace compiler {

// Adds what looks like a declared name of text (text.end() is NUL): an enumerator, a name behind a type's name, a
// function at file scope, the first argument of a BPF_ macro.
void addDeclaredNames(llvm::StringRef text, const clang::LangOptions &options, llvm::StringSet<> &names);

} // namespace compiler

#endif
