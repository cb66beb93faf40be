/* SPDX-License-Identifier: Apache-2.0 */
#include "compiler/passes/passes.h"
#include "compiler/passes/ir.h"
#include "compiler/helpers.h"

#include <llvm/IR/IntrinsicInst.h>

namespace compiler {

using namespace llvm;

namespace {

// Helpers that take any program's context and find in it what its program type says.
constexpr unsigned contextHelpers[] = {HelperTailCall, HelperPerfEventOutput, HelperGetStackid,
                                       HelperGetStack, HelperGetAttachCookie};

bool isHarmlessCall(const CallBase &call, const Use &use) {
  std::optional<uint64_t> helper = helperOf(call);
  return helper && call.isArgOperand(&use) && call.getArgOperandNo(&use) == 0 &&
         is_contained(contextHelpers, *helper);
}

// Whether a use only passes the pointer on, so that its own uses matter.
bool derives(const User &user) {
  const auto *intrinsic = dyn_cast<IntrinsicInst>(&user);
  return isa<GetElementPtrInst, PHINode, SelectInst, FreezeInst>(user) ||
         (intrinsic && intrinsic->getIntrinsicID() == Intrinsic::preserve_static_offset);
}

} // namespace

bool readsContext(const Function &program) {
  if (program.arg_empty())
    return false;
  SmallVector<const Value *, 8> pending{program.getArg(0)};
  SmallPtrSet<const Value *, 8> seen;
  while (!pending.empty()) {
    const Value *pointer = pending.pop_back_val();
    if (!seen.insert(pointer).second)
      continue;
    for (const Use &use : pointer->uses()) {
      const User &user = *use.getUser();
      const auto *call = dyn_cast<CallBase>(&user);
      if (derives(user))
        pending.push_back(&user);
      else if (!isa<ICmpInst, DbgInfoIntrinsic>(user) && !(call && isHarmlessCall(*call, use)))
        return true;
    }
  }
  return false;
}

} // namespace compiler
