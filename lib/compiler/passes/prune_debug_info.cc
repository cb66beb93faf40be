/* SPDX-License-Identifier: Apache-2.0 */
// A program that follows one pointer of a task_struct has the debug information of hundreds of the kernel's types, of
// which BTF needs names and sizes only: it is about maps, functions and lines. Of variables of functions it says nothing,
// and where their values are would take every pass behind this one a part of its time.
#include "compiler/passes/passes.h"

#include <llvm/ADT/SmallPtrSet.h>
#include <llvm/BinaryFormat/Dwarf.h>
#include <llvm/IR/DebugInfo.h>
#include <llvm/IR/InstIterator.h>
#include <llvm/IR/IntrinsicInst.h>

namespace compiler {

using namespace llvm;

namespace {

constexpr unsigned elementsOperand = 4; // of a DICompositeType

// Made from the kernel's BTF: such types have no place in the text.
bool isKernelRecord(const DICompositeType &type) {
  bool isRecord = type.getTag() == dwarf::DW_TAG_structure_type || type.getTag() == dwarf::DW_TAG_union_type;
  return isRecord && !type.getFile() && !type.getName().empty();
}

// The types of global variables, and what their members point to, as in a map's definition: whoever prints a map's
// values needs these with all that they hold.
class Kept {
public:
  explicit Kept(const Module &module) {
    SmallVector<DIGlobalVariableExpression *, 1> expressions;
    for (const GlobalVariable &variable : module.globals()) {
      expressions.clear();
      variable.getDebugInfo(expressions);
      for (const DIGlobalVariableExpression *expression : expressions)
        add(expression->getVariable()->getType(), false);
    }
  }

  bool contains(const DIType *type) const { return seen_[0].contains(type) || seen_[1].contains(type); }

private:
  void add(const DINode *node, bool behindPointer) {
    const auto *type = dyn_cast_or_null<DIType>(node);
    if (!type || !seen_[behindPointer].insert(type).second)
      return;
    if (const auto *derived = dyn_cast<DIDerivedType>(type)) {
      bool isPointer = derived->getTag() == dwarf::DW_TAG_pointer_type;
      if (!isPointer || !behindPointer)
        add(derived->getBaseType(), behindPointer || isPointer);
    } else if (const auto *composite = dyn_cast<DICompositeType>(type)) {
      add(composite->getBaseType(), behindPointer);
      for (const DINode *element : composite->getElements())
        add(element, behindPointer);
    }
  }

  SmallPtrSet<const DIType *, 16> seen_[2]; // behind a pointer or not
};

// CO-RE relocations name the members they are about.
bool needsMembers(const Module &module) {
  return any_of(module, [](const Function &function) {
    return function.getName().starts_with("llvm.preserve.") && function.getName().contains(".access.index");
  });
}

void dropVariables(Function &function) {
  for (Instruction &instruction : make_early_inc_range(instructions(function))) {
    instruction.dropDbgRecords();
    if (isa<DbgVariableIntrinsic>(instruction))
      instruction.eraseFromParent();
  }
}

} // namespace

void pruneDebugInfo(Module &module) {
  for (Function &function : module)
    dropVariables(function);
  if (needsMembers(module))
    return;
  DebugInfoFinder finder;
  finder.processModule(module);
  Kept kept(module);
  Metadata *none = MDTuple::get(module.getContext(), {});
  for (DIType *type : finder.types()) {
    auto *record = dyn_cast<DICompositeType>(type);
    if (record && isKernelRecord(*record) && !kept.contains(record))
      record->replaceOperandWith(elementsOperand, none);
  }
}

} // namespace compiler
