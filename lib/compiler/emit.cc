/* SPDX-License-Identifier: Apache-2.0 */
#include "compiler/emit.h"
#include "compiler/budget.h"
#include "compiler/invocation.h"

#include <llvm/IR/LegacyPassManager.h>
#include <llvm/IR/OptBisect.h>
#include <llvm/IR/PassInstrumentation.h>
#include <llvm/MC/TargetRegistry.h>
#include <llvm/Passes/PassBuilder.h>
#include <llvm/Transforms/IPO/AlwaysInliner.h>
#include <llvm/Transforms/IPO/ConstantMerge.h>
#include <llvm/Transforms/IPO/GlobalDCE.h>
#include <llvm/Transforms/IPO/GlobalOpt.h>
#include <llvm/Transforms/Scalar/DivRemPairs.h>
#include <llvm/Transforms/Scalar/EarlyCSE.h>
#include <llvm/Transforms/Scalar/InstSimplifyPass.h>
#include <llvm/Transforms/Scalar/LoopUnrollPass.h>
#include <llvm/Transforms/Scalar/LowerConstantIntrinsics.h>
#include <llvm/Transforms/Scalar/LowerExpectIntrinsic.h>
#include <llvm/Transforms/Scalar/SROA.h>
#include <llvm/Transforms/Scalar/SimplifyCFG.h>
#include <llvm/Transforms/Scalar/WarnMissedTransforms.h>

#include <mutex>

extern "C" {
void LLVMInitializeBPFTargetInfo();
void LLVMInitializeBPFTarget();
void LLVMInitializeBPFTargetMC();
void LLVMInitializeBPFAsmPrinter();
void LLVMInitializeBPFAsmParser(); // for asm("...")
}

namespace compiler {

using namespace llvm;

namespace {

void initializeTarget() {
  static std::once_flag once;
  std::call_once(once, [] {
    LLVMInitializeBPFTargetInfo();
    LLVMInitializeBPFTarget();
    LLVMInitializeBPFTargetMC();
    LLVMInitializeBPFAsmPrinter();
    LLVMInitializeBPFAsmParser();
  });
}

// Without budget the passes end that can be left out; then compile.cc ends the compile.
class BudgetGate : public OptPassGate {
public:
  bool isEnabled() const override { return !exhaustedBudget().empty(); }
  bool shouldRunPass(StringRef, StringRef) override { return false; }
};

// Passes of LLVM's pipelines that do without. This one takes time by the square of the number of conditions, to remove
// tests that the verifier wants to see.
constexpr StringLiteral leftOut[] = {"ConstraintEliminationPass"};

// The analyses that a pipeline needs; their order of destruction matters.
struct Analyses {
  explicit Analyses(TargetMachine &machine) : builder(&machine, {}, std::nullopt, &callbacks) {
    callbacks.registerShouldRunOptionalPassCallback(
        [](StringRef pass, Any) { return !is_contained(leftOut, pass) && exhaustedBudget().empty(); });
    builder.registerModuleAnalyses(modules);
    builder.registerCGSCCAnalyses(sccs);
    builder.registerFunctionAnalyses(functions);
    builder.registerLoopAnalyses(loops);
    builder.crossRegisterProxies(loops, functions, sccs, modules);
  }

  PassInstrumentationCallbacks callbacks;
  LoopAnalysisManager loops;
  FunctionAnalysisManager functions;
  CGSCCAnalysisManager sccs;
  ModuleAnalysisManager modules;
  PassBuilder builder;
};

FunctionPassManager simplification() {
  FunctionPassManager passes;
  passes.addPass(SROAPass(SROAOptions::ModifyCFG));
  passes.addPass(EarlyCSEPass(true));
  passes.addPass(SimplifyCFGPass());
  return passes;
}

// What LLVM leaves for the end, as it hides from other passes what the text says.
FunctionPassManager finish() {
  FunctionPassManager passes;
  passes.addPass(LowerConstantIntrinsicsPass());
  passes.addPass(LoopUnrollPass()); // as #pragma unroll wants it
  passes.addPass(WarnMissedTransformationsPass());
  passes.addPass(InstSimplifyPass());
  passes.addPass(DivRemPairsPass());
  passes.addPass(SimplifyCFGPass(SimplifyCFGOptions()
                                     .convertSwitchRangeToICmp(true)
                                     .convertSwitchToLookupTable(true)
                                     .needCanonicalLoops(false)
                                     .hoistCommonInsts(true)
                                     .sinkCommonInsts(true)
                                     .speculateUnpredictables(true)));
  return passes;
}

// Calls that are left: of functions that were known by a pointer only, or recursive ones.
bool hasCallsToInline(const Module &module) {
  for (const Function &function : module)
    if (!function.isDeclaration() && function.hasFnAttribute(Attribute::AlwaysInline))
      for (const User *user : function.users())
        if (auto *call = dyn_cast<CallBase>(user); call && call->getCalledFunction() == &function)
          return true;
  return false;
}

// Each finds the functions that the one before was given pointers to. Recursion has no end.
constexpr unsigned inliningRounds = 4;

} // namespace

std::unique_ptr<TargetMachine> createTargetMachine() {
  initializeTarget();
  std::string error;
  const Target *target = TargetRegistry::lookupTarget(targetTriple(), error);
  return std::unique_ptr<TargetMachine>(
      target->createTargetMachine(targetTriple(), targetCpu, "", {}, std::nullopt, std::nullopt));
}

// Functions are simplified before they are inlined, too: what is inlined N times is then smaller N times.
void inlineAndSimplify(Module &module, TargetMachine &machine) {
  Analyses analyses(machine);
  FunctionPassManager simplify = simplification();
  for (Function &function : module)
    if (!function.isDeclaration() && !function.use_empty())
      simplify.run(function, analyses.functions);
  analyses.functions.clear();
  ModulePassManager passes;
  passes.addPass(AlwaysInlinerPass());
  // Makes constants of helpers that a program declares itself: static T (*helper)(...) = (void *)N.
  passes.addPass(GlobalOptPass());
  passes.addPass(GlobalDCEPass());
  passes.addPass(createModuleToFunctionPassAdaptor(simplification()));
  passes.run(module, analyses.modules);
  for (unsigned round = 1; round < inliningRounds && hasCallsToInline(module); round++)
    passes.run(module, analyses.modules);
  for (Function &function : module)
    function.removeFnAttr(Attribute::AlwaysInline);
}

void runTargetPasses(Module &module, TargetMachine &machine) {
  Analyses analyses(machine);
  ModulePassManager passes;
  analyses.builder.invokePipelineStartEPCallbacks(passes, OptimizationLevel::O2);
  passes.run(module, analyses.modules);
}

// LLVM's O2, without what is for calls between functions and for vectors: here all is inlined, and BPF has no vectors.
void optimise(Module &module, TargetMachine &machine) {
  Analyses analyses(machine);
  OptimizationLevel level = OptimizationLevel::O2;
  ModulePassManager passes;
  analyses.builder.invokePipelineStartEPCallbacks(passes, level);
  passes.addPass(createModuleToFunctionPassAdaptor(LowerExpectIntrinsicPass()));
  passes.addPass(createModuleToFunctionPassAdaptor(simplification()));
  analyses.builder.invokePipelineEarlySimplificationEPCallbacks(passes, level);
  passes.addPass(GlobalOptPass());
  passes.addPass(createModuleToFunctionPassAdaptor(
      analyses.builder.buildFunctionSimplificationPipeline(level, ThinOrFullLTOPhase::None)));
  passes.addPass(createModuleToFunctionPassAdaptor(finish()));
  passes.addPass(GlobalDCEPass());
  passes.addPass(ConstantMergePass());
  passes.run(module, analyses.modules);
}

SmallVector<char, 0> emit(Module &module, TargetMachine &machine) {
  // Another debug format and no DWARF version: LLVM then writes BTF alone.
  module.setModuleFlag(Module::Warning, "CodeView", 1);
  module.setModuleFlag(Module::Max, "Dwarf Version", uint32_t(0));
  SmallVector<char, 0> bytes;
  raw_svector_ostream out(bytes);
  static BudgetGate gate;
  module.getContext().setOptPassGate(gate);
  legacy::PassManager passes;
  machine.addPassesToEmitFile(passes, out, nullptr, CodeGenFileType::ObjectFile);
  passes.run(module);
  return bytes;
}

} // namespace compiler
