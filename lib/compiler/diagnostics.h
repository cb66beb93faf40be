/* SPDX-License-Identifier: Apache-2.0 */
// Everything a compile has to say to its user, as text: clang's diagnostics, and those of the passes, which know a
// place in the text only by debug locations.
#ifndef CBCC_DIAGNOSTICS_H
#define CBCC_DIAGNOSTICS_H

#include <llvm/ADT/StringRef.h>
#include <llvm/IR/LLVMContext.h>
#include <llvm/Support/raw_ostream.h>

#include <string>

namespace llvm {
class DIVariable;
class DiagnosticInfo;
class Instruction;
} // namespace llvm

namespace compiler {

class Diagnostics {
public:
  Diagnostics(llvm::StringRef text, llvm::StringRef name) : out_(buffer_), text_(text), name_(name) {}

  // Where clang prints to.
  llvm::raw_ostream &stream() { return out_; }

  // An error without a place.
  void error(const llvm::Twine &message);
  // An error at an instruction's place in the text, with the line and a caret below it.
  void error(const llvm::Instruction &at, const llvm::Twine &message);

  // An error at a variable's line.
  void error(const llvm::DIVariable &at, const llvm::Twine &message);

  bool hasErrors() const { return errors_ > 0; }
  std::string take() { return std::move(buffer_); }

  // Routes what LLVM's code generator reports, and what would otherwise end the process, to here.
  void attach(llvm::LLVMContext &context);

private:
  void printLine(unsigned line, unsigned column);
  void report(const llvm::DiagnosticInfo &info);

  std::string buffer_;
  llvm::raw_string_ostream out_;
  llvm::StringRef text_;
  llvm::StringRef name_;
  unsigned errors_ = 0;
};

} // namespace compiler

#endif
