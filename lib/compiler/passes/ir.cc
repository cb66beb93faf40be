/* SPDX-License-Identifier: Apache-2.0 */
#include "compiler/passes/ir.h"
#include "compiler/registers.h"

#include <llvm/IR/Constants.h>
#include <llvm/IR/Operator.h>

namespace compiler {

using namespace llvm;

CallInst *callHelper(IRBuilder<> &builder, unsigned id, ArrayRef<Value *> arguments, Type *result) {
  SmallVector<Type *, 5> types;
  for (Value *argument : arguments)
    types.push_back(argument->getType());
  Constant *callee = ConstantExpr::getIntToPtr(builder.getInt64(id), builder.getPtrTy());
  return builder.CreateCall(FunctionType::get(result, types, false), callee, arguments);
}

std::optional<uint64_t> helperOf(const CallBase &call) {
  const auto *cast = dyn_cast<ConstantExpr>(call.getCalledOperand());
  if (!cast || cast->getOpcode() != Instruction::IntToPtr)
    return std::nullopt;
  const auto *id = dyn_cast<ConstantInt>(cast->getOperand(0));
  return id ? std::optional(id->getZExtValue()) : std::nullopt;
}

bool probeReadTakesAll() {
  constexpr StringLiteral distinct[] = {"x86_64", "aarch64", "ppc64le"};
  const Registers *machine = hostRegisters();
  return machine && is_contained(distinct, machine->machine);
}

AllocaInst *stackSlot(Function &function, Type *type, StringRef name) {
  IRBuilder<> builder(&function.getEntryBlock(), function.getEntryBlock().begin());
  AllocaInst *slot = builder.CreateAlloca(type, nullptr, name);
  slot->setAlignment(Align(8));
  return slot;
}

} // namespace compiler
