/* SPDX-License-Identifier: Apache-2.0 */
#include "compiler/deferred_code.h"
#include "compiler/budget.h"

#include <clang/AST/Decl.h>
#include <llvm/IR/Module.h>

namespace compiler {

using namespace clang;

std::unique_ptr<llvm::Module> DeferredCode::take() {
  std::unique_ptr<llvm::Module> module(generator_->ReleaseModule());
  return failed_ ? nullptr : std::move(module);
}

bool DeferredCode::HandleTopLevelDecl(DeclGroupRef group) {
  deferred_.push_back([this, group] { generator_->HandleTopLevelDecl(group); });
  return true;
}

void DeferredCode::HandleInlineFunctionDefinition(FunctionDecl *function) {
  deferred_.push_back([this, function] { generator_->HandleInlineFunctionDefinition(function); });
}

void DeferredCode::HandleTagDeclDefinition(TagDecl *tag) {
  deferred_.push_back([this, tag] { generator_->HandleTagDeclDefinition(tag); });
}

void DeferredCode::HandleTagDeclRequiredDefinition(const TagDecl *tag) {
  deferred_.push_back([this, tag] { generator_->HandleTagDeclRequiredDefinition(tag); });
}

void DeferredCode::CompleteTentativeDefinition(VarDecl *variable) {
  deferred_.push_back([this, variable] { generator_->CompleteTentativeDefinition(variable); });
}

// For debug information, clang takes a function's type for a function type, without looking through typedefs.
void DeferredCode::CompleteExternalDeclaration(DeclaratorDecl *declaration) {
  if (auto *function = llvm::dyn_cast<FunctionDecl>(declaration))
    function->setType(QualType(function->getType()->castAs<FunctionType>(), 0));
  deferred_.push_back([this, declaration] { generator_->CompleteExternalDeclaration(declaration); });
}

void DeferredCode::generate() {
  for (const auto &tell : deferred_) {
    tell();
    if (std::string problem = exhaustedBudget(); !problem.empty()) {
      diagnostics_.Report(diagnostics_.getCustomDiagID(DiagnosticsEngine::Fatal, "compiling this takes %0"))
          << problem;
      return;
    }
  }
}

// The generator frees its debug information where it finishes it, which it does not after errors: here it knows of none.
// (What it is given has none, so that it can go on.)
void DeferredCode::HandleTranslationUnit(ASTContext &context) {
  failed_ = diagnostics_.hasErrorOccurred();
  if (failed_)
    return;
  generate();
  failed_ = diagnostics_.hasErrorOccurred();
  if (failed_)
    diagnostics_.Reset(/*soft=*/true);
  generator_->HandleTranslationUnit(context);
  failed_ |= diagnostics_.hasErrorOccurred();
}

} // namespace compiler
