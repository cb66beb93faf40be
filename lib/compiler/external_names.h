/* SPDX-License-Identifier: Apache-2.0 */
// Answers the names that a program uses and does not declare: BPF helpers and the kernel's types. Asked only after
// ordinary look-up found nothing, so that a program's own declarations always win.
#ifndef CBCC_EXTERNAL_NAMES_H
#define CBCC_EXTERNAL_NAMES_H

#include "compiler/constants.h"
#include "compiler/helpers.h"
#include "compiler/kernel_types.h"
#include "compiler/tracepoint_types.h"

#include <clang/Sema/ExternalSemaSource.h>

#include <optional>

namespace compiler {

class ExternalNames : public clang::ExternalSemaSource {
public:
  void start(clang::ASTContext &context, const compile_request &request);
  // A record declared by the program at file scope, not defined so far.
  void sawForwardDeclaration(clang::RecordDecl *record) { types_->adopt(record); }
  // Completes the record of that name, a tag or a typedef, if it is declared and can be.
  void completeRecord(clang::IdentifierInfo *name, bool isTag);

  // A function or variable that is used and defined elsewhere.
  void sawExternal(clang::DeclaratorDecl *declaration) {
    if (const auto *function = llvm::dyn_cast<clang::FunctionDecl>(declaration))
      types_->completePrototype(function);
  }

  const kernel_btf *btf() { return types_->btf(); }

  void InitializeSema(clang::Sema &sema) override;
  void ForgetSema() override {
    sema_ = nullptr;
    types_->setSema(nullptr);
  }
  bool LookupUnqualified(clang::LookupResult &result, clang::Scope *scope) override;
  void CompleteType(clang::TagDecl *tag) override;
  bool layoutRecordType(const clang::RecordDecl *record, uint64_t &size, uint64_t &alignment,
                        llvm::DenseMap<const clang::FieldDecl *, uint64_t> &offsets,
                        llvm::DenseMap<const clang::CXXRecordDecl *, clang::CharUnits> &,
                        llvm::DenseMap<const clang::CXXRecordDecl *, clang::CharUnits> &) override {
    return types_->layout(record, size, alignment, offsets) ||
           tracepoints_->layout(record, size, alignment, offsets);
  }

private:
  clang::TagDecl *findTag(clang::IdentifierInfo *name, clang::SourceLocation place,
                          const clang::Scope *scope);
  clang::RecordDecl *findTracepoint(llvm::StringRef name, clang::SourceLocation place);
  clang::NamedDecl *findOrdinary(llvm::StringRef name);
  clang::NamedDecl *findUsdtReader(llvm::StringRef argument);
  clang::FunctionDecl *declareHelper(const Helper &helper);
  clang::EnumConstantDecl *declareConstant(llvm::StringRef name, uint64_t number);
  clang::QualType parseType(llvm::StringRef text);
  clang::QualType baseType(llvm::StringRef name);

  clang::ASTContext *context_ = nullptr;
  clang::Sema *sema_ = nullptr;
  std::optional<KernelTypes> types_;
  std::optional<TracepointTypes> tracepoints_;
  llvm::DenseMap<const Helper *, clang::FunctionDecl *> helpers_;
  llvm::DenseMap<const clang::IdentifierInfo *, clang::EnumConstantDecl *> constants_;
};

} // namespace compiler

#endif
