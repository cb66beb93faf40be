/* SPDX-License-Identifier: Apache-2.0 */
#include "compiler/passes/passes.h"

#include <llvm/IR/DebugInfo.h>

namespace compiler {

using namespace llvm;

// clang takes a file's text from the first location it meets there, and finds none if that is in a macro expansion.
void embedSource(Module &module, StringRef name, StringRef text) {
  DebugInfoFinder finder;
  finder.processModule(module);
  DenseMap<DIFile *, DIFile *> repaired;
  auto repair = [&](DIScope *scope) {
    DIFile *file = scope->getFile();
    if (!file || file->getSource() || file->getFilename() != name)
      return;
    DIFile *&whole = repaired[file];
    if (!whole)
      whole = DIFile::get(module.getContext(), file->getFilename(), file->getDirectory(), std::nullopt, text);
    scope->replaceOperandWith(0, whole);
  };
  for (DISubprogram *subprogram : finder.subprograms())
    repair(subprogram);
  for (DIScope *scope : finder.scopes())
    if (!isa<DIFile>(scope))
      repair(scope);
}

} // namespace compiler
