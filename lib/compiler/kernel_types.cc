/* SPDX-License-Identifier: Apache-2.0 */
#include "compiler/kernel_types.h"
#include "compiler/contexts.h"
#include "compiler/field_aliases.h"
#include "kernel/modules.h"

#include <clang/AST/Attr.h>
#include <clang/AST/Expr.h>
#include <clang/AST/RecordLayout.h>
#include <clang/Sema/IdentifierResolver.h>
#include <clang/Sema/Sema.h>

#include <cstdlib>

namespace compiler {
namespace {

using namespace clang;

constexpr uint32_t recordKinds = 1u << BTF_KIND_STRUCT | 1u << BTF_KIND_UNION;
constexpr uint32_t enumKinds = 1u << BTF_KIND_ENUM | 1u << BTF_KIND_ENUM64;

unsigned kindOf(const btf_type &type) { return BTF_INFO_KIND(type.info); }

template <typename T> llvm::ArrayRef<T> trailing(const btf_type &type) {
  return {reinterpret_cast<const T *>(&type + 1), BTF_INFO_VLEN(type.info)};
}

} // namespace

const kernel_btf *KernelTypes::btf() {
  if (!opened_) {
    kernel_btf *btf;
    opened_ = true;
    if ((file_ ? kernel_btf_open(file_, &btf) : kernel_btf_open_running(&btf)) == 0)
      btf_.reset(btf);
  }
  return btf_.get();
}

// What vmlinux does not have may be in a module. There can be hundreds of them: read when a name is found nowhere else.
bool KernelTypes::addModules() {
  if (withModules_ || file_ || !btf())
    return false;
  withModules_ = true;
  noteModules();
  kernel_btf_add_modules(btf_.get(), MODULES_BTF_DIRECTORY);
  kfuncs_.reset();
  noteModules(); // once more: the list spoils the facts if it has changed meanwhile
  return true;
}

void KernelTypes::noteModules() {
  char *list;
  size_t size;
  if (!facts_)
    return;
  if (modules_list(&list, &size) != 0)
    return facts_spoil(facts_);
  facts_add(facts_, FACT_MODULES, "", list, size);
  free(list);
}

const char *KernelTypes::nameOf(const btf_type &type) { return kernel_btf_string(btf_.get(), type.name_off); }

IdentifierInfo *KernelTypes::identifierOf(uint32_t nameOffset) {
  const char *name = kernel_btf_string(btf_.get(), nameOffset);
  return *name ? &context_.Idents.get(name) : nullptr;
}

TagDecl *KernelTypes::findTag(llvm::StringRef name) {
  uint32_t id = btf() ? kernel_btf_find(btf(), name.str().c_str(), recordKinds | enumKinds) : 0;
  if (id)
    return cast<TagDecl>(declarationOf(id));
  if (llvm::StringRef alias = tagAlias(name); !alias.empty())
    return findTag(alias);
  return addModules() ? findTag(name) : nullptr;
}

RecordDecl *KernelTypes::findOpen(const IdentifierInfo *name) {
  RecordDecl *record = records_.lookup(name);
  return record && !record->getDefinition() && !record->isBeingDefined() ? record : nullptr;
}

NamedDecl *KernelTypes::findOrdinary(llvm::StringRef name) {
  if (!btf())
    return nullptr;
  if (uint32_t id = kernel_btf_find(btf(), name.str().c_str(), 1u << BTF_KIND_TYPEDEF))
    return declarationOf(id);
  uint32_t index;
  uint32_t id = kernel_btf_find_enumerator(btf(), name.str().c_str(), &index);
  if (uint32_t kfunc = id ? 0 : findKfunc(name.str().c_str()))
    return declarationOf(kfunc);
  if (!id)
    return addModules() ? findOrdinary(name) : nullptr;
  return *std::next(cast<EnumDecl>(declarationOf(id))->enumerator_begin(), index);
}

uint32_t KernelTypes::findKfunc(const char *name) {
  if (!kfuncs_)
    kfuncs_.reset(kfuncs_list(btf()));
  return kfuncs_ ? kfuncs_find(kfuncs_.get(), btf(), name) : 0;
}

void KernelTypes::adopt(RecordDecl *forward) {
  uint32_t id = btf() ? kernel_btf_find(btf(), forward->getName().str().c_str(), recordKinds) : 0;
  if (!id || declarations_.count(id))
    return;
  forward->setHasExternalLexicalStorage(true);
  declarations_[id] = forward;
  ids_[forward] = id;
}

QualType KernelTypes::typeOf(uint32_t id) {
  const btf_type *type = kernel_btf_type(btf_.get(), id);
  if (!type)
    return context_.VoidTy;
  switch (kindOf(*type)) {
  case BTF_KIND_INT:
    return integer(*type);
  case BTF_KIND_PTR:
    return context_.getPointerType(typeOf(type->type));
  case BTF_KIND_ARRAY:
    return array(*type);
  case BTF_KIND_CONST:
    return typeOf(type->type).withConst();
  case BTF_KIND_VOLATILE:
    return typeOf(type->type).withVolatile();
  case BTF_KIND_RESTRICT:
  case BTF_KIND_TYPE_TAG:
    return typeOf(type->type);
  case BTF_KIND_TYPEDEF:
    return context_.getTypedefType(cast<TypedefDecl>(declarationOf(id)));
  case BTF_KIND_ENUM:
  case BTF_KIND_ENUM64:
    if (EnumDecl *own = programsEnum(*type))
      return context_.getTypeDeclType(own);
    [[fallthrough]];
  case BTF_KIND_STRUCT:
  case BTF_KIND_UNION:
    return context_.getTypeDeclType(cast<TypeDecl>(declarationOf(id)));
  case BTF_KIND_FWD:
    return forward(id, *type);
  case BTF_KIND_FUNC_PROTO:
    return function(*type);
  case BTF_KIND_FLOAT:
    return type->size == 4 ? context_.FloatTy : context_.DoubleTy;
  default:
    return context_.IntTy;
  }
}

QualType KernelTypes::integer(const btf_type &type) {
  uint32_t encoding = *reinterpret_cast<const uint32_t *>(&type + 1);
  bool isSigned = BTF_INT_ENCODING(encoding) & BTF_INT_SIGNED;
  if (BTF_INT_ENCODING(encoding) & BTF_INT_BOOL)
    return context_.BoolTy;
  llvm::StringRef name = nameOf(type);
  if (name == "char")
    return context_.CharTy;
  if (type.size == 8 && name.contains("long long"))
    return isSigned ? context_.LongLongTy : context_.UnsignedLongLongTy;
  return context_.getIntTypeForBitwidth(type.size * 8, isSigned);
}

QualType KernelTypes::array(const btf_type &type) {
  const auto *bounds = reinterpret_cast<const btf_array *>(&type + 1);
  return context_.getConstantArrayType(typeOf(bounds->type), llvm::APInt(64, bounds->nelems), nullptr,
                                       ArraySizeModifier::Normal, 0);
}

QualType KernelTypes::function(const btf_type &type) {
  llvm::SmallVector<QualType, 8> parameters;
  FunctionProtoType::ExtProtoInfo info;
  for (const btf_param &parameter : trailing<btf_param>(type)) {
    if (parameter.type)
      parameters.push_back(typeOf(parameter.type));
    else
      info.Variadic = true;
  }
  return context_.getFunctionType(typeOf(type.type), parameters, info);
}

// BTF declares forward what another part of the kernel defines: by the same name there may be a definition.
QualType KernelTypes::forward(uint32_t id, const btf_type &type) {
  uint32_t definition = kernel_btf_find(btf_.get(), nameOf(type), recordKinds);
  return context_.getTypeDeclType(cast<TypeDecl>(declarationOf(definition ? definition : id)));
}

NamedDecl *KernelTypes::declarationOf(uint32_t id) {
  auto known = declarations_.find(id);
  if (known != declarations_.end())
    return known->second;
  const btf_type &type = *kernel_btf_type(btf_.get(), id);
  if (TagDecl *own = programsTag(type))
    return declarations_[id] = own;
  NamedDecl *declaration;
  switch (kindOf(type)) {
  case BTF_KIND_TYPEDEF:
    declaration = declareTypedef(id, type);
    break;
  case BTF_KIND_ENUM:
  case BTF_KIND_ENUM64:
    declaration = declareEnum(id, type);
    break;
  case BTF_KIND_FUNC:
    declaration = declareKfunc(id, type);
    break;
  default:
    declaration = declareRecord(id, type);
  }
  context_.getTranslationUnitDecl()->addHiddenDecl(declaration);
  return declaration;
}

// The program's own enum at file scope of the same name and size. The kernel's is still where its enumerators are.
EnumDecl *KernelTypes::programsEnum(const btf_type &type) {
  IdentifierInfo *name = identifierOf(type.name_off);
  if (!name || !sema_)
    return nullptr;
  for (auto it = sema_->IdResolver.begin(name); it != sema_->IdResolver.end(); ++it) {
    auto *own = dyn_cast<EnumDecl>(*it);
    if (own && own->getDeclContext()->isTranslationUnit())
      return own->isComplete() && context_.getTypeSize(own->getIntegerType()) == type.size * 8 ? own
                                                                                               : nullptr;
  }
  return nullptr;
}

// The program's own struct or union at file scope, where the kernel has one of the same name and kind.
TagDecl *KernelTypes::programsTag(const btf_type &type) {
  bool isForward = kindOf(type) == BTF_KIND_FWD;
  IdentifierInfo *name =
      isForward || 1u << kindOf(type) & recordKinds ? identifierOf(type.name_off) : nullptr;
  if (!name || !sema_)
    return nullptr;
  bool isUnion = kindOf(type) == BTF_KIND_UNION || (isForward && BTF_INFO_KFLAG(type.info));
  for (auto it = sema_->IdResolver.begin(name); it != sema_->IdResolver.end(); ++it) {
    auto *record = dyn_cast<RecordDecl>(*it);
    if (record && record->getDeclContext()->isTranslationUnit())
      return record->isUnion() == isUnion ? record : nullptr;
  }
  return nullptr;
}

// A member has the size that it has in the kernel: what the program defined with another size is not what is there.
QualType KernelTypes::memberType(uint32_t id) {
  QualType type = typeOf(id);
  const RecordDecl *record = type->getBaseElementTypeUnsafe()->getAsRecordDecl();
  if (!record || !record->getIdentifier() || ids_.count(record))
    return type;
  const RecordDecl *definition = record->getDefinition();
  QualType kernels = embeddedType(id);
  return definition && context_.getTypeSize(type) == context_.getTypeSize(kernels) ? type : kernels;
}

// As typeOf(), but of a struct the kernel's, whatever the program calls by its name.
QualType KernelTypes::embeddedType(uint32_t id) {
  const btf_type &type = *kernel_btf_type(btf_.get(), id);
  const auto *bounds = reinterpret_cast<const btf_array *>(&type + 1);
  switch (kindOf(type)) {
  case BTF_KIND_ARRAY:
    return context_.getConstantArrayType(embeddedType(bounds->type), llvm::APInt(64, bounds->nelems), nullptr,
                                         ArraySizeModifier::Normal, 0);
  case BTF_KIND_STRUCT:
  case BTF_KIND_UNION:
    break;
  default:
    return embeddedType(type.type);
  }
  RecordDecl *&record = embedded_[id];
  if (!record) {
    NamedDecl *programs = declarations_.lookup(id);
    record = declareRecord(id, type);
    declarations_[id] = programs;
    context_.getTranslationUnitDecl()->addHiddenDecl(record);
  }
  return context_.getTypeDeclType(record);
}

RecordDecl *KernelTypes::declareRecord(uint32_t id, const btf_type &type) {
  bool isForward = kindOf(type) == BTF_KIND_FWD;
  bool isUnion = kindOf(type) == BTF_KIND_UNION || (isForward && BTF_INFO_KFLAG(type.info));
  auto *record = RecordDecl::Create(context_, isUnion ? TagTypeKind::Union : TagTypeKind::Struct,
                                    context_.getTranslationUnitDecl(), {}, {}, identifierOf(type.name_off));
  declarations_[id] = record;
  if (record->getIdentifier())
    records_[record->getIdentifier()] = record;
  if (isForward)
    return record;
  record->setHasExternalLexicalStorage(true);
  ids_[record] = id;
  // The optimiser must not merge accesses to different fields.
  if (isContext(nameOf(type)))
    record->addAttr(BPFPreserveStaticOffsetAttr::CreateImplicit(context_));
  return record;
}

// Contexts are the same on all kernels. (A record with this attribute must not be mentioned before it has members: clang
// would look for them.)
void KernelTypes::markPortable(RecordDecl *record) {
  if (portable_ && !isContext(record->getName()) && !isTypedContext(record->getName()))
    record->addAttr(BPFPreserveAccessIndexAttr::CreateImplicit(context_));
}

TypedefDecl *KernelTypes::declareTypedef(uint32_t id, const btf_type &type) {
  TypeSourceInfo *aliased = context_.getTrivialTypeSourceInfo(typeOf(type.type));
  auto *alias = TypedefDecl::Create(context_, context_.getTranslationUnitDecl(), {}, {},
                                    identifierOf(type.name_off), aliased);
  declarations_[id] = alias;
  return alias;
}

// As an extern function in the section that says to the loader that the kernel has it.
FunctionDecl *KernelTypes::declareKfunc(uint32_t id, const btf_type &type) {
  const btf_type &prototype = *kernel_btf_type(btf_.get(), type.type);
  QualType signature = function(prototype);
  auto *kfunc = FunctionDecl::Create(context_, context_.getTranslationUnitDecl(), {}, {},
                                     DeclarationName(identifierOf(type.name_off)), signature,
                                     context_.getTrivialTypeSourceInfo(signature), SC_Extern);
  declarations_[id] = kfunc;
  llvm::SmallVector<ParmVarDecl *, 5> parameters;
  for (const auto &[type, parameter] :
       llvm::zip(signature->castAs<FunctionProtoType>()->param_types(), trailing<btf_param>(prototype)))
    parameters.push_back(ParmVarDecl::Create(context_, kfunc, {}, {}, identifierOf(parameter.name_off), type,
                                             context_.getTrivialTypeSourceInfo(type), SC_None, nullptr));
  kfunc->setParams(parameters);
  kfunc->setImplicit();
  kfunc->addAttr(SectionAttr::CreateImplicit(context_, ".ksyms"));
  sema_->ExternalDeclarations.push_back(kfunc); // or BTF would not have it
  return kfunc;
}

EnumDecl *KernelTypes::declareEnum(uint32_t id, const btf_type &type) {
  bool isSigned = BTF_INFO_KFLAG(type.info), is64 = kindOf(type) == BTF_KIND_ENUM64;
  auto *declaration = EnumDecl::Create(context_, context_.getTranslationUnitDecl(), {}, {},
                                       identifierOf(type.name_off), nullptr, false, false, false);
  declarations_[id] = declaration;
  declaration->startDefinition();
  unsigned bits = type.size ? type.size * 8 : 32;
  QualType underlying = context_.getIntTypeForBitwidth(bits, isSigned);
  auto add = [&](uint32_t name, uint64_t value) {
    llvm::APSInt constant(llvm::APInt(64, value, isSigned).trunc(bits), !isSigned);
    QualType valueType = constant.isRepresentableByInt64() && constant.getSignificantBits() <= 32
                             ? context_.IntTy
                             : underlying;
    declaration->addDecl(EnumConstantDecl::Create(context_, declaration, {}, identifierOf(name), valueType,
                                                  nullptr, constant));
  };
  if (is64)
    for (const btf_enum64 &e : trailing<btf_enum64>(type))
      add(e.name_off, uint64_t(e.val_hi32) << 32 | e.val_lo32);
  else
    for (const btf_enum &e : trailing<btf_enum>(type))
      add(e.name_off, isSigned ? uint64_t(int64_t(e.val)) : uint32_t(e.val));
  declaration->completeDefinition(underlying, underlying, bits, isSigned ? bits : 0);
  return declaration;
}

void KernelTypes::complete(TagDecl *tag) {
  auto known = ids_.find(tag);
  auto *record = dyn_cast<RecordDecl>(tag);
  if (known == ids_.end() || !record || record->getDefinition() || record->isBeingDefined())
    return;
  const btf_type &type = *kernel_btf_type(btf_.get(), known->second);
  record->setHasExternalLexicalStorage(false);
  record->startDefinition();
  for (const btf_member &member : trailing<btf_member>(type)) {
    FieldDecl *field = addMember(record, member, BTF_INFO_KFLAG(type.info));
    if (field->isAnonymousStructOrUnion())
      addIndirect(record, field);
  }
  addAliases(record);
  record->completeDefinition();
  markPortable(record);
}

void KernelTypes::completePrototype(const FunctionDecl *function) {
  llvm::SmallVector<QualType, 6> types = {function->getReturnType()};
  for (const ParmVarDecl *parameter : function->parameters())
    types.push_back(parameter->getType());
  for (QualType type : types) {
    while (type->isPointerType())
      type = type->getPointeeType();
    if (TagDecl *tag = type->getAsTagDecl())
      complete(tag);
  }
}

FieldDecl *KernelTypes::addMember(RecordDecl *record, const btf_member &member, bool hasBitfields) {
  QualType type = memberType(member.type);
  IdentifierInfo *name = identifierOf(member.name_off);
  RecordDecl *inner = name ? nullptr : type->getAsRecordDecl();
  if (inner) {
    inner->setAnonymousStructOrUnion(true);
    complete(inner);
  }
  Expr *width = nullptr;
  if (unsigned bits = hasBitfields ? BTF_MEMBER_BITFIELD_SIZE(member.offset) : 0)
    width = IntegerLiteral::Create(context_, llvm::APInt(32, bits), context_.IntTy, {});
  auto *field = FieldDecl::Create(context_, record, {}, {}, name, type,
                                  context_.getTrivialTypeSourceInfo(type), width, false, ICIS_NoInit);
  field->setAccess(AS_public);
  field->setImplicit(inner != nullptr);
  record->addDecl(field);
  return field;
}

// The members of an anonymous struct or union are members of what surrounds it.
void KernelTypes::addIndirect(RecordDecl *record, FieldDecl *anonymous) {
  for (Decl *member : anonymous->getType()->getAsRecordDecl()->decls()) {
    llvm::SmallVector<NamedDecl *, 4> chain{anonymous};
    auto *field = dyn_cast<FieldDecl>(member);
    auto *indirect = dyn_cast<IndirectFieldDecl>(member);
    if (indirect)
      llvm::append_range(chain, indirect->chain());
    else if (field && field->getIdentifier())
      chain.push_back(field);
    else
      continue;
    addIndirectField(record, chain.back()->getIdentifier(), chain);
  }
}

void KernelTypes::addIndirectField(RecordDecl *record, IdentifierInfo *name,
                                   llvm::ArrayRef<NamedDecl *> chain) {
  auto **storage = new (context_) NamedDecl *[chain.size()];
  llvm::copy(chain, storage);
  record->addDecl(IndirectFieldDecl::Create(
      context_, record, {}, name, cast<ValueDecl>(chain.back())->getType(), {storage, chain.size()}));
}

// A member of another name is to clang what a member of an anonymous struct is: a way through several members.
void KernelTypes::addAliases(RecordDecl *record) {
  for (const FieldAlias &alias : fieldAliases(record->getName())) {
    llvm::SmallVector<NamedDecl *, 4> chain;
    IdentifierInfo *name = &context_.Idents.get(alias.name);
    if (record->lookup(name).empty() && findPath(record, alias.path, chain))
      addIndirectField(record, name, chain);
  }
}

// Appends the fields that a path "a.b" goes through. False if there is no such path.
bool KernelTypes::findPath(RecordDecl *record, llvm::StringRef path,
                           llvm::SmallVectorImpl<NamedDecl *> &chain) {
  auto [first, rest] = path.split('.');
  NamedDecl *found = nullptr;
  for (NamedDecl *member : record->lookup(&context_.Idents.get(first)))
    found = member;
  if (auto *indirect = dyn_cast_or_null<IndirectFieldDecl>(found))
    llvm::append_range(chain, indirect->chain());
  else if (found)
    chain.push_back(found);
  if (!found || rest.empty())
    return found;
  RecordDecl *inner = cast<ValueDecl>(found)->getType()->getAsRecordDecl();
  if (!inner)
    return false;
  complete(inner);
  return findPath(inner, rest, chain);
}

bool KernelTypes::layout(const RecordDecl *record, uint64_t &size, uint64_t &alignment,
                         llvm::DenseMap<const FieldDecl *, uint64_t> &offsets) {
  auto known = ids_.find(record);
  if (known == ids_.end())
    return false;
  const btf_type &type = *kernel_btf_type(btf_.get(), known->second);
  llvm::ArrayRef<btf_member> members = trailing<btf_member>(type);
  size = uint64_t(type.size) * 8;
  size_t i = 0;
  for (const FieldDecl *field : record->fields()) {
    uint32_t offset = members[i++].offset;
    offsets[field] = BTF_INFO_KFLAG(type.info) ? BTF_MEMBER_BIT_OFFSET(offset) : offset;
  }
  alignment = alignmentOf(record, size, offsets);
  return true;
}

// BTF has no alignments. That of the most aligned member, unless the layout shows that it was packed.
uint64_t KernelTypes::alignmentOf(const RecordDecl *record, uint64_t size,
                                  const llvm::DenseMap<const FieldDecl *, uint64_t> &offsets) {
  uint64_t alignment = 8;
  for (const FieldDecl *field : record->fields()) {
    uint64_t natural = context_.getTypeAlign(field->getType());
    if (field->isBitField())
      continue;
    if (offsets.lookup(field) % natural)
      return 8;
    alignment = std::max(alignment, natural);
  }
  while (size % alignment)
    alignment /= 2;
  return alignment;
}

} // namespace compiler
