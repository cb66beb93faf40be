/* SPDX-License-Identifier: Apache-2.0 */
// Everything a compile has to say to its user, as text: clang's diagnostics, and those of the passes, which know a
// place in the text only by debug locations.
#ifndef CBCC_DIAGNOSTICS_H
#define CBCC_DIAGNOSTICS_H

#include <llvm/ADT/StringRef.h>
#include <llvm/ADT/StringSet.h>
#include <llvm/IR/LLVMContext.h>
#include <llvm/Support/raw_ostream.h>

#include <string>

namespace llvm {
class DIFile;
class DISubprogram;
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

  // An error, a warning, without a place.
  void error(const llvm::Twine &message);
  void warning(const llvm::Twine &message);
  // An error at an instruction's place in the text, and from where that was called, with lines and carets.
  void error(const llvm::Instruction &at, const llvm::Twine &message);
  // An error where a variable or a function has its name.
  void error(const llvm::DIVariable &at, const llvm::Twine &message);
  void error(const llvm::DISubprogram &at, const llvm::Twine &message);

  // Dropped if the text is compiled with -w.
  void warning(const llvm::Instruction &at, const llvm::Twine &message);
  void ignoreWarnings() { warns_ = false; }

  bool hasErrors() const { return errors_ > 0; }
  std::string take() { return std::move(buffer_); }

  // Routes what LLVM's code generator reports, and what would otherwise end the process, to here.
  void attach(llvm::LLVMContext &context);

private:
  enum class Level { Error, Warning, Note };

  void print(Level level, const llvm::Twine &message);
  void print(Level level, llvm::StringRef file, llvm::StringRef source, unsigned line, unsigned column,
             const llvm::Twine &message);
  void printAt(Level level, const llvm::Instruction &at, const llvm::Twine &message);
  void printAt(Level level, const llvm::DIFile *file, unsigned line, llvm::StringRef name,
               const llvm::Twine &message);
  void report(const llvm::DiagnosticInfo &info);
  llvm::StringRef sourceOf(const llvm::DIFile &file) const;

  std::string buffer_;
  llvm::raw_string_ostream out_;
  llvm::StringRef text_;
  llvm::StringRef name_;
  llvm::StringSet<> reported_; // by the code generator, which says many things more than once
  unsigned errors_ = 0;
  bool warns_ = true;
};

} // namespace compiler

#endif
