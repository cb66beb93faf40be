/* SPDX-License-Identifier: Apache-2.0 */
// The structs that programs receive as their context, by program type.
#ifndef CBCC_CONTEXTS_H
#define CBCC_CONTEXTS_H

#include <llvm/ADT/StringRef.h>

namespace clang {
class FunctionDecl;
}

namespace compiler {

// Whether the verifier wants the fields of such a struct read at constant offsets from an unchanged pointer.
bool isContext(llvm::StringRef tag);

// Whether the verifier knows the types of the pointers in such a context, so that they are read directly. Those of
// tracing programs are only numbers to it.
bool isTypedContext(llvm::StringRef tag);

// For a function whose first parameter is a void *: the tag of the context that this is used as, here or in functions
// that it is passed to, as far as the passes must know it; "" if it is none.
llvm::StringRef contextBehind(const clang::FunctionDecl &function);

} // namespace compiler

#endif
