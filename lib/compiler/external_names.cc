/* SPDX-License-Identifier: Apache-2.0 */
#include "compiler/external_names.h"
#include "compiler/kernel_headers.h"

#include <clang/AST/Attr.h>
#include <clang/Basic/SourceManager.h>
#include <clang/Sema/Lookup.h>
#include <clang/Sema/Scope.h>
#include <clang/Sema/Sema.h>

#include <cstring>

namespace compiler {
namespace {

using namespace clang;

// The word that stands before a place in a file: "struct", if there is nothing but blanks between.
llvm::StringRef wordBefore(const SourceManager &sources, SourceLocation place) {
  auto [file, offset] = sources.getDecomposedSpellingLoc(place);
  llvm::StringRef text = sources.getBufferData(file).take_front(offset).rtrim();
  return text.substr(text.find_last_not_of("abcdefghijklmnopqrstuvwxyz") + 1);
}

} // namespace

void ExternalNames::start(ASTContext &context, const compile_request &request) {
  context_ = &context;
  types_.emplace(context, request.btf, request.facts, !usesKernelHeaders(request), request.portable);
  tracepoints_.emplace(context, request.open_tracefs, request.facts);
}

void ExternalNames::InitializeSema(Sema &sema) {
  if (sema_ == &sema)
    return;
  sema_ = &sema;
  types_->setSema(&sema);
  sema.addExternalSource(this); // without this, clang completes types here but asks for no name
}

bool ExternalNames::LookupUnqualified(LookupResult &result, Scope *scope) {
  IdentifierInfo *name = result.getLookupName().getAsIdentifierInfo();
  if (!context_ || !name)
    return false;
  bool isTag = result.getLookupKind() == Sema::LookupTagName;
  NamedDecl *found = nullptr;
  if (result.isForRedeclaration())
    found = isTag ? types_->findOpen(name) : nullptr;
  else if (isTag)
    found = findTag(name, result.getNameLoc(), scope);
  else if (result.getLookupKind() == Sema::LookupOrdinaryName)
    found = findOrdinary(name->getName());
  if (!found)
    return false;
  result.addDecl(found);
  return true;
}

RecordDecl *ExternalNames::findTracepoint(llvm::StringRef name, SourceLocation place) {
  int err;
  RecordDecl *record = tracepoints_->findTag(name, err);
  if (err) {
    DiagnosticsEngine &diagnostics = sema_->getDiagnostics();
    diagnostics.Report(place, diagnostics.getCustomDiagID(DiagnosticsEngine::Warning,
                                                          "tracefs has no fields for 'struct %0': %1"))
        << name << std::strerror(-err);
  }
  return record;
}

void ExternalNames::CompleteType(TagDecl *tag) {
  types_->complete(tag);
  if (sema_)
    tracepoints_->complete(tag, *sema_);
}

void ExternalNames::completeRecord(IdentifierInfo *name, bool isTag) {
  if (!sema_)
    return;
  llvm::SmallVector<TagDecl *, 2> tags;
  bool isDeclared = false;
  for (NamedDecl *declaration : llvm::make_range(sema_->IdResolver.begin(name), sema_->IdResolver.end())) {
    auto *tag = dyn_cast<TagDecl>(declaration);
    if (auto *alias = dyn_cast<TypedefNameDecl>(declaration); alias && !isTag)
      tag = alias->getUnderlyingType()->getAsTagDecl();
    if (tag)
      tags.push_back(tag);
    isDeclared |= tag || !isTag;
  }
  if (!isDeclared && isTag)
    if (TagDecl *tag = types_->findTag(name->getName()))
      tags.push_back(tag);
  for (TagDecl *tag : tags)
    for (TagDecl *declared : tag->redecls())
      if (declared->hasExternalLexicalStorage() && !declared->getDefinition())
        CompleteType(declared);
}

// A tag that is nowhere and first named in a parameter list would be local to that list: it is one of file scope, since
// other kernels, or a module that is not loaded, may have it.
TagDecl *ExternalNames::findTag(IdentifierInfo *name, SourceLocation place, const Scope *scope) {
  if (RecordDecl *tracepoint = findTracepoint(name->getName(), place))
    return tracepoint;
  llvm::StringRef before = wordBefore(sema_->getSourceManager(), place);
  if (TagDecl *found = types_->findTag(name->getName())) {
    // clang asks for what might have been meant: it goes on as if the word before were there.
    if (before != "struct" && before != "union" && before != "enum")
      CompleteType(found);
    return found;
  }
  if (!scope || !scope->isFunctionPrototypeScope())
    return nullptr;
  if (before != "struct" && before != "union")
    return nullptr;
  auto *record = RecordDecl::Create(*context_, before == "union" ? TagTypeKind::Union : TagTypeKind::Struct,
                                    context_->getTranslationUnitDecl(), place, place, name);
  sema_->PushOnScopeChains(record, sema_->TUScope);
  return record;
}

// bpf_usdt_readarg(N, ...) in function F calls F's reader of argument N, which stands before the program's text.
NamedDecl *ExternalNames::findUsdtReader(llvm::StringRef argument) {
  const FunctionDecl *function = sema_->getCurFunctionDecl();
  if (!function)
    return nullptr;
  std::string name = ("_bpf_readarg_" + function->getName() + "_" + argument).str();
  LookupResult reader(*sema_, &context_->Idents.get(name), SourceLocation(), Sema::LookupOrdinaryName);
  if (sema_->LookupName(reader, sema_->TUScope) && reader.isSingleResult())
    return reader.getFoundDecl();
  return nullptr;
}

NamedDecl *ExternalNames::findOrdinary(llvm::StringRef name) {
  if (name.consume_front("cbcc_usdt_readarg_"))
    return findUsdtReader(name);
  if (const Helper *helper = findHelper(name))
    return declareHelper(*helper);
  if (std::optional<uint64_t> value = findConstant(name))
    return declareConstant(name, *value);
  return types_->findOrdinary(name);
}

// As an ordinary extern function: calls are checked against its prototype, and become helper calls in IR
// (passes/helper_calls.cc). bpf_trace_printk alone has another prototype than the kernel's, as in BCC's dialect.
FunctionDecl *ExternalNames::declareHelper(const Helper &helper) {
  FunctionDecl *&known = helpers_[&helper];
  if (known)
    return known;
  llvm::SmallVector<llvm::StringRef, 6> texts;
  helper.parameters.split(texts, ',', -1, false);
  if (helper.id == HelperTracePrintk)
    texts = {"const char *", "..."};
  llvm::SmallVector<QualType, 6> types;
  FunctionProtoType::ExtProtoInfo info;
  for (llvm::StringRef text : texts) {
    if (text == "...")
      info.Variadic = true;
    else
      types.push_back(parseType(text));
  }
  QualType type = context_->getFunctionType(parseType(helper.returns), types, info);
  DeclContext *unit = context_->getTranslationUnitDecl();
  known = FunctionDecl::Create(*context_, unit, {}, {}, DeclarationName(&context_->Idents.get(helper.name)),
                               type, context_->getTrivialTypeSourceInfo(type), SC_Extern);
  llvm::SmallVector<ParmVarDecl *, 6> parameters;
  for (QualType parameter : types)
    parameters.push_back(ParmVarDecl::Create(*context_, known, {}, {}, nullptr, parameter,
                                             context_->getTrivialTypeSourceInfo(parameter), SC_None,
                                             nullptr));
  known->setParams(parameters);
  known->setImplicit();
  unit->addHiddenDecl(known);
  return known;
}

// As the one enumerator of an enumeration without a name.
EnumConstantDecl *ExternalNames::declareConstant(llvm::StringRef name, uint64_t number) {
  IdentifierInfo *identifier = &context_->Idents.get(name);
  EnumConstantDecl *&known = constants_[identifier];
  if (known)
    return known;
  DeclContext *unit = context_->getTranslationUnitDecl();
  QualType type = number > INT32_MAX ? context_->UnsignedLongLongTy : context_->IntTy;
  auto *declaration = EnumDecl::Create(*context_, unit, {}, {}, nullptr, nullptr, false, false, false);
  declaration->startDefinition();
  llvm::APSInt value(llvm::APInt(context_->getIntWidth(type), number), type->isUnsignedIntegerType());
  known = EnumConstantDecl::Create(*context_, declaration, {}, identifier, type, nullptr, value);
  declaration->addDecl(known);
  declaration->completeDefinition(type, type, 0, 0);
  unit->addHiddenDecl(declaration);
  return known;
}

// Reads "const struct bpf_sock *": what helper prototypes are made of.
QualType ExternalNames::parseType(llvm::StringRef text) {
  bool isConst = text.consume_front("const ");
  llvm::StringRef name = text.take_until([](char c) { return c == '*'; }).rtrim();
  QualType type = baseType(name);
  if (isConst)
    type.addConst();
  for (size_t stars = text.count('*'); stars; stars--)
    type = context_->getPointerType(type);
  return type;
}

QualType ExternalNames::baseType(llvm::StringRef name) {
  const struct {
    llvm::StringLiteral name;
    QualType type;
  } known[] = {
      {"void", context_->VoidTy},
      {"int", context_->IntTy},
      {"long", context_->LongTy},
      {"char", context_->CharTy},
      {"__u16", context_->UnsignedShortTy},
      {"__be16", context_->UnsignedShortTy},
      {"__u32", context_->UnsignedIntTy},
      {"__be32", context_->UnsignedIntTy},
      {"__wsum", context_->UnsignedIntTy},
      {"__s32", context_->IntTy},
      {"__u64", context_->UnsignedLongLongTy},
      {"__s64", context_->LongLongTy},
      {"unsigned long", context_->UnsignedLongTy},
  };
  for (const auto &entry : known)
    if (entry.name == name)
      return entry.type;
  if (!name.consume_front("struct "))
    return context_->IntTy;
  LookupResult tag(*sema_, &context_->Idents.get(name), SourceLocation(), Sema::LookupTagName);
  if (sema_->LookupName(tag, sema_->TUScope) && tag.isSingleResult())
    return context_->getTypeDeclType(cast<TypeDecl>(tag.getFoundDecl()));
  return context_->VoidTy;
}

} // namespace compiler
