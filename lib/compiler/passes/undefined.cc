/* SPDX-License-Identifier: Apache-2.0 */
// A value that a variable has not on every path is in no register where a path without it comes along, and the verifier
// refuses to read that, also where the text's own tests, or what the optimiser has left of a loop's, never let the
// program get there. Any value will do there, and 0 costs one instruction.
#include "compiler/passes/passes.h"

#include <llvm/IR/Constants.h>
#include <llvm/IR/InstIterator.h>
#include <llvm/IR/Instructions.h>

namespace compiler {

using namespace llvm;

void defineValues(Module &module) {
  for (Function &function : module)
    for (Instruction &instruction : instructions(function))
      if (auto *joined = dyn_cast<PHINode>(&instruction))
        for (Use &value : joined->incoming_values())
          if (isa<UndefValue>(value))
            value.set(Constant::getNullValue(joined->getType()));
}

} // namespace compiler
