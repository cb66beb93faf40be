/* SPDX-License-Identifier: Apache-2.0 */
// The kernel's types as clang declarations, made from BTF when they are asked for: a name gives a declaration, a
// record gets its members when clang needs it complete, its layout is BTF's. BTF is opened at the first question.
#ifndef CBCC_KERNEL_TYPES_H
#define CBCC_KERNEL_TYPES_H

#include "btf/kernel_btf.h"
#include "btf/kfuncs.h"
#include "cache/facts.h"

#include <clang/AST/ASTContext.h>
#include <clang/AST/Decl.h>

#include <memory>

namespace clang {
class Sema;
}

namespace compiler {

class KernelTypes {
public:
  // The kernel's BTF is that of a file, or with NULL the running kernel's. Without BTF there are no types.
  // Accesses to members of portable ones are relocated where the program is loaded.
  KernelTypes(clang::ASTContext &context, const char *file, facts *facts, bool withBtf, bool portable)
      : context_(context), file_(file), facts_(facts), opened_(!withBtf), portable_(portable) {}
  // Where the program's own tags are found, which win over the kernel's inside the kernel's types, too.
  void setSema(clang::Sema *sema) { sema_ = sema; }

  // A struct, union or enum; null if the kernel has none of that name.
  clang::TagDecl *findTag(llvm::StringRef name);
  // A struct or union that was declared here, has no members so far and may still become the program's: a
  // definition by the program is then one of this declaration, so that the kernel's pointers to it see its members.
  clang::RecordDecl *findOpen(const clang::IdentifierInfo *name);
  // A typedef, an enumerator, or a function that programs may call.
  clang::NamedDecl *findOrdinary(llvm::StringRef name);
  // Makes the kernel's members those of a record that the program declared and did not define ("struct sock;").
  void adopt(clang::RecordDecl *forward);

  void complete(clang::TagDecl *tag);
  // Completes the types that a function's prototype points to: the loader compares them with the kernel's.
  void completePrototype(const clang::FunctionDecl *function);
  // Sizes and offsets in bits. False for a record that is not the kernel's.
  bool layout(const clang::RecordDecl *record, uint64_t &size, uint64_t &alignment,
              llvm::DenseMap<const clang::FieldDecl *, uint64_t> &offsets);

  // The BTF itself; null if the kernel has none.
  const kernel_btf *btf();

private:
  struct CloseBtf {
    void operator()(kernel_btf *btf) const { kernel_btf_close(btf); }
  };
  struct FreeKfuncs {
    void operator()(kfuncs *list) const { kfuncs_free(list); }
  };

  bool addModules();
  void noteModules();
  uint32_t findKfunc(const char *name);
  const char *nameOf(const btf_type &type);
  clang::IdentifierInfo *identifierOf(uint32_t nameOffset);

  clang::QualType typeOf(uint32_t id);
  clang::QualType integer(const btf_type &type);
  clang::QualType array(const btf_type &type);
  clang::QualType function(const btf_type &type);
  clang::QualType forward(uint32_t id, const btf_type &type);

  clang::NamedDecl *declarationOf(uint32_t id);
  clang::EnumDecl *programsEnum(const btf_type &type);
  clang::TagDecl *programsTag(const btf_type &type);
  clang::QualType embeddedType(uint32_t id);
  clang::QualType memberType(uint32_t id);
  clang::RecordDecl *declareRecord(uint32_t id, const btf_type &type);
  void markPortable(clang::RecordDecl *record);
  clang::EnumDecl *declareEnum(uint32_t id, const btf_type &type);
  clang::TypedefDecl *declareTypedef(uint32_t id, const btf_type &type);
  clang::FunctionDecl *declareKfunc(uint32_t id, const btf_type &type);

  clang::FieldDecl *addMember(clang::RecordDecl *record, const btf_member &member, bool hasBitfields);
  void addIndirect(clang::RecordDecl *record, clang::FieldDecl *anonymous);
  void addAliases(clang::RecordDecl *record);
  bool findPath(clang::RecordDecl *record, llvm::StringRef path,
                llvm::SmallVectorImpl<clang::NamedDecl *> &chain);
  void addIndirectField(clang::RecordDecl *record, clang::IdentifierInfo *name,
                        llvm::ArrayRef<clang::NamedDecl *> chain);
  uint64_t alignmentOf(const clang::RecordDecl *record, uint64_t size,
                       const llvm::DenseMap<const clang::FieldDecl *, uint64_t> &offsets);

  clang::ASTContext &context_;
  const char *file_; // null: the running kernel's
  facts *facts_;     // null: not wanted
  clang::Sema *sema_ = nullptr;
  std::unique_ptr<kernel_btf, CloseBtf> btf_;
  std::unique_ptr<kfuncs, FreeKfuncs> kfuncs_; // null: not listed so far
  bool opened_ = false;
  const bool portable_;
  bool withModules_ = false;
  llvm::DenseMap<uint32_t, clang::NamedDecl *> declarations_;
  llvm::DenseMap<const clang::Decl *, uint32_t> ids_;
  llvm::DenseMap<const clang::IdentifierInfo *, clang::RecordDecl *> records_; // declared here, by tag
  llvm::DenseMap<uint32_t, clang::RecordDecl *>
      embedded_; // the kernel's, where the program has its own of that tag
};

} // namespace compiler

#endif
