/* SPDX-License-Identifier: Apache-2.0 */
// Bounds what makes clang recurse without a bound of its own: unary operators, operands, else-if chains, nested
// statements without braces. Counts the tokens since the last place where its recursion is known to have unwound.
#ifndef CBCC_NESTING_H
#define CBCC_NESTING_H

#include <clang/Lex/Preprocessor.h>

namespace compiler {

class NestingLimit {
public:
  // Watches all tokens after preprocessing; the limit passed is an error, and the end of the file for the parser.
  static void install(clang::Preprocessor &preprocessor);

private:
  explicit NestingLimit(clang::Preprocessor &preprocessor) : preprocessor_(preprocessor) {}

  void see(const clang::Token &token);
  void open(bool isBrace);
  void close();
  void fail(const clang::Token &token);
  static void cutOff(const clang::Token &token);

  struct Bracket {
    bool isBrace;
    bool isInitializer; // a comma separates; elsewhere it may be an operator
  };

  clang::Preprocessor &preprocessor_;
  llvm::SmallVector<Bracket, 16> brackets_;
  clang::tok::TokenKind last_ = clang::tok::unknown;
  unsigned run_ = 0;   // tokens of this statement
  unsigned elses_ = 0; // in this function
  bool failed_ = false;
};

} // namespace compiler

#endif
