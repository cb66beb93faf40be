/* SPDX-License-Identifier: Apache-2.0 */
#include "compiler/passes/passes.h"
#include "compiler/passes/ir.h"
#include "compiler/helpers.h"

namespace compiler {

using namespace llvm;

namespace {

void lowerTracePrintkCalls(Function &function, uint32_t kernelVersion, Diagnostics &diagnostics) {
  for (User *user : make_early_inc_range(function.users())) {
    auto *call = dyn_cast<CallInst>(user);
    if (call && call->getCalledOperand() == &function)
      lowerTracePrintk(*call, kernelVersion, diagnostics);
    else if (auto *instruction = dyn_cast<Instruction>(user))
      diagnostics.error(*instruction, "bpf_trace_printk can only be called");
    else
      diagnostics.error("bpf_trace_printk can only be called");
  }
}

} // namespace

void lowerHelperCalls(Module &module, uint32_t kernelVersion, Diagnostics &diagnostics) {
  for (Function &function : make_early_inc_range(module)) {
    const Helper *helper = function.isDeclaration() ? findHelper(function.getName()) : nullptr;
    if (!helper)
      continue;
    if (helper->id == HelperTracePrintk)
      lowerTracePrintkCalls(function, kernelVersion, diagnostics);
    Constant *id = ConstantInt::get(Type::getInt64Ty(module.getContext()), helper->id);
    function.replaceAllUsesWith(ConstantExpr::getIntToPtr(id, function.getType()));
    function.eraseFromParent();
  }
}

} // namespace compiler
