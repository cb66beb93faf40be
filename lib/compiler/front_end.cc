/* SPDX-License-Identifier: Apache-2.0 */
#include "compiler/front_end.h"
#include "compiler/bpf_target.h"
#include "compiler/contexts.h"
#include "compiler/deferred_code.h"
#include "compiler/external_names.h"
#include "compiler/fact_recorder.h"
#include "compiler/increments.h"
#include "compiler/invocation.h"
#include "compiler/kernel_headers.h"
#include "compiler/macro_limit.h"
#include "compiler/macros/kernel_macros.h"
#include "compiler/nesting.h"
#include "compiler/sections.h"
#include "compiler/unusable_builtins.h"

#include <clang/AST/ASTConsumer.h>
#include <clang/AST/Attr.h>
#include <clang/CodeGen/ModuleBuilder.h>
#include <clang/Frontend/CompilerInstance.h>
#include <clang/Frontend/FrontendActions.h>
#include <clang/Frontend/MultiplexConsumer.h>
#include <clang/Frontend/Utils.h>

namespace compiler {
namespace {

using namespace clang;

// The context and what the argument registers hold.
constexpr unsigned maxParameters = 7;

// Reads the syntax tree while clang makes it; changes nothing in it but the widths of increments.
class TreeReader : public ASTConsumer {
public:
  TreeReader(CompilerInstance &instance, ExternalNames &names, Unit &unit)
      : instance_(instance), names_(names), unit_(unit) {}

  bool HandleTopLevelDecl(DeclGroupRef group) override {
    for (Decl *declaration : group) {
      if (auto *record = dyn_cast<RecordDecl>(declaration))
        seeRecord(record);
      else if (auto *function = dyn_cast<FunctionDecl>(declaration))
        seeFunction(function);
      else if (isa<FileScopeAsmDecl>(declaration))
        error(declaration->getLocation(), "assembly outside of functions is in no BPF program");
      hasMaps_ |= isMap(*declaration);
    }
    return true;
  }

  void CompleteExternalDeclaration(DeclaratorDecl *declaration) override { names_.sawExternal(declaration); }

  void HandleTranslationUnit(ASTContext &) override {
    unit_.license = licenseText();
    for (auto [entry, function] : untyped_)
      unit_.entries[entry].contextType = contextBehind(*function).str();
  }

private:
  void seeRecord(RecordDecl *record) {
    if (record->getIdentifier() && !record->getDefinition())
      names_.sawForwardDeclaration(record);
    // The optimiser must not merge accesses to different fields.
    if (record->isThisDeclarationADefinition() && isContext(record->getName()) &&
        !record->hasAttr<BPFPreserveStaticOffsetAttr>())
      record->addAttr(BPFPreserveStaticOffsetAttr::CreateImplicit(instance_.getASTContext()));
  }

  void seeFunction(FunctionDecl *function) {
    const auto *label = function->getAttr<AsmLabelAttr>();
    if (label && label->getLabel().starts_with("llvm.") && !label->getLabel().starts_with("llvm.bpf."))
      error(label->getLocation(), "names that begin with 'llvm.' are the compiler's own");
    if (hasMaps_ && function->isThisDeclarationADefinition())
      widenAmounts(instance_.getASTContext(), function->getBody());
    if (!function->isThisDeclarationADefinition() ||
        instance_.getSourceManager().isInSystemHeader(function->getLocation()))
      return;
    llvm::StringRef section = programSectionOf(*function);
    if (!section.empty() && !function->isExternallyVisible())
      error(function->getLocation(), "a program cannot be static");
    if (!function->isExternallyVisible())
      return;
    Entry entry;
    entry.name = function->getName().str();
    entry.section = section.str();
    entry.parameters = function->getNumParams();
    if (entry.parameters > maxParameters)
      error(function->getParamDecl(maxParameters)->getLocation(),
            "too many arguments: a program gets its context and at most 6 argument registers");
    for (const ParmVarDecl *parameter : function->parameters())
      if (!parameter->getIdentifier())
        error(parameter->getLocation(), "arguments of a program must have names");
    if (entry.parameters)
      seeContext(entry, function->getParamDecl(0)->getType());
    if (entry.parameters && function->getParamDecl(0)->getType()->isVoidPointerType())
      untyped_.emplace_back(unit_.entries.size(), function);
    unit_.entries.push_back(std::move(entry));
  }

  // The section's name, if it is one that says what runs the program: to BCC's dialect, all others mean nothing.
  static llvm::StringRef programSectionOf(const FunctionDecl &function) {
    const auto *section = function.getAttr<SectionAttr>();
    return section && findSection(section->getName()) ? section->getName() : llvm::StringRef();
  }

  static void seeContext(Entry &entry, QualType type) {
    if (!type->isPointerType())
      return;
    QualType context = type->getPointeeType();
    if (const TagDecl *tag = context->getAsTagDecl())
      entry.contextType = tag->getName().str();
    entry.typedContext = context->isSpecificBuiltinType(BuiltinType::ULongLong);
  }

  template <size_t N> void error(SourceLocation at, const char (&message)[N]) {
    DiagnosticsEngine &diagnostics = instance_.getDiagnostics();
    diagnostics.Report(at, diagnostics.getCustomDiagID(DiagnosticsEngine::Error, message));
  }

  // Also if the text has defined it again.
  bool wasGivenByArguments(llvm::StringRef macro) {
    Preprocessor &preprocessor = instance_.getPreprocessor();
    for (const MacroDirective *directive =
           preprocessor.getLocalMacroDirectiveHistory(preprocessor.getIdentifierInfo(macro));
         directive; directive = directive->getPrevious())
      if (instance_.getSourceManager().isWrittenInCommandLineFile(directive->getLocation()))
        return true;
    return false;
  }

  // #define BPF_LICENSE Dual BSD/GPL
  std::string licenseText() {
    Preprocessor &preprocessor = instance_.getPreprocessor();
    const MacroInfo *macro = preprocessor.getMacroInfo(preprocessor.getIdentifierInfo("BPF_LICENSE"));
    if (!macro)
      return "GPL";
    if (wasGivenByArguments("BPF_LICENSE"))
      error({}, "BPF_LICENSE cannot be given by the compiler's arguments: #define it in the program");
    std::string text;
    for (const Token &token : macro->tokens()) {
      if (!text.empty() && token.hasLeadingSpace())
        text += ' ';
      text += preprocessor.getSpelling(token);
    }
    return text;
  }

  CompilerInstance &instance_;
  ExternalNames &names_;
  Unit &unit_;
  bool hasMaps_ = false;
  llvm::SmallVector<std::pair<size_t, const FunctionDecl *>, 4> untyped_; // entries whose context is a void *
};

// Parses into a tree and, from it, IR. (clang's own action for this would bring all of LLVM's back end choices.)
class ParseAction : public ASTFrontendAction {
public:
  ParseAction(const compile_request &request, llvm::LLVMContext &context, Unit &unit)
      : request_(request), context_(context), unit_(unit) {}

protected:
  bool BeginInvocation(CompilerInstance &instance) override {
    if (!usesKernelHeaders(request_) || acceptMachineAssembly(instance.getTarget()))
      return true;
    DiagnosticsEngine &diagnostics = instance.getDiagnostics();
    diagnostics.Report(diagnostics.getCustomDiagID(
        DiagnosticsEngine::Error, "kernel headers cannot be read by this build of cbcc, with "
                                  "LLVM's shared libraries"));
    return false;
  }

  std::unique_ptr<ASTConsumer> CreateASTConsumer(CompilerInstance &instance, llvm::StringRef file) override {
    Preprocessor &preprocessor = instance.getPreprocessor();
    auto names = llvm::makeIntrusiveRefCnt<ExternalNames>();
    instance.getASTContext().setExternalSource(names);
    names->start(instance.getASTContext(), request_);
    // clang expects an external source to know the builtins.
    preprocessor.getBuiltinInfo().initializeBuiltins(preprocessor.getIdentifierTable(),
                                                     instance.getLangOpts());
    forgetUnusableBuiltins(preprocessor.getIdentifierTable());
    KernelMacros::install(preprocessor, request_, [names] { return names->btf(); });
    NestingLimit::install(preprocessor,
                          [names](IdentifierInfo *name, bool isTag) { names->completeRecord(name, isTag); });
    MacroLimit::install(preprocessor);
    recordClock(preprocessor, request_.facts);
    auto code = std::make_unique<DeferredCode>(
        std::unique_ptr<CodeGenerator>(CreateLLVMCodeGen(
            instance.getDiagnostics(), file, &instance.getVirtualFileSystem(), instance.getHeaderSearchOpts(),
            instance.getPreprocessorOpts(), instance.getCodeGenOpts(), context_)),
        instance.getDiagnostics());
    code_ = code.get();
    std::vector<std::unique_ptr<ASTConsumer>> consumers;
    consumers.push_back(std::make_unique<TreeReader>(instance, *names, unit_));
    consumers.push_back(std::move(code));
    return std::make_unique<MultiplexConsumer>(std::move(consumers));
  }

  void EndSourceFileAction() override { unit_.module = code_->take(); }

private:
  const compile_request &request_;
  llvm::LLVMContext &context_;
  Unit &unit_;
  DeferredCode *code_ = nullptr; // owned by the instance
};

// (clang's own action for this prints to standard output.)
class PreprocessAction : public PreprocessorFrontendAction {
public:
  PreprocessAction(std::string &text, const compile_request &request) : text_(text), request_(request) {}

protected:
  void ExecuteAction() override {
    llvm::raw_string_ostream out(text_);
    PreprocessorOutputOptions options;
    options.ShowCPP = true;
    kernel_btf *btf = nullptr;
    KernelMacros::install(getCompilerInstance().getPreprocessor(), request_, [&btf] {
      kernel_btf_open_running(&btf);
      return btf;
    });
    MacroLimit::install(getCompilerInstance().getPreprocessor());
    DoPrintPreprocessedInput(getCompilerInstance().getPreprocessor(), &out, options);
    kernel_btf_close(btf);
  }

private:
  std::string &text_;
  const compile_request &request_;
};

} // namespace

Unit parse(const compile_request &request, llvm::LLVMContext &context, Diagnostics &diagnostics) {
  Unit unit;
  std::unique_ptr<CompilerInstance> instance = createInstance(request, diagnostics);
  if (!instance)
    return unit;
  ParseAction action(request, context, unit);
  if (!instance->ExecuteAction(action))
    unit.module = nullptr;
  return unit;
}

std::string preprocess(const compile_request &request) {
  Diagnostics diagnostics({request.text, request.text_size}, request.name);
  std::unique_ptr<CompilerInstance> instance = createInstance(request, diagnostics);
  if (!instance)
    return "";
  std::string text;
  PreprocessAction action(text, request);
  return instance->ExecuteAction(action) ? text : diagnostics.take();
}

} // namespace compiler
