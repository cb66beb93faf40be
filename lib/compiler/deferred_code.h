/* SPDX-License-Identifier: Apache-2.0 */
// IR is generated when the whole text is parsed and right. clang would generate it declaration by declaration, and what
// it had begun would never be freed after an error in a later one.
#ifndef CBCC_DEFERRED_CODE_H
#define CBCC_DEFERRED_CODE_H

#include <clang/AST/ASTConsumer.h>
#include <clang/AST/DeclGroup.h>
#include <clang/Basic/Diagnostic.h>
#include <clang/CodeGen/ModuleBuilder.h>

#include <functional>
#include <memory>
#include <vector>

namespace compiler {

class DeferredCode : public clang::ASTConsumer {
public:
  DeferredCode(std::unique_ptr<clang::CodeGenerator> generator, clang::DiagnosticsEngine &diagnostics)
      : generator_(std::move(generator)), diagnostics_(diagnostics) {}

  // The text's module; null if there were errors.
  std::unique_ptr<llvm::Module> take();

  void Initialize(clang::ASTContext &context) override { generator_->Initialize(context); }
  bool HandleTopLevelDecl(clang::DeclGroupRef group) override;
  void HandleInlineFunctionDefinition(clang::FunctionDecl *function) override;
  void HandleTagDeclDefinition(clang::TagDecl *tag) override;
  void HandleTagDeclRequiredDefinition(const clang::TagDecl *tag) override;
  void CompleteTentativeDefinition(clang::VarDecl *variable) override;
  void CompleteExternalDeclaration(clang::DeclaratorDecl *declaration) override;
  void HandleTranslationUnit(clang::ASTContext &context) override;

private:
  void generate();

  std::unique_ptr<clang::CodeGenerator> generator_;
  clang::DiagnosticsEngine &diagnostics_;
  std::vector<std::function<void()>> deferred_; // what the generator is to be told, in the order of the text
  bool failed_ = false;
};

} // namespace compiler

#endif
