/* SPDX-License-Identifier: Apache-2.0 */
// Bounds what macros make of a text: a few lines of them can expand to more tokens than there is time for.
#ifndef CBCC_MACRO_LIMIT_H
#define CBCC_MACRO_LIMIT_H

#include <clang/Lex/PPCallbacks.h>
#include <clang/Lex/Preprocessor.h>

namespace compiler {

class MacroLimit : public clang::PPCallbacks {
public:
  static void install(clang::Preprocessor &preprocessor);

private:
  explicit MacroLimit(clang::Preprocessor &preprocessor) : preprocessor_(preprocessor) {}

  void MacroExpands(const clang::Token &name, const clang::MacroDefinition &definition, clang::SourceRange,
                    const clang::MacroArgs *) override;
  void fail(clang::SourceLocation at);

  clang::Preprocessor &preprocessor_;
  uint64_t tokens_ = 0; // of all bodies expanded
};

} // namespace compiler

#endif
