/* SPDX-License-Identifier: Apache-2.0 */
#include "compiler/passes/assembly.h"

#include <llvm/ADT/StringExtras.h>
#include <llvm/IR/DebugInfoMetadata.h>
#include <llvm/IR/InlineAsm.h>
#include <llvm/IR/InstIterator.h>
#include <llvm/IR/InstrTypes.h>

namespace compiler {

using namespace llvm;

namespace {

bool isWordPart(char c) { return isAlnum(c) || c == '_' || c == '.' || c == '$'; }

// .L1: and goto .L1, where no directive can stand.
bool isLocalLabel(StringRef before, StringRef word, StringRef after) {
  if (!word.starts_with(".L"))
    return false;
  before = before.rtrim(" \t");
  return after.ltrim(" \t").starts_with(":") || before.ends_with("=") || before.ends_with("goto");
}

// Whatever the assembler makes of comments and strings: nothing in it may look like a directive.
StringRef findDirective(StringRef text) {
  for (size_t at = text.find('.'); at != StringRef::npos; at = text.find('.', at)) {
    size_t end = at;
    while (end < text.size() && isWordPart(text[end]))
      end++;
    StringRef word = text.slice(at, end);
    bool isPart = at > 0 && isWordPart(text[at - 1]);
    if (!isPart && word.size() > 1 && !isLocalLabel(text.take_front(at), word, text.drop_front(end)))
      return word;
    at = end;
  }
  return {};
}

// An operand is written by its symbol's name.
bool isNamedLikeDirective(const Value *operand) {
  const auto *symbol = dyn_cast<GlobalValue>(operand->stripInBoundsConstantOffsets());
  return symbol && !symbol->hasPrivateLinkage() && symbol->getName().ltrim('\1').starts_with(".");
}

void checkDirectives(const CallBase &call, Diagnostics &diagnostics) {
  StringRef directive = findDirective(cast<InlineAsm>(call.getCalledOperand())->getAsmString());
  if (!directive.empty())
    diagnostics.error(call, "inline assembly has instructions and labels only, not '" + directive + "'");
  else if (any_of(call.args(), [](const Use &operand) { return isNamedLikeDirective(operand); }))
    diagnostics.error(call, "an operand of inline assembly has the name of a directive");
}

void keepPlace(CallBase &call, StringRef file) {
  const DILocation *place = call.getDebugLoc();
  if (!place || place->getFilename() != file)
    return call.setMetadata("srcloc", nullptr);
  LLVMContext &context = call.getContext();
  auto *cookie =
      ConstantInt::get(Type::getInt64Ty(context), encodePlace({place->getLine(), place->getColumn()}));
  call.setMetadata("srcloc", MDNode::get(context, ConstantAsMetadata::get(cookie)));
}

} // namespace

uint64_t encodePlace(AssemblyPlace place) { return uint64_t(place.line) << 32 | place.column; }

AssemblyPlace decodePlace(uint64_t cookie) { return {unsigned(cookie >> 32), unsigned(cookie)}; }

void checkAssembly(Module &module, StringRef file, Diagnostics &diagnostics) {
  for (Function &function : module)
    for (Instruction &instruction : instructions(function))
      if (auto *call = dyn_cast<CallBase>(&instruction); call && call->isInlineAsm()) {
        checkDirectives(*call, diagnostics);
        keepPlace(*call, file);
      }
}

} // namespace compiler
