/* SPDX-License-Identifier: Apache-2.0 */
#include "compiler/nesting.h"
#include "compiler/guard.h"

#include <clang/Lex/PreprocessorOptions.h>

#include <memory>

namespace compiler {

using namespace clang;

namespace {

constexpr unsigned tokensPerLook = 256;

} // namespace

void NestingLimit::install(Preprocessor &preprocessor, Complete complete) {
  auto limit = std::shared_ptr<NestingLimit>(new NestingLimit(preprocessor, std::move(complete)));
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
  seeName(token);
  last_ = token.getKind();
  // An else costs clang several times the stack of an operator.
  if (run_ + 4 * elses_ > maxNesting)
    fail(token, "too many tokens in one statement, or too many 'else' in one function");
  else if (++tokens_ % tokensPerLook == 0)
    checkBudget(token);
}

// clang asks whether a member without a name has a definition before it asks for one. (What it takes for members after
// an error is not to be told from the brackets.)
void NestingLimit::seeName(const Token &token) {
  bool mayBeMember = !brackets_.empty() || preprocessor_.getDiagnostics().hasErrorOccurred();
  if (name_ && !token.isOneOf(tok::star, tok::l_brace) && mayBeMember)
    complete_(name_, isTag_);
  name_ = token.is(tok::identifier) ? token.getIdentifierInfo() : nullptr;
  isTag_ = last_ == tok::kw_struct || last_ == tok::kw_union;
}

void NestingLimit::checkBudget(const Token &token) {
  std::string problem = exhaustedBudget();
  if (!problem.empty())
    fail(token, "compiling this takes " + problem);
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

void NestingLimit::fail(const Token &token, const std::string &message) {
  failed_ = true;
  DiagnosticsEngine &diagnostics = preprocessor_.getDiagnostics();
  diagnostics.Report(token.getLocation(), diagnostics.getCustomDiagID(DiagnosticsEngine::Fatal, "%0"))
      << message;
  cutOff(token);
}

} // namespace compiler
