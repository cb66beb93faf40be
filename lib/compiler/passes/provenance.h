/* SPDX-License-Identifier: Apache-2.0 */
// Which memory a pointer leads to, as far as the IR of its function shows.
#ifndef CBCC_PASSES_PROVENANCE_H
#define CBCC_PASSES_PROVENANCE_H

#include <llvm/ADT/DenseMap.h>
#include <llvm/IR/Function.h>
#include <llvm/IR/InstrTypes.h>

namespace compiler {

// A pointer that comes from several places has the bits of all; a null or undefined one adds none.
enum Memory : unsigned {
  MemoryNone = 0,
  MemoryStack = 1,
  MemoryOwn =
      2, // globals, map values, ring buffer records and their like: what the verifier lets programs write
  MemoryContext = 4,
  MemoryForeign = 8,  // the kernel's or a user process's: to the verifier, only a number
  MemoryUnknown = 16, // any of these: what was kept on the stack, or comes out of inline assembly
  MemoryTyped = 32,   // the kernel's, or packets: what the verifier has types for, in programs with such a context
};

class Provenance {
public:
  // arguments: the memory that each of the function's arguments leads to. typed: pointers that come from the context,
  // and from most helpers, have types for the verifier.
  Provenance(const llvm::Function &function, llvm::ArrayRef<unsigned> arguments, bool typed);

  // Bits of Memory.
  unsigned of(const llvm::Value *pointer) const;

private:
  unsigned found(const llvm::Value *value) const;
  unsigned ofConstant(const llvm::Constant *constant) const;
  unsigned ofLoaded(unsigned from) const;
  unsigned ofCall(const llvm::CallBase &call) const;
  unsigned derived(const llvm::User *operation, unsigned opcode) const;
  unsigned ofInstruction(const llvm::Instruction &instruction) const;
  bool keepsPointers(const llvm::Instruction &instruction) const;
  bool visit(const llvm::Instruction &instruction);

  // Of pointers, and of integers that pointers are made from.
  llvm::DenseMap<const llvm::Value *, unsigned> memory_;
  bool stackHoldsPointers_; // to anything but foreign memory
  const bool typed_;
};

} // namespace compiler

#endif
