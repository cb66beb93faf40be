/* SPDX-License-Identifier: Apache-2.0 */
#include "compiler/passes/passes.h"
#include "compiler/passes/ir.h"
#include "compiler/passes/trace_format.h"
#include "compiler/passes/trace_text.h"
#include "compiler/helpers.h"

namespace compiler {

using namespace llvm;

namespace {

constexpr uint32_t kernelVersion(uint32_t major, uint32_t minor) { return major << 16 | minor << 8; }

constexpr unsigned maxRegisterArguments = 3; // of bpf_trace_printk
constexpr unsigned maxArguments = 12;        // of bpf_trace_vprintk

// Since 5.9 the kernel ends every line itself; before, lines without a newline ran together.
std::string asOneLine(StringRef format, uint32_t version) {
  bool kernelEndsLines = version >= kernelVersion(5, 9);
  if (format.consume_back("\n") || !kernelEndsLines)
    return kernelEndsLines ? format.str() : (format + "\n").str();
  return format.str();
}

// The format as a constant of the program, where its length does not burden the stack.
Value *formatConstant(Module &module, StringRef format) {
  Constant *data = ConstantDataArray::getString(module.getContext(), format);
  return new GlobalVariable(module, data->getType(), true, GlobalValue::InternalLinkage, data,
                            "trace_printk.format");
}

// As the helpers take it; null if they do not.
Value *widened(IRBuilder<> &builder, Value *argument) {
  if (argument->getType()->isPointerTy())
    return argument;
  if (!argument->getType()->isIntegerTy() || argument->getType()->getIntegerBitWidth() > 64)
    return nullptr;
  return builder.CreateZExt(argument, builder.getInt64Ty());
}

Value *inMemory(IRBuilder<> &builder, ArrayRef<Value *> arguments) {
  auto *type = ArrayType::get(builder.getInt64Ty(), arguments.size());
  Value *slot = stackSlot(*builder.GetInsertBlock()->getParent(), type, "trace_printk.arguments");
  for (size_t i = 0; i < arguments.size(); i++)
    builder.CreateStore(arguments[i], builder.CreateConstInBoundsGEP2_64(type, slot, 0, i));
  return slot;
}

Value *lowered(IRBuilder<> &builder, StringRef format, ArrayRef<Value *> arguments) {
  Module &module = *builder.GetInsertBlock()->getModule();
  SmallVector<Value *, 5> operands{formatConstant(module, format), builder.getInt32(format.size() + 1)};
  if (arguments.size() <= maxRegisterArguments) {
    operands.append(arguments.begin(), arguments.end());
    return callHelper(builder, HelperTracePrintk, operands, builder.getInt64Ty());
  }
  operands.push_back(inMemory(builder, arguments));
  operands.push_back(builder.getInt32(arguments.size() * 8));
  return callHelper(builder, HelperTraceVprintk, operands, builder.getInt64Ty());
}

// bpf_trace_printk(buffer, size, ...), as the kernel has it.
bool isKernelForm(const CallInst &call) {
  return call.arg_size() >= 2 && call.arg_size() <= 2 + maxRegisterArguments &&
         call.getArgOperand(1)->getType()->isIntegerTy();
}

} // namespace

void lowerTracePrintk(CallInst &call, uint32_t version, Diagnostics &diagnostics) {
  IRBuilder<> builder(&call);
  std::optional<StringRef> format = literalText(*call.getArgOperand(0));
  if (!format && !isKernelForm(call))
    return diagnostics.error(call, "the format of bpf_trace_printk must be a string literal");
  SmallVector<Value *, 4> arguments;
  for (Value *argument : drop_begin(call.args())) {
    Value *value = widened(builder, argument);
    if (!value)
      return diagnostics.error(call, "bpf_trace_printk prints integers and pointers only");
    arguments.push_back(value);
  }
  Value *result;
  if (!format) {
    arguments.insert(arguments.begin(), call.getArgOperand(0));
    arguments[1] = builder.CreateTrunc(arguments[1], builder.getInt32Ty());
    result = callHelper(builder, HelperTracePrintk, arguments, builder.getInt64Ty());
  } else if (arguments.size() > maxArguments) {
    return diagnostics.error(call, "bpf_trace_printk takes at most 12 values");
  } else {
    if (std::string problem = traceFormatProblem(*format, arguments.size(), version); !problem.empty())
      diagnostics.warning(call, problem);
    result = lowered(builder, asOneLine(*format, version), arguments);
  }
  call.replaceAllUsesWith(result);
  call.eraseFromParent();
}

} // namespace compiler
