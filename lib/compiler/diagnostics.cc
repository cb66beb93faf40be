/* SPDX-License-Identifier: Apache-2.0 */
#include "compiler/diagnostics.h"

#include <llvm/IR/DebugInfoMetadata.h>
#include <llvm/IR/DiagnosticInfo.h>
#include <llvm/IR/DiagnosticPrinter.h>
#include <llvm/IR/Instruction.h>

namespace compiler {

void Diagnostics::error(const llvm::Twine &message) {
  errors_++;
  out_ << "error: " << message << '\n';
}

void Diagnostics::error(const llvm::Instruction &at, const llvm::Twine &message) {
  const llvm::DebugLoc &loc = at.getDebugLoc();
  if (!loc)
    return error(message + " (in function '" + at.getFunction()->getName() + "')");
  errors_++;
  llvm::StringRef file = llvm::cast<llvm::DIScope>(loc.getScope())->getFilename();
  out_ << file << ':' << loc.getLine() << ':' << loc.getCol() << ": error: " << message << '\n';
  if (file == name_)
    printLine(loc.getLine(), loc.getCol());
  for (const llvm::DILocation *site = loc.getInlinedAt(); site; site = site->getInlinedAt())
    out_ << site->getFilename() << ':' << site->getLine() << ':' << site->getColumn()
         << ": note: called from here\n";
}

void Diagnostics::error(const llvm::DIVariable &at, const llvm::Twine &message) {
  errors_++;
  out_ << at.getFilename() << ':' << at.getLine() << ": error: " << message << '\n';
  if (at.getFilename() == name_)
    printLine(at.getLine(), 0);
}

void Diagnostics::printLine(unsigned line, unsigned column) {
  llvm::StringRef rest = text_;
  while (--line)
    rest = rest.split('\n').second;
  llvm::StringRef shown = rest.split('\n').first;
  out_ << shown << '\n';
  if (!column)
    return;
  for (char c : shown.take_front(column - 1))
    out_ << (c == '\t' ? '\t' : ' ');
  out_ << "^\n";
}

void Diagnostics::report(const llvm::DiagnosticInfo &info) {
  if (info.getSeverity() > llvm::DS_Warning)
    return;
  bool isError = info.getSeverity() == llvm::DS_Error;
  errors_ += isError;
  out_ << (isError ? "error: " : "warning: ");
  llvm::DiagnosticPrinterRawOStream printer(out_);
  info.print(printer);
  out_ << '\n';
}

void Diagnostics::attach(llvm::LLVMContext &context) {
  context.setDiagnosticHandlerCallBack(
      [](const llvm::DiagnosticInfo *info, void *self) { static_cast<Diagnostics *>(self)->report(*info); },
      this);
}

} // namespace compiler
