/* SPDX-License-Identifier: Apache-2.0 */
#include "compiler/type_names.h"

#include <clang/Sema/Lookup.h>

namespace compiler {

using namespace clang;

namespace {

NamedDecl *lookUp(Sema &sema, llvm::StringRef name, Sema::LookupNameKind kind) {
  LookupResult result(sema, &sema.Context.Idents.get(name), SourceLocation(), kind);
  result.suppressDiagnostics();
  return sema.LookupName(result, sema.TUScope) && result.isSingleResult() ? result.getFoundDecl() : nullptr;
}

// What the words of C's own types say, in any order. False for any other word.
struct Words {
  unsigned longs = 0;
  bool isUnsigned = false, isSigned = false;
  llvm::StringRef base = "int";

  bool read(llvm::StringRef word) {
    if (word == "long")
      longs++;
    else if (word == "unsigned")
      isUnsigned = true;
    else if (word == "signed")
      isSigned = true;
    else if (llvm::is_contained({"void", "char", "short", "bool", "_Bool", "float", "double"}, word))
      base = word;
    else
      return word == "int";
    return true;
  }
};

QualType builtinType(const ASTContext &context, llvm::StringRef name) {
  Words words;
  llvm::SmallVector<llvm::StringRef, 4> parts;
  name.split(parts, ' ');
  for (llvm::StringRef part : parts)
    if (!words.read(part))
      return {};
  const struct {
    llvm::StringLiteral base;
    QualType isSigned, isUnsigned;
  } known[] = {
      {"void", context.VoidTy, context.VoidTy},
      {"char", words.isSigned ? context.SignedCharTy : context.CharTy, context.UnsignedCharTy},
      {"short", context.ShortTy, context.UnsignedShortTy},
      {"bool", context.BoolTy, context.BoolTy},
      {"_Bool", context.BoolTy, context.BoolTy},
      {"float", context.FloatTy, context.FloatTy},
      {"double", context.DoubleTy, context.DoubleTy},
  };
  for (const auto &entry : known)
    if (entry.base == words.base)
      return words.isUnsigned ? entry.isUnsigned : entry.isSigned;
  if (words.longs > 1)
    return words.isUnsigned ? context.UnsignedLongLongTy : context.LongLongTy;
  if (words.longs)
    return words.isUnsigned ? context.UnsignedLongTy : context.LongTy;
  return words.isUnsigned ? context.UnsignedIntTy : context.IntTy;
}

// Typedefs of the kernel that never change, and for which its BTF need not be opened.
constexpr struct {
  llvm::StringLiteral name, type;
} typedefs[] = {
    {"pid_t", "int"},
    {"uid_t", "unsigned int"},
    {"gid_t", "unsigned int"},
    {"dev_t", "unsigned int"},
    {"gfp_t", "unsigned int"},
    {"uint", "unsigned int"},
    {"umode_t", "unsigned short"},
    {"ino_t", "unsigned long"},
    {"off_t", "long"},
    {"loff_t", "long long"},
    {"sector_t", "unsigned long long"},
    {"int8_t", "signed char"},
    {"int16_t", "short"},
    {"int32_t", "int"},
    {"int64_t", "long long"},
    {"uint8_t", "unsigned char"},
    {"uint16_t", "unsigned short"},
    {"uint32_t", "unsigned int"},
    {"uint64_t", "unsigned long long"},
};

QualType wellKnownType(Sema &sema, llvm::StringRef name) {
  DeclarationName declared = &sema.Context.Idents.get(name);
  if (sema.IdResolver.begin(declared) != sema.IdResolver.end())
    return {}; // the program declares it
  for (const auto &known : typedefs)
    if (known.name == name)
      return builtinType(sema.Context, known.type);
  return {};
}

} // namespace

QualType findType(Sema &sema, llvm::StringRef name) {
  QualType known = builtinType(sema.Context, name);
  if (known.isNull())
    known = wellKnownType(sema, name);
  if (!known.isNull())
    return known;
  auto [keyword, tag] = name.split(' ');
  bool isTag = llvm::is_contained({"struct", "union", "enum"}, keyword);
  NamedDecl *found = lookUp(sema, isTag ? tag : name, isTag ? Sema::LookupTagName : Sema::LookupOrdinaryName);
  auto *type = dyn_cast_or_null<TypeDecl>(found);
  return type ? sema.Context.getTypeDeclType(type) : QualType();
}

std::optional<uint64_t> findConstant(Sema &sema, llvm::StringRef text) {
  uint64_t number;
  if (!text.getAsInteger(0, number))
    return number;
  auto *enumerator = dyn_cast_or_null<EnumConstantDecl>(lookUp(sema, text, Sema::LookupOrdinaryName));
  return enumerator ? std::optional(enumerator->getInitVal().getZExtValue()) : std::nullopt;
}

} // namespace compiler
