/* SPDX-License-Identifier: Apache-2.0 */
// From simplified IR to an object: LLVM's own pipelines and code generator.
#ifndef CBCC_EMIT_H
#define CBCC_EMIT_H

#include <llvm/ADT/SmallVector.h>
#include <llvm/IR/Module.h>
#include <llvm/Support/CodeGen.h>
#include <llvm/Target/TargetMachine.h>

#include <memory>

namespace compiler {

std::unique_ptr<llvm::TargetMachine> createTargetMachine();

// What must come before passes that look at pointers, and no more: whatever merges or speculates accesses hides
// where they came from.
void inlineAndSimplify(llvm::Module &module, llvm::TargetMachine &machine);

// What the target itself wants done first: CO-RE relocations, among others.
void runTargetPasses(llvm::Module &module, llvm::TargetMachine &machine);

void optimise(llvm::Module &module, llvm::TargetMachine &machine);

// An object with BTF and line information, without DWARF.
llvm::SmallVector<char, 0> emit(llvm::Module &module, llvm::TargetMachine &machine);

} // namespace compiler

#endif
