/* SPDX-License-Identifier: Apache-2.0 */
#include "compiler/macro_limit.h"

#include <clang/Lex/MacroInfo.h>

#include <memory>

namespace compiler {

using namespace clang;

namespace {

constexpr uint64_t maxTokens = 8 << 20;

} // namespace

void MacroLimit::install(Preprocessor &preprocessor) {
  preprocessor.addPPCallbacks(std::unique_ptr<PPCallbacks>(new MacroLimit(preprocessor)));
}

void MacroLimit::MacroExpands(const Token &name, const MacroDefinition &definition, SourceRange,
                              const MacroArgs *) {
  const MacroInfo *macro = definition.getMacroInfo();
  bool was = tokens_ > maxTokens;
  tokens_ += 1 + (macro ? macro->getNumTokens() : 0);
  if (!was && tokens_ > maxTokens)
    fail(name.getLocation());
}

// Without macros what is left of the text ends soon.
void MacroLimit::fail(SourceLocation at) {
  DiagnosticsEngine &diagnostics = preprocessor_.getDiagnostics();
  diagnostics.Report(
      at, diagnostics.getCustomDiagID(DiagnosticsEngine::Fatal, "macros expand to too many tokens"));
  for (const auto &macro : preprocessor_.macros())
    const_cast<IdentifierInfo *>(macro.first)->setHasMacroDefinition(false);
}

} // namespace compiler
