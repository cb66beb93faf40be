/* SPDX-License-Identifier: Apache-2.0 */
#include "compiler/macros/declared_names.h"

#include <clang/Lex/Lexer.h>
#include <llvm/ADT/SmallVector.h>

namespace compiler {
namespace {

using namespace clang;

// Before a name, these are followed by a use of it; any other word is followed by a declaration.
constexpr llvm::StringLiteral usingWords[] = {"return", "case",   "else",       "do",
                                              "sizeof", "typeof", "__typeof__", "_Alignof"};

class Reader {
public:
  explicit Reader(llvm::StringSet<> &names) : names_(names) {}

  // next: the token behind it.
  void see(const Token &token, const Token &next) {
    if (token.is(tok::raw_identifier)) {
      llvm::StringRef word = token.getRawIdentifier();
      bool isExtern = next.is(tok::raw_identifier) && next.getRawIdentifier() == "__kconfig";
      if (isExtern || isDeclared(next.getKind()))
        names_.insert(word);
      if (word == "enum")
        enumAhead_ = true;
    }
    track(token.getKind());
    beforeLastWord_ = lastWord_;
    last_ = token.getKind();
    lastWord_ = token.is(tok::raw_identifier) ? token.getRawIdentifier() : llvm::StringRef();
  }

private:
  bool isDeclared(tok::TokenKind next) const {
    if (!braces_.empty() && braces_.back() && !parentheses_ && (last_ == tok::l_brace || last_ == tok::comma))
      return true;
    if (last_ == tok::l_paren && beforeLastWord_.starts_with("BPF_"))
      return true;
    bool ends = next == tok::semi || next == tok::equal || next == tok::comma || next == tok::r_paren ||
                next == tok::l_square || next == tok::l_paren || next == tok::colon || next == tok::l_brace;
    if (!ends)
      return false;
    if (last_ == tok::raw_identifier)
      return !llvm::is_contained(usingWords, lastWord_);
    return last_ == tok::star && braces_.empty() && !parentheses_ && !initializer_;
  }

  void track(tok::TokenKind kind) {
    if (kind == tok::l_brace) {
      braces_.push_back(enumAhead_);
      enumAhead_ = false;
    } else if (kind == tok::r_brace && !braces_.empty()) {
      braces_.pop_back();
    } else if (kind == tok::l_paren || kind == tok::l_square) {
      parentheses_++;
    } else if ((kind == tok::r_paren || kind == tok::r_square) && parentheses_) {
      parentheses_--;
    } else if (kind == tok::equal) {
      initializer_ = true;
    }
    if (kind == tok::semi || kind == tok::r_brace)
      initializer_ = enumAhead_ = false;
  }

  llvm::StringSet<> &names_;
  llvm::SmallVector<bool, 16> braces_; // whether it is an enum's
  unsigned parentheses_ = 0;
  bool enumAhead_ = false;
  bool initializer_ = false;
  tok::TokenKind last_ = tok::unknown;
  llvm::StringRef lastWord_, beforeLastWord_;
};

} // namespace

void addDeclaredNames(llvm::StringRef text, const LangOptions &options, llvm::StringSet<> &names) {
  Lexer lexer(SourceLocation(), options, text.begin(), text.begin(), text.end());
  Reader reader(names);
  Token token, next;
  lexer.LexFromRawLexer(token);
  while (token.isNot(tok::eof)) {
    lexer.LexFromRawLexer(next);
    if (token.is(tok::hash) && token.isAtStartOfLine()) {
      while (next.isNot(tok::eof) && !next.isAtStartOfLine())
        lexer.LexFromRawLexer(next);
    } else {
      reader.see(token, next);
    }
    token = next;
  }
}

} // namespace compiler
