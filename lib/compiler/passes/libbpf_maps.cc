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

} // namespace

void listLibbpfMaps(const Module &module, std::vector<MapUse> &maps) {
  for (const GlobalVariable &variable : module.globals())
    if (variable.getSection() == ".maps" && !variable.isDeclaration())
      maps.push_back({variable.getName().str(), MAP_OWN,
                      isPinnedByName(variable) ? pinDirectory + variable.getName().str() : "", ""});
}

} // namespace compiler
