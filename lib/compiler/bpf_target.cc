/* SPDX-License-Identifier: Apache-2.0 */
// BPF as clang's target, in the place of clang's choice among all targets: that choice drags every processor's tables
// of builtins along, half of what the dynamic linker would have to relocate before the first compile. Linked only with
// static libraries, where the first definition of TargetInfo::CreateTargetInfo wins.
#include "compiler/bpf_target.h"
#include "compiler/llvm_compat.h"

#include <clang/Basic/Builtins.h>
#include <clang/Basic/Diagnostic.h>
#include <clang/Basic/DiagnosticFrontend.h>
#include <clang/Basic/MacroBuilder.h>
#include <clang/Basic/TargetBuiltins.h>
#include <clang/Basic/TargetInfo.h>
#include <clang/Basic/TargetOptions.h>

namespace {

using namespace clang;

constexpr Builtin::Info builtins[] = {
#define TARGET_BUILTIN(ID, TYPE, ATTRS, FEATURE)                                                             \
  {#ID, TYPE, ATTRS, FEATURE, HeaderDesc::NO_HEADER, ALL_LANGUAGES},
#include <clang/Basic/BuiltinsBPF.inc>
};

class BpfTarget : public TargetInfo {
public:
  explicit BpfTarget(const llvm::Triple &triple) : TargetInfo(triple) {
    LongWidth = LongAlign = PointerWidth = PointerAlign = 64;
    SizeType = UnsignedLong;
    PtrDiffType = IntPtrType = IntMaxType = Int64Type = SignedLong;
    RegParmMax = 5;
    MaxAtomicPromoteWidth = MaxAtomicInlineWidth = 64;
    TLSSupported = false;
    resetDataLayout(triple.isLittleEndian() ? "e-m:e-p:64:64-i64:64-i128:128-n32:64-S128"
                                            : "E-m:e-p:64:64-i64:64-i128:128-n32:64-S128");
  }

  void getTargetDefines(const LangOptions &, MacroBuilder &builder) const override {
    builder.defineMacro("__bpf__");
    builder.defineMacro("__BPF__");
    builder.defineMacro("__BPF_CPU_VERSION__", llvm::Twine(version_));
    for (const auto &[feature, since] : features_)
      if (version_ >= since)
        builder.defineMacro("__BPF_FEATURE_" + feature);
  }

  ArrayRef<Builtin::Info> getTargetBuiltins() const override { return builtins; }
  BuiltinVaListKind getBuiltinVaListKind() const override { return VoidPtrBuiltinVaList; }
  std::string_view getClobbers() const override { return ""; }
  ArrayRef<const char *> getGCCRegNames() const override { return {}; }
  ArrayRef<GCCRegAlias> getGCCRegAliases() const override { return {}; }
  bool isValidGCCRegisterName(llvm::StringRef) const override { return true; }
  bool hasFeature(llvm::StringRef feature) const override { return feature == "bpf" || feature == "alu32"; }

  // 'w' is a 32-bit register. What another machine's constraint allows is not known, and does not matter.
  bool validateAsmConstraint(const char *&name, ConstraintInfo &info) const override {
    if (*name != 'w' && !acceptsMachineAssembly_)
      return false;
    info.setAllowsRegister();
    if (*name != 'w')
      info.setAllowsMemory();
    return true;
  }
  void acceptMachineAssembly() { acceptsMachineAssembly_ = true; }

  bool isValidCPUName(llvm::StringRef name) const override { return versionOf(name) != 0; }
  bool setCPU(const std::string &name) override {
    version_ = versionOf(name);
    return version_ != 0;
  }

  // Declarations of kernel functions need their BTF.
  bool allowDebugInfoForExternalRef() const override { return true; }

  CallingConvCheckResult checkCallingConvention(CallingConv convention) const override {
    return convention == CC_C ? CCCR_OK : CCCR_Warning;
  }

private:
  static unsigned versionOf(llvm::StringRef name) {
    unsigned version;
    return name.consume_front("v") && !name.getAsInteger(10, version) && version <= 4 ? version : 0;
  }

  // What an instruction set has, and since which version.
  static constexpr std::pair<llvm::StringLiteral, unsigned> features_[] = {
      {"JMP_EXT", 2}, {"JMP32", 3},     {"ALU32", 3}, {"LDSX", 4}, {"MOVSX", 4},
      {"BSWAP", 4},   {"SDIV_SMOD", 4}, {"GOTOL", 4}, {"ST", 4},
  };

  unsigned version_ = 1;
  bool acceptsMachineAssembly_ = false;
};

} // namespace

bool compiler::acceptMachineAssembly(TargetInfo &target) {
  static_cast<BpfTarget &>(target).acceptMachineAssembly(); // CreateTargetInfo() makes no other
  return true;
}

TargetInfo *TargetInfo::CreateTargetInfo(DiagnosticsEngine &diagnostics,
                                         const std::shared_ptr<TargetOptions> &options) {
  llvm::Triple triple(options->Triple);
  if (!triple.isBPF()) {
    diagnostics.Report(diag::err_target_unknown_triple) << triple.str();
    return nullptr;
  }
  auto target = std::make_unique<BpfTarget>(triple);
  target->TargetOpts = options;
  if (!target->setCPU(options->CPU)) {
    diagnostics.Report(diag::err_target_unknown_cpu) << options->CPU;
    return nullptr;
  }
  if (!target->initFeatureMap(options->FeatureMap, diagnostics, options->CPU, options->FeaturesAsWritten))
    return nullptr;
  target->setSupportedOpenCLOpts();
  target->setMaxAtomicWidth();
  return target.release();
}

// Of clang's Targets.cpp, too; the language is always C.
bool TargetInfo::validateOpenCLTarget(const LangOptions &, DiagnosticsEngine &) const { return true; }
