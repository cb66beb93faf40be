/* SPDX-License-Identifier: Apache-2.0 */
#include "compiler/unknown_names.h"

#include "compiler/macros/macro_table.h"

#include <clang/AST/DeclarationName.h>
#include <clang/Basic/CharInfo.h>
#include <clang/Basic/DiagnosticSema.h>
#include <clang/Basic/IdentifierTable.h>
#include <llvm/Support/raw_ostream.h>

namespace compiler {

using namespace clang;

namespace {

// The name that a diagnostic is about, if that is its first argument.
llvm::StringRef nameIn(const Diagnostic &diagnostic) {
  if (!diagnostic.getNumArgs())
    return "";
  if (diagnostic.getArgKind(0) == DiagnosticsEngine::ak_identifierinfo)
    return diagnostic.getArgIdentifier(0)->getName();
  if (diagnostic.getArgKind(0) != DiagnosticsEngine::ak_declarationname)
    return "";
  DeclarationName name = DeclarationName::getFromOpaqueInteger(diagnostic.getRawArg(0));
  const IdentifierInfo *identifier = name.getAsIdentifierInfo();
  return identifier ? identifier->getName() : "";
}

bool isInCapitals(llvm::StringRef name) {
  return llvm::all_of(name, [](char c) { return c == '_' || isUppercase(c) || isDigit(c); });
}

void printSources(llvm::raw_ostream &out, llvm::StringRef name) {
  if (std::string where = kernelMacros.whereDefined(name); !where.empty()) {
    out << "note: it is a macro of " << where << '\n';
    return;
  }
  out << "note: it is not in this kernel's BTF (vmlinux, loaded modules) as a type, constant or function "
         "that "
         "programs may call, and no helper or macro known here\n";
  if (!name.empty() && isInCapitals(name))
    out << "note: if it is a macro of the kernel's headers, none of which is read: #define it in the "
           "program\n";
}

} // namespace

void DiagnosticPrinter::HandleDiagnostic(DiagnosticsEngine::Level level, const Diagnostic &diagnostic) {
  TextDiagnosticPrinter::HandleDiagnostic(level, diagnostic);
  switch (diagnostic.getID()) {
  case diag::err_undeclared_var_use:
  case diag::err_unknown_typename:
  case diag::ext_implicit_function_decl_c99:
    printSources(out_, nameIn(diagnostic));
    break;
  case diag::err_typecheck_incomplete_tag:
  case diag::err_typecheck_decl_incomplete_type:
    out_ << "note: a type that the program does not define is taken from this kernel's BTF (vmlinux, loaded "
            "modules), which does not have it\n";
    break;
  }
}

} // namespace compiler
