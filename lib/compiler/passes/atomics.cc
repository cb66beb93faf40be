/* SPDX-License-Identifier: Apache-2.0 */
// Which atomic operations BPF has. The code generator would end its process over the others.
#include "compiler/passes/passes.h"
#include "compiler/passes/ir.h"

#include <llvm/IR/IRBuilder.h>
#include <llvm/IR/InlineAsm.h>
#include <llvm/IR/InstIterator.h>
#include <llvm/IR/Instructions.h>

namespace compiler {

using namespace llvm;

namespace {

constexpr AtomicRMWInst::BinOp operations[] = {
    AtomicRMWInst::Xchg, AtomicRMWInst::Add, AtomicRMWInst::Sub,
    AtomicRMWInst::And,  AtomicRMWInst::Or,  AtomicRMWInst::Xor,
};

void checkWidth(const Instruction &atomic, const Type *type, Diagnostics &diagnostics) {
  unsigned bits = type->isPointerTy() ? 64 : type->isIntegerTy() ? type->getPrimitiveSizeInBits() : 0;
  if (bits != 32 && bits != 64)
    diagnostics.error(atomic, "BPF has atomic operations on 32 and 64 bits only");
}

// A load or a store of a register is one access, and that is all that relaxed means.
template <typename Access> void relax(Access &access, const Type *type, Diagnostics &diagnostics) {
  if (isStrongerThanMonotonic(access.getOrdering()))
    return diagnostics.error(access, "BPF has relaxed atomic loads and stores only");
  if (type->isSized() && access.getFunction()->getDataLayout().getTypeStoreSize(const_cast<Type *>(type)) > 8)
    return diagnostics.error(access, "BPF has atomic loads and stores of up to 64 bits only");
  access.setAtomic(AtomicOrdering::NotAtomic);
  access.setVolatile(true);
}

// Between what a program does and its own callbacks: for the compiler only.
void keepOrder(FenceInst &fence) {
  IRBuilder<> builder(&fence);
  FunctionType *type = FunctionType::get(builder.getVoidTy(), false);
  builder.CreateCall(InlineAsm::get(type, "", "~{memory}", /*hasSideEffects=*/true));
  fence.eraseFromParent();
}

void lower(Instruction &instruction, Diagnostics &diagnostics) {
  if (auto *load = dyn_cast<LoadInst>(&instruction); load && load->isAtomic()) {
    relax(*load, load->getType(), diagnostics);
  } else if (auto *store = dyn_cast<StoreInst>(&instruction); store && store->isAtomic()) {
    relax(*store, store->getValueOperand()->getType(), diagnostics);
  } else if (auto *change = dyn_cast<AtomicRMWInst>(&instruction)) {
    checkWidth(*change, change->getType(), diagnostics);
    if (!is_contained(operations, change->getOperation()))
      diagnostics.error(*change, "BPF has no atomic operation '" +
                                     AtomicRMWInst::getOperationName(change->getOperation()) + "'");
  } else if (auto *fence = dyn_cast<FenceInst>(&instruction)) {
    if (fence->getSyncScopeID() != SyncScope::SingleThread)
      diagnostics.error(*fence, "BPF has no memory barriers");
    else
      keepOrder(*fence);
  } else if (auto *exchange = dyn_cast<AtomicCmpXchgInst>(&instruction)) {
    checkWidth(*exchange, exchange->getCompareOperand()->getType(), diagnostics);
  }
}

} // namespace

void lowerAtomics(Module &module, Diagnostics &diagnostics) {
  for (Function &function : module)
    for (Instruction &instruction : make_early_inc_range(instructions(function)))
      lower(instruction, diagnostics);
}

} // namespace compiler
