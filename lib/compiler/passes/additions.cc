/* SPDX-License-Identifier: Apache-2.0 */
// The code generator makes "or" of an addition that carries nothing, as of the address of an array in an aligned struct on
// the stack and a small index. The verifier takes no "or" of pointers. So such addresses become values of which the
// code generator knows nothing.
//
// The optimiser makes an atomic "or" of an atomic addition of 0. Kernels before 5.12 know additions only.
#include "compiler/passes/passes.h"

#include <llvm/Analysis/ValueTracking.h>
#include <llvm/IR/IRBuilder.h>
#include <llvm/IR/InlineAsm.h>
#include <llvm/IR/InstIterator.h>
#include <llvm/IR/Instructions.h>
#include <llvm/IR/Operator.h>
#include <llvm/IR/PatternMatch.h>
#include <llvm/Support/KnownBits.h>

namespace compiler {

using namespace llvm;

namespace {

// The code generator gives no variable less than that on the stack.
constexpr uint64_t leastAlignment = 8;

// Of the variables on the stack that a pointer may lead to; 0 if there are none.
uint64_t stackAlignment(const Value *pointer) {
  SmallVector<const Value *, 4> objects;
  uint64_t alignment = 0;
  getUnderlyingObjects(pointer, objects);
  for (const Value *object : objects)
    if (auto *variable = dyn_cast<AllocaInst>(object))
      alignment = std::max({alignment, leastAlignment, variable->getAlign().value()});
  return alignment;
}

// The most that the variable parts of an address add, or more than any alignment.
uint64_t largestOffset(const GEPOperator &address, const DataLayout &layout) {
  constexpr uint64_t unknown = UINT64_MAX;
  unsigned width = layout.getIndexTypeSizeInBits(address.getType());
  MapVector<Value *, APInt> parts;
  APInt constant(width, 0), sum(width, 0);
  if (!address.collectOffset(layout, width, parts, constant))
    return unknown;
  for (const auto &[index, scale] : parts) {
    KnownBits known = computeKnownBits(index, layout).sextOrTrunc(width);
    bool overflows = !known.isNonNegative();
    if (!overflows)
      sum = sum.uadd_sat(known.getMaxValue().umul_ov(scale, overflows));
    if (overflows)
      return unknown;
  }
  return sum.getZExtValue();
}

bool mayCarryNothing(const GetElementPtrInst &address, const DataLayout &layout) {
  if (address.hasAllConstantIndices())
    return false;
  uint64_t alignment = stackAlignment(address.getPointerOperand());
  return alignment && largestOffset(cast<GEPOperator>(address), layout) < alignment;
}

void makeOpaque(GetElementPtrInst &address) {
  IRBuilder<> builder(&address);
  Value *base = address.getPointerOperand();
  auto *type = FunctionType::get(base->getType(), {base->getType()}, false);
  address.setOperand(0, builder.CreateCall(InlineAsm::get(type, "", "=r,0", false), {base}));
}

bool isOrOfNothing(const AtomicRMWInst &change) {
  return change.getOperation() == AtomicRMWInst::Or && match(change.getValOperand(), PatternMatch::m_Zero());
}

} // namespace

void keepAdditions(Module &module) {
  const DataLayout &layout = module.getDataLayout();
  SmallVector<GetElementPtrInst *, 8> addresses;
  for (Function &function : module) {
    for (Instruction &instruction : instructions(function)) {
      auto *address = dyn_cast<GetElementPtrInst>(&instruction);
      auto *change = dyn_cast<AtomicRMWInst>(&instruction);
      if (address && mayCarryNothing(*address, layout))
        addresses.push_back(address);
      else if (change && isOrOfNothing(*change))
        change->setOperation(AtomicRMWInst::Add);
    }
  }
  for (GetElementPtrInst *address : addresses)
    makeOpaque(*address);
}

} // namespace compiler
