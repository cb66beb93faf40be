/* SPDX-License-Identifier: Apache-2.0 */
#include "compiler/invocation.h"
#include "compiler/files.h"
#include "compiler/kernel_headers.h"
#include "compiler/unknown_names.h"

#include <clang/Basic/Diagnostic.h>
#include <clang/Frontend/CompilerInvocation.h>
#include <clang/Frontend/TextDiagnosticPrinter.h>
#include <clang/Lex/HeaderSearchOptions.h>
#include <clang/Lex/PreprocessorOptions.h>
#include <llvm/Support/SwapByteOrder.h>

#include <sys/utsname.h>

namespace compiler {
namespace {

using namespace clang;

// A program's own arguments may change these.
constexpr const char *defaultArguments[] = {
    "-std=gnu11",
    "-fgnuc-version=4.2.1", // as clang says it is
    "-fms-extensions",      // struct tag; as a member without a name
    "-Wno-microsoft",
    "-ferror-limit",
    "20",
    // What BCC's programs do all the time.
    "-Wno-unused-value",
    "-Wno-pointer-sign",
    "-Wno-int-conversion",
    "-Wno-incompatible-function-pointer-types",
    "-Wno-tautological-compare",
    "-Wno-address-of-packed-member",
    "-Wno-gnu-variable-sized-type-not-at-end",
    "-Wno-unknown-warning-option",
};

// But not these: the passes count on them.
constexpr const char *fixedArguments[] = {
    "-O2",
    "-disable-llvm-passes",
    "-x",
    "c",
    "-nostdsysteminc",
    "-nobuiltininc",
    "-debug-info-kind=constructor",
    "-dwarf-version=5",
    "-gembed-source",
    // Files keep their names in debug information, whatever the working directory.
    "-fdebug-compilation-dir=/",
    // Reading through NULL is no undefined behaviour here: it gives 0.
    "-fno-delete-null-pointer-checks",
};

std::vector<std::string> arguments(const compile_request &request) {
  std::vector<std::string> args{"-triple", targetTriple(), "-target-cpu", targetCpu.str()};
  args.insert(args.end(), std::begin(defaultArguments), std::end(defaultArguments));
  utsname system;
  uname(&system);
  args.push_back(std::string("-D__TARGET_ARCH_") + system.machine);
  if (usesKernelHeaders(request))
    addKernelHeaders(request, args);
  llvm::StringRef prelude = usesKernelHeaders(request) ? kernelPreludeFile : preludeFile;
  for (llvm::StringRef arg : {llvm::StringRef("-internal-isystem"), llvm::StringRef(headerDirectory),
                              llvm::StringRef("-include"), prelude})
    args.push_back(arg.str());
  if (request.usdt_readers) {
    args.push_back("-include");
    args.push_back(usdtReadersFile.str());
  }
  for (size_t i = 0; i < request.ncflags; i++)
    args.push_back(request.cflags[i]);
  args.insert(args.end(), std::begin(fixedArguments), std::end(fixedArguments));
  args.push_back(request.name);
  return args;
}

// What cflags may not change: there is one input, and one machine to compile for.
bool check(const CompilerInvocation &invocation, Diagnostics &diagnostics) {
  if (invocation.getTargetOpts().Triple != targetTriple()) {
    diagnostics.error("cflags: the target cannot be changed");
    return false;
  }
  if (invocation.getFrontendOpts().Inputs.size() == 1)
    return true;
  diagnostics.error("cflags: '" + invocation.getFrontendOpts().Inputs.front().getFile() +
                    "' is not a compiler argument");
  return false;
}

// The compile gives an object and diagnostics, and has no other effect: no file is written, nothing is printed, no plugin
// loaded, no precompiled code read, whatever the arguments say.
void dropSideEffects(CompilerInvocation &invocation) {
  FrontendOptions &frontEnd = invocation.getFrontendOpts();
  llvm::SmallVector<FrontendInputFile, 0> inputs = std::move(frontEnd.Inputs);
  frontEnd = {};
  frontEnd.Inputs = std::move(inputs);
  invocation.getDependencyOutputOpts() = {};
  DiagnosticOptions &diagnostics = invocation.getDiagnosticOpts();
  diagnostics.DiagnosticLogFile.clear();
  diagnostics.DiagnosticSerializationFile.clear();
  diagnostics.VerifyDiagnostics = false;
  invocation.getPreprocessorOpts().ImplicitPCHInclude.clear();
  invocation.getPreprocessorOpts().ChainedIncludes.clear();
  invocation.getHeaderSearchOpts().ImplicitModuleMaps = false;
  invocation.getHeaderSearchOpts().VFSOverlayFiles.clear();
  CodeGenOptions &code = invocation.getCodeGenOpts();
  code.TimePasses = false;
  // Instrumentation needs a runtime.
  code.setProfileInstr(CodeGenOptions::ProfileNone);
  code.XRayInstrumentFunctions = code.InstrumentFunctions = false;
  invocation.getLangOpts().Sanitize.clear();
  LangOptions &language = invocation.getLangOpts();
  language.Modules = language.ImplicitModules = false;
  language.DumpRecordLayouts = language.DumpRecordLayoutsSimple = false;
  language.DumpRecordLayoutsCanonical = language.DumpRecordLayoutsComplete = false;
}

// With the kernel's headers, a name that is unknown is just that.
DiagnosticConsumer *makePrinter(const compile_request &request, Diagnostics &diagnostics,
                                DiagnosticOptions &options) {
  if (usesKernelHeaders(request))
    return new TextDiagnosticPrinter(diagnostics.stream(), &options);
  return new DiagnosticPrinter(diagnostics.stream(), &options);
}

} // namespace

const char *targetTriple() { return llvm::sys::IsLittleEndianHost ? "bpfel" : "bpfeb"; }

std::unique_ptr<CompilerInstance> createInstance(const compile_request &request, Diagnostics &diagnostics) {
  std::vector<std::string> args = arguments(request);
  std::vector<const char *> pointers;
  for (const std::string &arg : args)
    pointers.push_back(arg.c_str());

  auto *options = new DiagnosticOptions;
  auto engine =
      CompilerInstance::createDiagnostics(options, new TextDiagnosticPrinter(diagnostics.stream(), options));
  auto invocation = std::make_shared<CompilerInvocation>();
  if (!CompilerInvocation::CreateFromArgs(*invocation, pointers, *engine) || !check(*invocation, diagnostics))
    return nullptr;
  dropSideEffects(*invocation);

  if (invocation->getDiagnosticOpts().IgnoreWarnings)
    diagnostics.ignoreWarnings();
  auto instance = std::make_unique<CompilerInstance>();
  instance->setInvocation(std::move(invocation));
  instance->setVerboseOutputStream(std::make_unique<llvm::raw_null_ostream>());
  // setDiagnostics() would do without the invocation's -W options.
  instance->createDiagnostics(makePrinter(request, diagnostics, instance->getDiagnosticOpts()));
  instance->createFileManager(createFiles(request));
  return instance;
}

} // namespace compiler
