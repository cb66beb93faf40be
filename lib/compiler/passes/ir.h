/* SPDX-License-Identifier: Apache-2.0 */
// What passes build with.
#ifndef CBCC_PASSES_IR_H
#define CBCC_PASSES_IR_H

#include <llvm/IR/IRBuilder.h>

#include <optional>

namespace compiler {

// A call of helper id. The call takes the arguments' types as they are.
llvm::CallInst *callHelper(llvm::IRBuilder<> &builder, unsigned id, llvm::ArrayRef<llvm::Value *> arguments,
                           llvm::Type *result);

// The helper that a call calls.
std::optional<uint64_t> helperOf(const llvm::CallBase &call);

// Whether bpf_probe_read() and bpf_probe_read_str() are there, for the kernel's memory and a user process's: where the two
// do not overlap.
bool probeReadTakesAll();

// A stack slot that is allocated once, in the function's entry block.
llvm::AllocaInst *stackSlot(llvm::Function &function, llvm::Type *type, llvm::StringRef name);

} // namespace compiler

#endif
