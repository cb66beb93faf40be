/* SPDX-License-Identifier: Apache-2.0 */
#include "compiler/diagnostics.h"
#include "compiler/passes/assembly.h"

#include <clang/Basic/CharInfo.h>
#include <clang/Basic/Diagnostic.h>
#include <clang/Basic/LangOptions.h>
#include <clang/Basic/SourceManager.h>
#include <clang/Frontend/TextDiagnosticPrinter.h>
#include <llvm/IR/DebugInfoMetadata.h>
#include <llvm/IR/DiagnosticInfo.h>
#include <llvm/IR/DiagnosticPrinter.h>
#include <llvm/IR/Instruction.h>
#include <llvm/Support/SourceMgr.h>

namespace compiler {
namespace {

llvm::StringRef lineOf(llvm::StringRef source, unsigned line) {
  for (; line > 1; line--)
    source = source.split('\n').second;
  return source.split('\n').first;
}

// Where a word stands in a line, counted from 1; where the line begins if it does not.
unsigned columnOf(llvm::StringRef word, llvm::StringRef line) {
  auto isPart = [&](size_t at) { return at < line.size() && clang::isAsciiIdentifierContinue(line[at]); };
  for (size_t at = line.find(word); at != llvm::StringRef::npos && !word.empty();
       at = line.find(word, at + 1))
    if (!isPart(at - 1) && !isPart(at + word.size()))
      return at + 1;
  return line.size() - line.ltrim().size() + 1;
}

// What the code generator says, in this library's words where there are better ones.
std::string messageOf(const llvm::DiagnosticInfo &info) {
  std::string message;
  if (const auto *unsupported = llvm::dyn_cast<llvm::DiagnosticInfoUnsupported>(&info)) {
    message = unsupported->getMessage().str();
  } else if (const auto *assembler = llvm::dyn_cast<llvm::DiagnosticInfoSrcMgr>(&info)) {
    message = "inline assembly: " + assembler->getSMDiag().getMessage().str();
  } else {
    llvm::raw_string_ostream out(message);
    llvm::DiagnosticPrinterRawOStream printer(out);
    info.print(printer);
  }
  if (message.find("BPF stack limit") != std::string::npos)
    return "more than the 512 bytes of stack that a BPF program has: keep what is large in a map "
           "(BPF_PERCPU_ARRAY)";
  return llvm::StringRef(message).rtrim(" \n.").str();
}

} // namespace

void Diagnostics::error(const llvm::Twine &message) { print(Level::Error, message); }

void Diagnostics::warning(const llvm::Twine &message) {
  if (warns_)
    print(Level::Warning, message);
}

void Diagnostics::error(const llvm::Instruction &at, const llvm::Twine &message) {
  printAt(Level::Error, at, message);
}

void Diagnostics::error(const llvm::DIVariable &at, const llvm::Twine &message) {
  printAt(Level::Error, at.getFile(), at.getLine(), at.getName(), message);
}

void Diagnostics::error(const llvm::DISubprogram &at, const llvm::Twine &message) {
  printAt(Level::Error, at.getFile(), at.getLine(), at.getName(), message);
}

void Diagnostics::warning(const llvm::Instruction &at, const llvm::Twine &message) {
  if (warns_)
    printAt(Level::Warning, at, message);
}

void Diagnostics::print(Level level, const llvm::Twine &message) {
  errors_ += level == Level::Error;
  out_ << (level == Level::Error     ? "error: "
           : level == Level::Warning ? "warning: "
                                     : "note: ")
       << message << '\n';
}

// By clang's own printer.
void Diagnostics::print(Level level, llvm::StringRef file, llvm::StringRef source, unsigned line,
                        unsigned column, const llvm::Twine &message) {
  using namespace clang;
  if (source.empty() || !line)
    return print(level, llvm::Twine(file) + ":" + llvm::Twine(line) + ": " + message);
  errors_ += level == Level::Error;
  constexpr DiagnosticsEngine::Level levels[] = {DiagnosticsEngine::Error, DiagnosticsEngine::Warning,
                                                 DiagnosticsEngine::Note};
  std::string whole = source.str(); // with a NUL behind it
  SourceManagerForFile files(file, whole);
  auto options = llvm::makeIntrusiveRefCnt<DiagnosticOptions>();
  DiagnosticsEngine engine(llvm::makeIntrusiveRefCnt<DiagnosticIDs>(), options,
                           new TextDiagnosticPrinter(out_, options.get()));
  engine.setSourceManager(&files.get());
  engine.setLastDiagnosticIgnored(false); // or it would drop a note
  engine.getClient()->BeginSourceFile(LangOptions());
  SourceLocation place = files.get().translateLineCol(files.get().getMainFileID(), line,
                                                      column ? column : columnOf("", lineOf(source, line)));
  engine.Report(place, engine.getCustomDiagID(levels[int(level)], "%0")) << message.str();
  engine.getClient()->EndSourceFile();
}

// clang leaves the text out of some files' debug information.
llvm::StringRef Diagnostics::sourceOf(const llvm::DIFile &file) const {
  return file.getFilename() == name_ ? text_ : file.getSource().value_or("");
}

void Diagnostics::printAt(Level level, const llvm::Instruction &at, const llvm::Twine &message) {
  const llvm::DILocation *place = at.getDebugLoc();
  if (!place)
    return print(level, message + " (in function '" + at.getFunction()->getName() + "')");
  const llvm::DIFile &file = *place->getFile();
  print(level, file.getFilename(), sourceOf(file), place->getLine(), place->getColumn(), message);
  // (The program that stands before a function of more parameters is no call of the text's.)
  for (place = place->getInlinedAt(); place && place->getColumn(); place = place->getInlinedAt())
    print(Level::Note, place->getFilename(), sourceOf(*place->getFile()), place->getLine(),
          place->getColumn(), "called from here");
}

void Diagnostics::printAt(Level level, const llvm::DIFile *file, unsigned line, llvm::StringRef name,
                          const llvm::Twine &message) {
  llvm::StringRef source = sourceOf(*file);
  print(level, file->getFilename(), source, line, columnOf(name, lineOf(source, line)), message);
}

void Diagnostics::report(const llvm::DiagnosticInfo &info) {
  if (info.getSeverity() > llvm::DS_Warning)
    return;
  Level level = info.getSeverity() == llvm::DS_Error ? Level::Error : Level::Warning;
  std::string message = messageOf(info);
  const auto *located = llvm::dyn_cast<llvm::DiagnosticInfoUnsupported>(&info);
  const llvm::DISubprogram *function = located ? located->getFunction().getSubprogram() : nullptr;
  if (function)
    message += " (in function '" + function->getName().str() + "')";
  if (!reported_.insert(message).second)
    return;
  const auto *assembler = llvm::dyn_cast<llvm::DiagnosticInfoSrcMgr>(&info);
  if (AssemblyPlace place = decodePlace(assembler ? assembler->getLocCookie() : 0); place.line)
    return print(level, name_, text_, place.line, place.column, message);
  if (!function)
    return print(level, message);
  unsigned line, column;
  llvm::StringRef file;
  located->getLocation(file, line, column);
  if (!line)
    return printAt(level, function->getFile(), function->getLine(), function->getName(), message);
  print(level, file, file == name_ ? text_ : "", line, column, message);
}

void Diagnostics::attach(llvm::LLVMContext &context) {
  context.setDiagnosticHandlerCallBack(
      [](const llvm::DiagnosticInfo *info, void *self) { static_cast<Diagnostics *>(self)->report(*info); },
      this);
}

} // namespace compiler
