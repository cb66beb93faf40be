/* SPDX-License-Identifier: Apache-2.0 */
#include "compiler/passes/provenance.h"
#include "compiler/helpers.h"
#include "compiler/passes/ir.h"
#include "compiler/passes/passes.h"

#include <llvm/ADT/PostOrderIterator.h>
#include <llvm/BinaryFormat/Dwarf.h>
#include <llvm/IR/DebugInfoMetadata.h>
#include <llvm/IR/InstIterator.h>
#include <llvm/IR/Instructions.h>
#include <llvm/IR/IntrinsicInst.h>
#include <llvm/IR/Operator.h>

namespace compiler {

using namespace llvm;

namespace {

// The verifier knows where these pointers lead, and what may be done there.
constexpr unsigned tracked = MemoryStack | MemoryOwn | MemoryContext | MemoryTyped;

// Helpers that return memory which programs may write. What others return is read like any other kernel memory, which
// is right for typed pointers (bpf_get_current_task_btf), too, and has none of the verifier's limits on those.
constexpr unsigned ownMemoryHelpers[] = {
    HelperMapLookupElem,       HelperGetLocalStorage, HelperSkStorageGet,
    HelperRingbufReserve,      HelperInodeStorageGet, HelperTaskStorageGet,
    HelperMapLookupPercpuElem, HelperDynptrData,      HelperCgrpStorageGet,
};

// bpf_get_current_task(), whose pointer is an unsigned long.
constexpr unsigned currentTask = 35;

// A pointer plus a number leads where the pointer leads, whatever the number came from.
unsigned ofSum(unsigned left, unsigned right) {
  unsigned both = left | right;
  return both & tracked ? both & tracked : both;
}

const DIType *withoutNames(const DIType *type) {
  constexpr unsigned names[] = {dwarf::DW_TAG_typedef, dwarf::DW_TAG_const_type, dwarf::DW_TAG_volatile_type};
  while (type && is_contained(names, type->getTag()))
    type = cast<DIDerivedType>(type)->getBaseType();
  return type;
}

// Structs that kernel functions return are read as those of helpers are. What else they return pointers to is memory that
// the verifier knows the size of, and lets programs write if it is theirs (bpf_obj_new_impl).
unsigned ofKernelFunction(const Function &function) {
  const DISubprogram *declaration = function.getSubprogram();
  if (!declaration || !declaration->getType()->getTypeArray().size())
    return MemoryUnknown;
  const DIType *type = withoutNames(declaration->getType()->getTypeArray()[0]);
  const auto *pointer = dyn_cast_or_null<DIDerivedType>(type);
  if (!pointer || pointer->getTag() != dwarf::DW_TAG_pointer_type)
    return MemoryUnknown;
  return isa_and_nonnull<DICompositeType>(withoutNames(pointer->getBaseType())) ? MemoryForeign : MemoryOwn;
}

// Callbacks, subprograms and inline assembly may put any pointer on the stack.
bool escapesAnalysis(const Function &function) {
  if (function.hasFnAttribute(subprogramAttribute))
    return true;
  if (function.hasAddressTaken(nullptr, false, true, true)) // SEC() programs are in llvm.used
    return true;
  for (const Instruction &instruction : instructions(function)) {
    const auto *call = dyn_cast<CallBase>(&instruction);
    if (!call || isa<IntrinsicInst>(call))
      continue;
    if (call->isInlineAsm() && (!call->arg_empty() || !call->getType()->isVoidTy()))
      return true;
    if (isa<Function>(call->getCalledOperand()) ||
        any_of(call->args(), [](const Use &argument) { return isa<Function>(argument); }))
      return true;
  }
  return false;
}

} // namespace

Provenance::Provenance(const Function &function, ArrayRef<unsigned> arguments, bool typed)
    : stackHoldsPointers_(escapesAnalysis(function)), typed_(typed) {
  for (const Argument &argument : function.args())
    memory_[&argument] = arguments[argument.getArgNo()];
  ReversePostOrderTraversal<const Function *> blocks(&function);
  for (bool changed = true; changed;) {
    changed = false;
    for (const BasicBlock *block : blocks)
      for (const Instruction &instruction : *block)
        changed |= visit(instruction);
  }
}

unsigned Provenance::of(const Value *pointer) const {
  unsigned memory = found(pointer);
  if (memory & MemoryUnknown && !stackHoldsPointers_)
    return (memory & ~MemoryUnknown) | MemoryForeign;
  return memory;
}

unsigned Provenance::found(const Value *value) const {
  if (const auto *constant = dyn_cast<Constant>(value))
    return ofConstant(constant);
  return memory_.lookup(value);
}

unsigned Provenance::ofConstant(const Constant *constant) const {
  if (const auto *variable = dyn_cast<GlobalVariable>(constant))
    return variable->getSection() != ".ksyms" ? MemoryOwn : typed_ ? MemoryTyped : MemoryForeign;
  if (const auto *expression = dyn_cast<ConstantExpr>(constant))
    return derived(expression, expression->getOpcode());
  return MemoryNone;
}

// What a load gives. The verifier remembers pointers that were put on the stack, and in no other memory of the program.
unsigned Provenance::ofLoaded(unsigned from) const {
  constexpr unsigned holdsTyped = MemoryContext | MemoryTyped | MemoryUnknown;
  unsigned remembered = from & MemoryStack ? MemoryUnknown : MemoryNone;
  from &= ~MemoryStack;
  if (typed_ && from & holdsTyped) {
    remembered |= from & MemoryUnknown ? MemoryUnknown : MemoryTyped;
    from &= ~holdsTyped;
  }
  return from ? remembered | MemoryForeign : remembered;
}

unsigned Provenance::ofCall(const CallBase &call) const {
  std::optional<uint64_t> helper = helperOf(call);
  if (!helper) {
    const Function *callee = call.getCalledFunction();
    bool isKernels = callee && callee->getSection() == ".ksyms";
    unsigned memory = isKernels ? ofKernelFunction(*callee) : MemoryUnknown;
    return typed_ && memory == MemoryForeign ? MemoryTyped : memory;
  }
  if (is_contained(ownMemoryHelpers, *helper))
    return MemoryOwn;
  if (!typed_ || *helper == currentTask)
    return MemoryForeign;
  return call.getType()->isPointerTy() ? MemoryTyped : MemoryNone;
}

// Of operations that give pointers from pointers. All others give numbers, which lead nowhere.
unsigned Provenance::derived(const User *operation, unsigned opcode) const {
  auto operand = [&](unsigned index) { return found(operation->getOperand(index)); };
  switch (opcode) {
  case Instruction::GetElementPtr:
  case Instruction::IntToPtr:
  case Instruction::PtrToInt:
  case Instruction::BitCast:
  case Instruction::AddrSpaceCast:
  case Instruction::Freeze:
  case Instruction::ZExt:
  case Instruction::SExt:
  case Instruction::Trunc:
    return operand(0);
  case Instruction::Select:
    return operand(1) | operand(2);
  case Instruction::Add:
  case Instruction::Sub:
  case Instruction::Or:
  case Instruction::And:
    return ofSum(operand(0), operand(1));
  default:
    return MemoryNone;
  }
}

unsigned Provenance::ofInstruction(const Instruction &instruction) const {
  unsigned memory = MemoryNone;
  switch (instruction.getOpcode()) {
  case Instruction::Alloca:
    return MemoryStack;
  case Instruction::Load:
    return ofLoaded(found(instruction.getOperand(0)));
  case Instruction::AtomicRMW:
  case Instruction::ExtractValue:
    return MemoryUnknown;
  case Instruction::PHI:
    for (const Value *incoming : instruction.operands())
      memory |= found(incoming);
    return memory;
  case Instruction::Call:
    if (!isa<IntrinsicInst>(instruction))
      return ofCall(cast<CallBase>(instruction));
    if (!instruction.getType()->isPointerTy())
      return MemoryNone;
    for (const Use &argument : cast<CallBase>(instruction).args())
      memory |= argument->getType()->isPointerTy() ? found(argument) : MemoryNone;
    return memory;
  default:
    return derived(&instruction, instruction.getOpcode());
  }
}

// Whether an instruction puts pointers on the stack that are not foreign.
bool Provenance::keepsPointers(const Instruction &instruction) const {
  if (const auto *store = dyn_cast<StoreInst>(&instruction))
    return found(store->getPointerOperand()) & (MemoryStack | MemoryUnknown) &&
           found(store->getValueOperand()) & tracked;
  const auto *copy = dyn_cast<MemTransferInst>(&instruction);
  return copy && typed_ && found(copy->getRawSource()) & (MemoryContext | MemoryTyped | MemoryUnknown);
}

// Returns whether anything became known.
bool Provenance::visit(const Instruction &instruction) {
  if (!stackHoldsPointers_ && keepsPointers(instruction))
    return stackHoldsPointers_ = true;
  if (!instruction.getType()->isPointerTy() && !instruction.getType()->isIntegerTy())
    return false;
  unsigned memory = ofInstruction(instruction);
  if (!memory)
    return false;
  unsigned &known = memory_[&instruction];
  bool changed = memory & ~known;
  known |= memory;
  return changed;
}

} // namespace compiler
