/* SPDX-License-Identifier: Apache-2.0 */
#include "compiler/passes/passes.h"

#include <llvm/IR/DebugInfoMetadata.h>

namespace compiler {

using namespace llvm;

namespace {

constexpr char pinDirectory[] = "/sys/fs/bpf/"; // where libbpf pins by name

// __uint(pinning, LIBBPF_PIN_BY_NAME)
bool isPinnedByName(const GlobalVariable &variable) {
  SmallVector<DIGlobalVariableExpression *, 1> expressions;
  variable.getDebugInfo(expressions);
  const DIType *type = expressions.empty() ? nullptr : expressions.front()->getVariable()->getType();
  const auto *record = dyn_cast_or_null<DICompositeType>(type);
  return record && any_of(record->getElements(), [](const DINode *element) {
           const auto *member = dyn_cast<DIDerivedType>(element);
           return member && member->getName() == "pinning";
         });
}

// The functions that an initialiser has, by their index in the array that they are in.
void collectFunctions(const Constant &initial, uint32_t index,
                      std::vector<std::pair<uint32_t, std::string>> &slots) {
  if (const auto *function = dyn_cast<Function>(&initial))
    slots.emplace_back(index, function->getName().str());
  else if (isa<ConstantAggregate>(initial))
    for (const Use &operand : initial.operands())
      collectFunctions(*cast<Constant>(operand), operand.getOperandNo(), slots);
}

MapUse describe(GlobalVariable &variable) {
  MapUse map{variable.getName().str(), MAP_OWN, ""};
  if (isPinnedByName(variable))
    map.path = pinDirectory + map.name;
  collectFunctions(*variable.getInitializer(), 0, map.slots);
  if (!map.slots.empty())
    variable.setInitializer(Constant::getNullValue(variable.getValueType()));
  return map;
}

} // namespace

void listLibbpfMaps(Module &module, std::vector<MapUse> &maps) {
  for (GlobalVariable &variable : module.globals())
    if (variable.getSection() == ".maps" && !variable.isDeclaration())
      maps.push_back(describe(variable));
}

} // namespace compiler
