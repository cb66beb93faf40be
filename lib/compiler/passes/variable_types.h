/* SPDX-License-Identifier: Apache-2.0 */
// What debug information says of memory that an address leads to, in IR as clang makes it.
#ifndef CBCC_PASSES_VARIABLE_TYPES_H
#define CBCC_PASSES_VARIABLE_TYPES_H

#include <llvm/ADT/STLFunctionalExtras.h>
#include <llvm/IR/DebugInfoMetadata.h>
#include <llvm/IR/Value.h>

namespace compiler {

// The outermost type at an address that is wanted: that of a variable, of what a variable points to, or of a member or
// an element of these. Null if there is none.
llvm::DIType *typeAt(llvm::Value *address, llvm::function_ref<bool(llvm::DIType *)> isWanted);

// The same, of what a pointer leads to that is kept at the address.
llvm::DIType *typeBehind(llvm::Value *address, llvm::function_ref<bool(llvm::DIType *)> isWanted);

} // namespace compiler

#endif
