/* SPDX-License-Identifier: Apache-2.0 */
#include "compiler/nesting.h"
#include "compiler/guard.h"

#include <clang/Lex/PreprocessorOptions.h>

#include <memory>

namespace compiler {

using namespace clang;

void NestingLimit::install(Preprocessor &preprocessor) {
  auto limit = std::shared_ptr<NestingLimit>(new NestingLimit(preprocessor));
  preprocessor.setTokenWatcher([limit](const Token &token) { limit->see(token); });
}

void NestingLimit::see(const Token &token) {
  if (failed_)
    return cutOff(token);
  run_++;
  switch (token.getKind()) {
  case tok::l_brace:
    open(true);
    break;
  case tok::l_paren:
  case tok::l_square:
    open(false);
    break;
  case tok::r_brace:
  case tok::r_paren:
  case tok::r_square:
    close();
    break;
  case tok::semi:
    if (brackets_.empty() || brackets_.back().isBrace)
      run_ = 0;
    break;
  case tok::comma:
    if (!brackets_.empty() && brackets_.back().isInitializer)
      run_ = 0;
    break;
  case tok::kw_else:
    elses_++;
    break;
  default:
    break;
  }
  last_ = token.getKind();
  // An else costs clang several times the stack of an operator.
  if (run_ + 4 * elses_ > maxNesting)
    fail(token);
}

// The parser reads the token that was watched: this is the end of the file for it.
void NestingLimit::cutOff(const Token &token) { const_cast<Token &>(token).setKind(tok::eof); }

void NestingLimit::open(bool isBrace) {
  bool isInitializer = isBrace && (last_ == tok::equal || last_ == tok::l_brace || last_ == tok::comma ||
                                   last_ == tok::kw_enum || last_ == tok::identifier);
  brackets_.push_back({isBrace, isInitializer});
}

void NestingLimit::close() {
  if (brackets_.empty())
    return;
  bool wasBrace = brackets_.pop_back_val().isBrace;
  if (wasBrace)
    run_ = 0;
  if (brackets_.empty() && wasBrace)
    elses_ = 0;
}

void NestingLimit::fail(const Token &token) {
  failed_ = true;
  DiagnosticsEngine &diagnostics = preprocessor_.getDiagnostics();
  unsigned id = diagnostics.getCustomDiagID(
      DiagnosticsEngine::Fatal, "too many tokens in one statement, or too many 'else' in one function");
  diagnostics.Report(token.getLocation(), id);
  cutOff(token);
}

} // namespace compiler
