/* SPDX-License-Identifier: Apache-2.0 */
// struct tracepoint__CATEGORY__EVENT: what a tracepoint's program gets, made from tracefs' format file when it is
// named. Fields are where the format says, and as large: a declared type that is smaller gives way to an integer of the
// size, one that is not known to an integer or bytes.
//
//   u64 __do_not_use__       what all tracepoints share, and the kernel does not show to programs
//   int data_loc_NAME        of a __data_loc field: offset in the low half, size in the high half
//   int rel_loc_NAME         of a __rel_loc field: the offset counts from the end of this int
#ifndef CBCC_TRACEPOINT_TYPES_H
#define CBCC_TRACEPOINT_TYPES_H

#include "compiler/compiler.h"
#include "cache/facts.h"
#include "kernel/tracepoint_format.h"

#include <clang/AST/ASTContext.h>
#include <clang/AST/Decl.h>
#include <clang/Sema/Sema.h>

#include <memory>

namespace compiler {

class TracepointTypes {
public:
  TracepointTypes(clang::ASTContext &context, open_tracefs_fn openTracefs, facts *facts)
      : context_(context), openTracefs_(openTracefs), facts_(facts) {}

  // The struct of that tag; null if it is of another form. One that tracefs has no format of is never complete; err
  // says why, the first time that it is asked for.
  clang::RecordDecl *findTag(llvm::StringRef name, int &err);

  void complete(clang::TagDecl *tag, clang::Sema &sema);
  // Sizes and offsets in bits. False for a record that is no tracepoint's.
  bool layout(const clang::RecordDecl *record, uint64_t &size, uint64_t &alignment,
              llvm::DenseMap<const clang::FieldDecl *, uint64_t> &offsets) const;

private:
  struct FreeFormat {
    void operator()(tracepoint_format *format) const {
      tracepoint_format_free(format);
      delete format;
    }
  };
  using Format = std::unique_ptr<tracepoint_format, FreeFormat>;

  int open(llvm::StringRef category, llvm::StringRef event, Format &format) const;
  int find(llvm::StringRef name, Format &format) const;
  clang::QualType typeOf(const tracepoint_field &field, clang::Sema &sema) const;
  clang::QualType declaredType(const tracepoint_field &field, clang::Sema &sema) const;
  clang::QualType arrayType(const tracepoint_field &field, clang::QualType element, clang::Sema &sema) const;
  clang::QualType integerType(uint64_t size, bool isSigned) const;
  void addField(clang::RecordDecl *record, const llvm::Twine &name, clang::QualType type, uint64_t offset);

  clang::ASTContext &context_;
  open_tracefs_fn openTracefs_;
  facts *facts_; // null: not wanted
  llvm::StringMap<clang::RecordDecl *> records_;
  llvm::DenseMap<const clang::Decl *, Format> formats_;
  llvm::DenseMap<const clang::FieldDecl *, uint64_t> offsets_; // in bits
};

} // namespace compiler

#endif
