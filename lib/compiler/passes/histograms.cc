/* SPDX-License-Identifier: Apache-2.0 */
// Which histograms are of powers of two. Both bpf_log2() and bpf_log2l() count leading zeros, and nothing else that makes
// slots does: a key that comes from such a count, in any of its members, is a logarithm.
#include "compiler/passes/ir.h"
#include "compiler/passes/passes.h"

#include <llvm/ADT/SetVector.h>
#include <llvm/Analysis/ValueTracking.h>
#include <llvm/IR/IntrinsicInst.h>
#include <llvm/IR/Operator.h>

namespace compiler {

using namespace llvm;

namespace {

// As much of a value's history as a key has.
constexpr size_t mostValues = 256;

bool countsZeros(const Value &value) {
  const auto *intrinsic = dyn_cast<IntrinsicInst>(&value);
  return intrinsic && intrinsic->getIntrinsicID() == Intrinsic::ctlz;
}

bool passesOn(const Value &value) {
  return isa<BinaryOperator, CastInst, PHINode, SelectInst, FreezeInst>(value);
}

using Values = SmallSetVector<const Value *, 16>;

// Adds what is stored in a variable; if that is loaded from another one, what is stored there.
void addStored(const Value &pointer, Values &values) {
  SmallVector<const Value *, 8> pending{getUnderlyingObject(&pointer)};
  if (!isa<AllocaInst>(pending.front()))
    return;
  SmallPtrSet<const Value *, 8> seen;
  while (!pending.empty() && values.size() < mostValues) {
    const Value *place = pending.pop_back_val();
    if (!seen.insert(place).second)
      continue;
    for (const User *user : place->users()) {
      if (isa<GEPOperator>(user))
        pending.push_back(user);
      else if (const auto *store = dyn_cast<StoreInst>(user); store && store->getPointerOperand() == place)
        values.insert(store->getValueOperand());
      else if (const auto *copy = dyn_cast<MemCpyInst>(user); copy && copy->getRawDest() == place)
        pending.push_back(getUnderlyingObject(copy->getRawSource()));
    }
  }
}

bool isLogarithm(const Value &key) {
  Values values;
  addStored(key, values);
  for (size_t i = 0; i < values.size() && i < mostValues; i++) {
    const Value &value = *values[i];
    if (countsZeros(value))
      return true;
    if (const auto *load = dyn_cast<LoadInst>(&value))
      addStored(*load->getPointerOperand(), values);
    else if (passesOn(value))
      for (const Value *operand : cast<User>(value).operands())
        values.insert(operand);
  }
  return false;
}

// The first arguments of all helpers that take a key are the map and the key.
bool hasLogarithms(const GlobalVariable &map) {
  return any_of(map.users(), [&](const User *user) {
    const auto *call = dyn_cast<CallBase>(user);
    return call && helperOf(*call) && call->arg_size() > 1 && call->getArgOperand(0) == &map &&
           call->getArgOperand(1)->getType()->isPointerTy() && isLogarithm(*call->getArgOperand(1));
  });
}

} // namespace

void noteHistograms(const Module &module, std::vector<MapUse> &maps) {
  for (MapUse &map : maps) {
    const GlobalVariable *variable = module.getNamedGlobal(map.name);
    if (map.histogram && variable && hasLogarithms(*variable))
      map.histogram = MAP_LOG2;
  }
}

} // namespace compiler
