/* SPDX-License-Identifier: Apache-2.0 */
// Verifiers before Linux 6.8 lose the bound of "u32 i = x; if (i < 69) array[i]" where x has 64 bits and LLVM makes the
// index of x, as x & 127, because it knows the bound: 127 is then what the verifier knows. So the low half becomes a
// value that LLVM knows nothing about, and of which it makes the index. The code generator takes the intrinsic out.
#include "compiler/passes/passes.h"

#include <llvm/IR/IRBuilder.h>
#include <llvm/IR/InstIterator.h>
#include <llvm/IR/Instructions.h>
#include <llvm/IR/IntrinsicsBPF.h>

namespace compiler {

using namespace llvm;

namespace {

bool isBoundTest(const User *user) {
  const auto *comparison = dyn_cast<ICmpInst>(user);
  return comparison && !comparison->isEquality();
}

// The low half of a number, compared with a bound and used as a whole again.
bool isBoundedHalf(const Instruction &instruction) {
  return isa<TruncInst>(instruction) && instruction.getType()->isIntegerTy(32) &&
         instruction.getOperand(0)->getType()->isIntegerTy(64) && any_of(instruction.users(), isBoundTest) &&
         any_of(instruction.users(), [](const User *user) { return isa<ZExtInst, SExtInst>(user); });
}

void makeOpaque(Instruction &half, unsigned number) {
  IRBuilder<> builder(half.getNextNode());
  Type *type = half.getType();
  CallInst *opaque =
      builder.CreateIntrinsic(Intrinsic::bpf_passthrough, {type, type}, {builder.getInt32(number), &half});
  half.replaceUsesWithIf(opaque, [&](const Use &use) { return use.getUser() != opaque; });
}

} // namespace

void keepBounds(Module &module) {
  SmallVector<Instruction *, 8> halves;
  for (Function &function : module)
    for (Instruction &instruction : instructions(function))
      if (isBoundedHalf(instruction))
        halves.push_back(&instruction);
  for (auto [number, half] : enumerate(halves))
    makeOpaque(*half, number);
}

} // namespace compiler
