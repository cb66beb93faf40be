/* SPDX-License-Identifier: Apache-2.0 */
// Bounds what makes clang recurse without a bound of its own: unary operators, operands, else-if chains, nested
// statements without braces. Counts the tokens since the last place where its recursion is known to have unwound. Between
// tokens is also where a parse ends whose budget is empty.
#ifndef CBCC_NESTING_H
#define CBCC_NESTING_H

#include <clang/Lex/Preprocessor.h>

#include <functional>

namespace compiler {

class NestingLimit {
public:
  // Watches all tokens after preprocessing; the limit passed is an error, and the end of the file for the parser.
  // complete is called with every name that may be the type of a member without a name, before clang looks at that.
  using Complete = std::function<void(clang::IdentifierInfo *name, bool isTag)>;
  static void install(clang::Preprocessor &preprocessor, Complete complete);

private:
  NestingLimit(clang::Preprocessor &preprocessor, Complete complete)
      : preprocessor_(preprocessor), complete_(std::move(complete)) {}

  void see(const clang::Token &token);
  void open(bool isBrace);
  void close();
  void seeName(const clang::Token &token);
  void checkBudget(const clang::Token &token);
  void fail(const clang::Token &token, const std::string &message);
  static void cutOff(const clang::Token &token);

  struct Bracket {
    bool isBrace;
    bool isInitializer; // a comma separates; elsewhere it may be an operator
  };

  clang::Preprocessor &preprocessor_;
  Complete complete_;
  clang::IdentifierInfo *name_ = nullptr; // the last token, if it was one
  bool isTag_ = false;                    // after struct or union
  llvm::SmallVector<Bracket, 16> brackets_;
  clang::tok::TokenKind last_ = clang::tok::unknown;
  unsigned run_ = 0;    // tokens of this statement
  unsigned elses_ = 0;  // in this function
  unsigned tokens_ = 0; // of the text
  bool failed_ = false;
};

} // namespace compiler

#endif
