/* SPDX-License-Identifier: Apache-2.0 */
#include "compiler/passes/passes.h"
#include "compiler/passes/ir.h"

#include <llvm/IR/InstIterator.h>
#include <llvm/IR/IntrinsicInst.h>

namespace compiler {

using namespace llvm;

namespace {

// The code generator turns calls of these into loads, or reports them.
constexpr StringLiteral expanded[] = {"memcmp", "bcmp"};

void checkCall(const CallBase &call, Diagnostics &diagnostics) {
  if (isa<IntrinsicInst>(call) || call.isInlineAsm() || helperOf(call))
    return;
  const Function *callee = call.getCalledFunction();
  if (callee && (callee->hasFnAttribute(subprogramAttribute) || callee->getSection() == ".ksyms"))
    return;
  if (!callee)
    diagnostics.error(call, "a BPF program cannot call through a function pointer");
  else if (callee->isDeclaration() && !is_contained(expanded, callee->getName()))
    diagnostics.error(call, "call of function '" + callee->getName() + "', which has no definition");
  else if (callee->isVarArg() && !callee->isDeclaration())
    diagnostics.error(call, "function '" + callee->getName() +
                                "' takes any number of arguments, which no BPF function can");
  else if (!callee->isDeclaration())
    diagnostics.error(call, "recursive call of function '" + callee->getName() + "'");
}

// The code generator would end its process over this one.
void checkAtomic(const AtomicRMWInst &atomic, Diagnostics &diagnostics) {
  unsigned bits = atomic.getType()->getPrimitiveSizeInBits();
  if (bits != 32 && bits != 64)
    diagnostics.error(atomic, "BPF has atomic operations on 32 and 64 bits only");
}

} // namespace

void checkInstructions(const Module &module, Diagnostics &diagnostics) {
  for (const Function &function : module) {
    for (const Instruction &instruction : instructions(function)) {
      if (const auto *call = dyn_cast<CallBase>(&instruction))
        checkCall(*call, diagnostics);
      else if (const auto *atomic = dyn_cast<AtomicRMWInst>(&instruction))
        checkAtomic(*atomic, diagnostics);
    }
  }
}

} // namespace compiler
