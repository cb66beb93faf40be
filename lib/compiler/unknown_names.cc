/* SPDX-License-Identifier: Apache-2.0 */
#include "compiler/unknown_names.h"

#include <clang/Basic/DiagnosticSema.h>
#include <llvm/Support/raw_ostream.h>

namespace compiler {

using namespace clang;

void DiagnosticPrinter::HandleDiagnostic(DiagnosticsEngine::Level level, const Diagnostic &diagnostic) {
  TextDiagnosticPrinter::HandleDiagnostic(level, diagnostic);
  switch (diagnostic.getID()) {
  case diag::err_undeclared_var_use:
  case diag::err_unknown_typename:
  case diag::ext_implicit_function_decl_c99:
    out_ << "note: it is not in this kernel's BTF (vmlinux, loaded modules), and no helper or macro known "
            "here\n";
    break;
  case diag::err_typecheck_incomplete_tag:
    out_ << "note: a type that the program does not define is taken from this kernel's BTF (vmlinux, loaded "
            "modules), which does not have it\n";
    break;
  }
}

} // namespace compiler
