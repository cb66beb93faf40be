/* SPDX-License-Identifier: Apache-2.0 */
// Pointers in a variable's initialiser are relocations in .data and .rodata, which libbpf does not apply: a program would
// read 0.
#include "compiler/passes/passes.h"

#include <llvm/IR/DebugInfoMetadata.h>
#include <llvm/IR/Instruction.h>
#include <llvm/IR/IntrinsicInst.h>

namespace compiler {

using namespace llvm;

namespace {

// Where libbpf reads pointers, or where there is nothing for the program to read.
bool isResolved(const GlobalVariable &variable) {
  StringRef section = variable.getSection();
  return section == ".maps" || section == "llvm.metadata" || section.starts_with(".struct_ops");
}

bool hasPointer(const Constant &value) {
  return isa<GlobalValue>(value) ||
         any_of(value.operands(), [](const Use &operand) { return hasPointer(*cast<Constant>(operand)); });
}

bool isUsedByProgram(const Constant &value) {
  return any_of(value.users(), [](const User *user) {
    const auto *constant = dyn_cast<Constant>(user);
    if (constant)
      return !isa<GlobalVariable>(constant) && isUsedByProgram(*constant);
    return !isa<IntrinsicInst>(user) || !cast<IntrinsicInst>(user)->isAssumeLikeIntrinsic();
  });
}

// By name: the optimiser may have made another variable of it, "names.rel", with offsets.
const DIVariable *declarationOf(const Module &module, StringRef name) {
  for (const DICompileUnit *unit : module.debug_compile_units())
    for (const DIGlobalVariableExpression *expression : unit->getGlobalVariables())
      if (expression->getVariable()->getName() == name)
        return expression->getVariable();
  return nullptr;
}

void report(const GlobalVariable &variable, Diagnostics &diagnostics) {
  StringRef name = variable.getName();
  name.consume_back(".rel");
  std::string message = ("the initial value of '" + name +
                         "' has pointers, which are not there when a program runs: they would be 0")
                            .str();
  if (const DIVariable *declaration = declarationOf(*variable.getParent(), name))
    diagnostics.error(*declaration, message);
  else
    diagnostics.error(message);
}

} // namespace

void checkStaticPointers(const Module &module, Diagnostics &diagnostics) {
  for (const GlobalVariable &variable : module.globals())
    if (variable.hasInitializer() && !isResolved(variable) && hasPointer(*variable.getInitializer()) &&
        isUsedByProgram(variable))
      report(variable, diagnostics);
}

} // namespace compiler
