/* SPDX-License-Identifier: Apache-2.0 */
#include "compiler/tracepoint_types.h"
#include "compiler/type_names.h"

#include <clang/AST/Attr.h>

#include <cerrno>
#include <fcntl.h>
#include <unistd.h>

namespace compiler {

using namespace clang;

namespace {

constexpr llvm::StringLiteral prefix = "tracepoint__";
constexpr unsigned headerSize = 8; // bytes of a record that no program may read

llvm::StringRef namePrefix(const tracepoint_field &field) {
  constexpr llvm::StringLiteral prefixes[] = {"", "data_loc_", "rel_loc_"};
  return prefixes[field.storage];
}

} // namespace

int TracepointTypes::open(llvm::StringRef category, llvm::StringRef event, Format &format) const {
  const std::string path = ("events/" + category + "/" + event + "/format").str();
  int fd = openTracefs_(path.c_str(), O_RDONLY);
  if (fd < 0) {
    facts_add(facts_, FACT_TRACEFS, path.c_str(), nullptr, 0);
    return fd;
  }
  format.reset(new tracepoint_format());
  int err = tracepoint_format_read(fd, format.get());
  facts_add_fd(facts_, FACT_TRACEFS, path.c_str(), fd);
  close(fd);
  return err;
}

// Both categories and events may have "__" in their names: the last one that gives a tracepoint divides them.
int TracepointTypes::find(llvm::StringRef name, Format &format) const {
  int err = -EINVAL;
  for (size_t at = name.size(); at > 1 && err; at--)
    if (name.substr(at - 1).starts_with("__") && at + 1 < name.size())
      err = open(name.substr(0, at - 1), name.substr(at + 1), format);
  return err;
}

RecordDecl *TracepointTypes::findTag(llvm::StringRef name, int &err) {
  err = 0;
  if (!openTracefs_ || !name.starts_with(prefix))
    return nullptr;
  auto [known, isNew] = records_.try_emplace(name, nullptr);
  if (!isNew)
    return known->second;
  Format format;
  err = find(name.drop_front(prefix.size()), format);
  auto *record = RecordDecl::Create(context_, TagTypeKind::Struct, context_.getTranslationUnitDecl(), {}, {},
                                    &context_.Idents.get(name));
  known->second = record;
  context_.getTranslationUnitDecl()->addHiddenDecl(record);
  if (err)
    return record;
  record->setHasExternalLexicalStorage(true);
  // As for all contexts: the verifier wants fields read at constant offsets from the context pointer.
  record->addAttr(BPFPreserveStaticOffsetAttr::CreateImplicit(context_));
  formats_[record] = std::move(format);
  return record;
}

QualType TracepointTypes::integerType(uint64_t size, bool isSigned) const {
  if (size == 8)
    return isSigned ? context_.LongLongTy : context_.UnsignedLongLongTy;
  return context_.getIntTypeForBitwidth(size * 8, isSigned);
}

// As many elements as have room. Of elements that are not known, the number says the size.
QualType TracepointTypes::arrayType(const tracepoint_field &field, QualType element, Sema &sema) const {
  uint64_t size = element.isNull() ? 0 : context_.getTypeSizeInChars(element).getQuantity();
  if (element.isNull()) {
    uint64_t count = findConstant(sema, field.dimension).value_or(0);
    size = count && field.size % count == 0 ? field.size / count : 0;
    if (size == 1 || size == 2 || size == 4 || size == 8)
      element = integerType(size, field.is_signed);
  }
  if (element.isNull() || !size || field.size % size)
    element = context_.UnsignedCharTy, size = 1;
  return context_.getConstantArrayType(element, llvm::APInt(64, field.size / size), nullptr,
                                       ArraySizeModifier::Normal, 0);
}

// Of the field, or of its elements. Null if it is not known.
QualType TracepointTypes::declaredType(const tracepoint_field &field, Sema &sema) const {
  QualType type = *field.type ? findType(sema, field.type) : QualType();
  if (type.isNull() && field.pointers)
    type = context_.VoidTy;
  for (unsigned i = 0; i < field.pointers; i++)
    type = context_.getPointerType(type);
  return type.isNull() || !sema.isCompleteType(SourceLocation(), type) ? QualType() : type;
}

QualType TracepointTypes::typeOf(const tracepoint_field &field, Sema &sema) const {
  if (field.storage != TRACEPOINT_INLINE)
    return integerType(4, true);
  QualType type = declaredType(field, sema);
  if (field.dimension)
    return arrayType(field, type, sema);
  if (!type.isNull() && context_.getTypeSizeInChars(type).getQuantity() == int64_t(field.size))
    return type;
  bool isSigned = type.isNull() ? field.is_signed : type->hasSignedIntegerRepresentation();
  if (field.size == 1 || field.size == 2 || field.size == 4 || field.size == 8)
    return integerType(field.size, isSigned);
  return context_.getConstantArrayType(context_.UnsignedCharTy, llvm::APInt(64, field.size), nullptr,
                                       ArraySizeModifier::Normal, 0);
}

void TracepointTypes::addField(RecordDecl *record, const llvm::Twine &name, QualType type, uint64_t offset) {
  auto *field = FieldDecl::Create(context_, record, {}, {}, &context_.Idents.get(name.str()), type,
                                  context_.getTrivialTypeSourceInfo(type), nullptr, false, ICIS_NoInit);
  field->setAccess(AS_public);
  record->addDecl(field);
  offsets_[field] = offset * 8;
}

void TracepointTypes::complete(TagDecl *tag, Sema &sema) {
  auto known = formats_.find(tag);
  if (known == formats_.end() || !known->second)
    return;
  // Looking up the types of fields may complete others.
  Format format = std::move(known->second);
  auto *record = cast<RecordDecl>(tag);
  record->setHasExternalLexicalStorage(false);
  record->startDefinition();
  addField(record, "__do_not_use__", context_.UnsignedLongLongTy, 0);
  for (const tracepoint_field &field : llvm::ArrayRef(format->fields, format->nfields))
    if (!field.is_common && field.offset >= headerSize)
      addField(record, namePrefix(field) + field.name, typeOf(field, sema), field.offset);
  record->completeDefinition();
}

bool TracepointTypes::layout(const RecordDecl *record, uint64_t &size, uint64_t &alignment,
                             llvm::DenseMap<const FieldDecl *, uint64_t> &offsets) const {
  if (!formats_.count(record))
    return false;
  uint64_t end = 0;
  for (const FieldDecl *field : record->fields()) {
    uint64_t offset = offsets_.lookup(field);
    offsets[field] = offset;
    end = std::max(end, offset + context_.getTypeSize(field->getType()));
  }
  alignment = headerSize * 8;
  size = llvm::alignTo(end, alignment);
  return true;
}

} // namespace compiler
