/* SPDX-License-Identifier: Apache-2.0 */
// Prints clang's diagnostics, and behind one about a name that is nowhere, where it was looked for.
#ifndef CBCC_UNKNOWN_NAMES_H
#define CBCC_UNKNOWN_NAMES_H

#include <clang/Frontend/TextDiagnosticPrinter.h>

namespace compiler {

class DiagnosticPrinter : public clang::TextDiagnosticPrinter {
public:
  DiagnosticPrinter(llvm::raw_ostream &out, clang::DiagnosticOptions *options)
      : TextDiagnosticPrinter(out, options), out_(out) {}

  void HandleDiagnostic(clang::DiagnosticsEngine::Level level, const clang::Diagnostic &diagnostic) override;

private:
  llvm::raw_ostream &out_;
};

} // namespace compiler

#endif
