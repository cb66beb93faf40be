/* SPDX-License-Identifier: Apache-2.0 */
#include "compiler/passes/passes.h"
#include "compiler/passes/ir.h"

#include <llvm/IR/InstIterator.h>
#include <llvm/IR/IntrinsicInst.h>
#include <llvm/IR/IntrinsicsBPF.h>

#include <algorithm>

namespace compiler {

using namespace llvm;

namespace {

// The code generator turns calls of these into loads, or reports them.
constexpr StringLiteral expanded[] = {"memcmp", "bcmp"};

// Builtins of BPF whose last argument says what is asked; the code generator would end its process over other values.
constexpr struct {
  Intrinsic::ID intrinsic;
  unsigned questions;
} asking[] = {
    {Intrinsic::bpf_btf_type_id, 2},
    {Intrinsic::bpf_preserve_field_info, 6},
    {Intrinsic::bpf_preserve_type_info, 3},
    {Intrinsic::bpf_preserve_enum_value, 2},
};

void checkIntrinsic(const IntrinsicInst &call, Diagnostics &diagnostics) {
  if (is_contained({Intrinsic::frameaddress, Intrinsic::returnaddress}, call.getIntrinsicID()))
    diagnostics.error(call, "a BPF program cannot know the addresses of its frames");
  if (is_contained({Intrinsic::vastart, Intrinsic::vacopy}, call.getIntrinsicID()))
    diagnostics.error(call, "a BPF program has no variable arguments");
  for (const auto &known : asking) {
    if (call.getIntrinsicID() != known.intrinsic)
      continue;
    const auto *question = dyn_cast<ConstantInt>(call.getArgOperand(call.arg_size() - 1));
    if (!question || question->getValue().uge(known.questions))
      diagnostics.error(call,
                        "this builtin's last argument must be a constant below " + Twine(known.questions));
  }
}

void checkCall(const CallBase &call, Diagnostics &diagnostics) {
  if (const auto *intrinsic = dyn_cast<IntrinsicInst>(&call))
    return checkIntrinsic(*intrinsic, diagnostics);
  if (call.isInlineAsm() || helperOf(call))
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

// What a program may have (BPF_COMPLEXITY_LIMIT_INSNS), counted before anything is optimised.
constexpr uint64_t maxInstructions = 1000000;
// More than any stack holds; the code generator takes vectors apart element by element.
constexpr uint64_t maxVectorBits = 512 * 8;

void checkTypes(const Instruction &instruction, Diagnostics &diagnostics) {
  const DataLayout &layout = instruction.getFunction()->getDataLayout();
  auto isTooLarge = [&](Type *type) {
    return type->isVectorTy() && layout.getTypeSizeInBits(type).getKnownMinValue() > maxVectorBits;
  };
  if (isTooLarge(instruction.getType()) ||
      any_of(instruction.operands(), [&](const Use &operand) { return isTooLarge(operand->getType()); }))
    diagnostics.error(instruction, "a vector is larger than a BPF program's stack");
}

// Sizes of functions with all that they call inlined; what recurses is counted once, and refused later.
class InlinedSizes {
public:
  uint64_t of(const Function &function) {
    auto [known, isNew] = sizes_.try_emplace(&function, 0);
    if (!isNew)
      return known->second;
    uint64_t size = 0;
    for (const Instruction &instruction : instructions(function)) {
      const auto *call = dyn_cast<CallBase>(&instruction);
      const Function *callee = call ? call->getCalledFunction() : nullptr;
      size += 1 + (callee ? of(*callee) : 0);
      size = std::min(size, maxInstructions + 1);
    }
    return sizes_[&function] = size;
  }

private:
  DenseMap<const Function *, uint64_t> sizes_;
};

} // namespace

void checkSizes(const Module &module, Diagnostics &diagnostics) {
  InlinedSizes sizes;
  for (const Function &function : module)
    if (sizes.of(function) > maxInstructions)
      return diagnostics.error("function '" + function.getName() + "' and what it calls have more than " +
                               Twine(maxInstructions) +
                               " instructions, the most that a BPF program may have");
}

void checkInstructions(const Module &module, Diagnostics &diagnostics) {
  for (const Function &function : module) {
    for (const Instruction &instruction : instructions(function)) {
      if (const auto *call = dyn_cast<CallBase>(&instruction))
        checkCall(*call, diagnostics);
      else if (isa<VAArgInst>(instruction))
        diagnostics.error(instruction, "a BPF program has no variable arguments");
      checkTypes(instruction, diagnostics);
    }
  }
}

} // namespace compiler
