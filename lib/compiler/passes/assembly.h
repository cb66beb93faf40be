/* SPDX-License-Identifier: Apache-2.0 */
// Inline assembly: instructions and labels. The assembler's directives could open files, write to any section, and leave
// the function.
#ifndef CBCC_ASSEMBLY_H
#define CBCC_ASSEMBLY_H

#include "compiler/diagnostics.h"

#include <llvm/IR/Module.h>

namespace compiler {

// Directives are errors. What the assembler will say of the rest gets the place in the text, file, where it stands.
void checkAssembly(llvm::Module &module, llvm::StringRef file, Diagnostics &diagnostics);

// A place in the text as the assembler carries it through; a line of 0 if it is none.
struct AssemblyPlace {
  unsigned line, column;
};
uint64_t encodePlace(AssemblyPlace place);
AssemblyPlace decodePlace(uint64_t cookie);

} // namespace compiler

#endif
