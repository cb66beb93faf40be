/* SPDX-License-Identifier: Apache-2.0 */
// In BCC's dialect every function that is not static is a program, and all others are inlined. libbpf's has functions
// between: "noinline" ones become BPF functions of their own, which the verifier checks once or with each caller.
#include "compiler/passes/passes.h"

#include <llvm/IR/Instructions.h>

namespace compiler {

using namespace llvm;

namespace {

// Whether the text calls the function, or passes it to a helper. (SEC() puts programs into llvm.used.)
bool isUsed(const Function &function) {
  return any_of(function.users(), [](const User *user) { return isa<Instruction>(user); });
}

bool staysApart(const Function &function) {
  return function.hasFnAttribute(Attribute::NoInline) || function.isInterposable();
}

bool isSubprogram(const Module &module, const Entry &entry) {
  const Function *function = entry.section.empty() ? module.getFunction(entry.name) : nullptr;
  return function && isUsed(*function);
}

} // namespace

void separateSubprograms(Module &module, std::vector<Entry> &entries) {
  if (none_of(entries, [](const Entry &entry) { return !entry.section.empty(); }))
    return;
  for (const Entry &entry : entries) {
    Function *function = isSubprogram(module, entry) ? module.getFunction(entry.name) : nullptr;
    if (function && !staysApart(*function))
      function->setLinkage(GlobalValue::InternalLinkage);
  }
  erase_if(entries, [&](const Entry &entry) { return isSubprogram(module, entry); });
  for (Function &function : module)
    if (!function.isDeclaration() && staysApart(function) && isUsed(function))
      function.addFnAttr(subprogramAttribute);
}

} // namespace compiler
