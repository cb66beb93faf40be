/* SPDX-License-Identifier: Apache-2.0 */
#include "compiler/passes/passes.h"
#include "compiler/passes/ir.h"
#include "compiler/helpers.h"
#include "compiler/registers.h"

#include <llvm/BinaryFormat/Dwarf.h>
#include <llvm/IR/DIBuilder.h>

namespace compiler {

using namespace llvm;

namespace {

// Prefixes whose functions get a system call's arguments.
bool isSyscall(StringRef name) {
  return name.starts_with("syscall__") || name.starts_with("kprobe____x64_sys_");
}

bool fitsRegister(const Argument &argument) {
  Type *type = argument.getType();
  if (type->isPointerTy())
    return !argument.hasByValAttr();
  return type->isIntegerTy() && type->getIntegerBitWidth() <= 64;
}

void inlineIntoPrograms(Function &function) {
  function.removeFnAttr(Attribute::NoInline);
  function.removeFnAttr(Attribute::OptimizeNone);
  function.addFnAttr(Attribute::AlwaysInline);
}

// The loads that turn a context into the parameters of the function behind it.
class ArgumentLoader {
public:
  ArgumentLoader(IRBuilder<> &builder, Value *context, const Registers &registers, bool isSyscall,
                 bool wrapped)
      : builder_(builder), context_(context), registers_(registers) {
    if (isSyscall && wrapped)
      inner_ = load(registers_.functions[0]);
  }

  Value *argument(unsigned index, Type *type) {
    Value *value = inner_ ? probeRead(registers_.syscalls[index]) : load(registers_.functions[index]);
    return type->isPointerTy() ? builder_.CreateIntToPtr(value, type) : builder_.CreateTrunc(value, type);
  }

private:
  Value *load(unsigned offset) {
    return builder_.CreateLoad(builder_.getInt64Ty(),
                               builder_.CreateConstInBoundsGEP1_64(builder_.getInt8Ty(), context_, offset));
  }

  // A wrapped system call gets a pointer to its registers: kernel memory. Lifetimes let the arguments share a slot.
  Value *probeRead(unsigned offset) {
    Value *slot =
        stackSlot(*builder_.GetInsertBlock()->getParent(), builder_.getInt64Ty(), "syscall.argument");
    Value *from = builder_.CreateAdd(inner_, builder_.getInt64(offset));
    builder_.CreateLifetimeStart(slot, builder_.getInt64(8));
    callHelper(builder_, HelperProbeReadKernel, {slot, builder_.getInt32(8), from}, builder_.getInt64Ty());
    Value *argument = builder_.CreateLoad(builder_.getInt64Ty(), slot);
    builder_.CreateLifetimeEnd(slot, builder_.getInt64(8));
    return argument;
  }

  IRBuilder<> &builder_;
  Value *context_;
  const Registers &registers_;
  Value *inner_ = nullptr;
};

// The program that stands before a function with more parameters than its context, or without a result. It has the
// function's name and line; its debug information declares the context only.
Function *createProgram(Function &body, StringRef name) {
  Module &module = *body.getParent();
  LLVMContext &context = module.getContext();
  Type *result = body.getReturnType()->isVoidTy() ? Type::getInt32Ty(context) : body.getReturnType();
  auto *type = FunctionType::get(result, {PointerType::get(context, 0)}, false);
  auto *program = Function::Create(type, GlobalValue::ExternalLinkage, name, module);
  program->addFnAttr(Attribute::NoUnwind);
  for (const char *inherited : {"target-cpu", "target-features"})
    if (body.hasFnAttribute(inherited))
      program->addFnAttr(body.getFnAttribute(inherited));
  DISubprogram *original = body.getSubprogram();
  if (!original)
    return program;
  DIBuilder builder(module, false, original->getUnit());
  DITypeRefArray types = original->getType()->getTypeArray();
  DIType *resultType = types[0] ? types[0] : builder.createBasicType("int", 32, dwarf::DW_ATE_signed);
  DIType *contextType = body.arg_empty() ? builder.createPointerType(nullptr, 64) : types[1];
  Metadata *signature[] = {resultType, contextType};
  DISubprogram *subprogram = builder.createFunction(
      original->getFile(), name, name, original->getFile(), original->getLine(),
      builder.createSubroutineType(builder.getOrCreateTypeArray(signature)), original->getScopeLine(),
      DINode::FlagPrototyped, DISubprogram::SPFlagDefinition | DISubprogram::SPFlagOptimized);
  builder.createParameterVariable(subprogram, "ctx", 1, original->getFile(), original->getLine(), contextType,
                                  true);
  builder.finalizeSubprogram(subprogram);
  program->setSubprogram(subprogram);
  return program;
}

// clang stores every parameter on the stack, used or not.
bool isUsed(const Argument &argument) {
  return any_of(argument.users(), [](const User *user) {
    const auto *store = dyn_cast<StoreInst>(user);
    const auto *slot = store ? dyn_cast<AllocaInst>(store->getPointerOperand()) : nullptr;
    return !slot || !slot->hasOneUse();
  });
}

// registers may be null if there is nothing to load from them.
Function *wrap(Function &body, const Registers *registers, bool syscallWrapper) {
  std::string name = body.getName().str();
  body.setName(name + ".body");
  body.setLinkage(GlobalValue::InternalLinkage);
  Function *program = createProgram(body, name);
  IRBuilder<> builder(BasicBlock::Create(body.getContext(), "", program));
  if (DISubprogram *subprogram = program->getSubprogram())
    builder.SetCurrentDebugLocation(DILocation::get(body.getContext(), subprogram->getLine(), 0, subprogram));
  SmallVector<Value *, 7> arguments;
  if (!body.arg_empty())
    arguments.push_back(program->getArg(0));
  if (body.arg_size() > 1) {
    ArgumentLoader loader(builder, program->getArg(0), *registers, isSyscall(name), syscallWrapper);
    for (unsigned i = 1; i < body.arg_size(); i++) {
      Type *type = body.getArg(i)->getType();
      arguments.push_back(isUsed(*body.getArg(i)) ? loader.argument(i - 1, type)
                                                  : Constant::getNullValue(type));
    }
  }
  Value *result = builder.CreateCall(&body, arguments);
  builder.CreateRet(body.getReturnType()->isVoidTy() ? builder.getInt32(0) : result);
  return program;
}

// Whether registers can give a function its parameters; if not, why.
const char *cannotWrap(const Function &function, const Entry &entry, const Registers *registers,
                       bool isWrappedSyscall) {
  if (!entry.contextType.empty() && entry.contextType != "pt_regs")
    return "only a program whose context is struct pt_regs can have arguments after it";
  if (!registers)
    return "the registers of this architecture are not known";
  unsigned arguments = entry.parameters - 1;
  if (arguments > (isWrappedSyscall ? std::size(registers->syscalls) : registers->count))
    return "more arguments than this architecture has argument registers";
  if (function.arg_size() != entry.parameters)
    return "an argument of a program must fit a register";
  for (const Argument &argument : drop_begin(function.args()))
    if (!fitsRegister(argument))
      return "an argument of a program must fit a register";
  return nullptr;
}

void cannot(const Function &function, const Entry &entry, StringRef reason, Diagnostics &diagnostics) {
  std::string message = ("function '" + entry.name + "': " + reason).str();
  if (const DISubprogram *subprogram = function.getSubprogram())
    diagnostics.error(*subprogram, message);
  else
    diagnostics.error(message);
}

void makeProgram(Function &function, const Entry &entry, bool syscallWrapper, Diagnostics &diagnostics) {
  inlineIntoPrograms(function);
  if (function.hasStructRetAttr())
    return cannot(function, entry, "a program cannot return a struct", diagnostics);
  // Whatever section the text says: libbpf might take a program type from it.
  function.setSection("");
  const Registers *registers = nullptr;
  if (entry.parameters > 1) {
    registers = hostRegisters();
    if (const char *reason = cannotWrap(function, entry, registers, syscallWrapper && isSyscall(entry.name)))
      return cannot(function, entry, reason, diagnostics);
  }
  bool isProgram = entry.parameters <= 1 && !function.getReturnType()->isVoidTy();
  Function *program = isProgram ? &function : wrap(function, registers, syscallWrapper);
  program->setSection(entry.section.empty() ? "cbcc/" + entry.name : entry.section);
}

} // namespace

void makePrograms(Module &module, const std::vector<Entry> &entries, bool syscallWrapper,
                  Diagnostics &diagnostics) {
  for (Function &function : module)
    if (!function.isDeclaration() && function.hasLocalLinkage() &&
        !function.hasFnAttribute(subprogramAttribute))
      inlineIntoPrograms(function);
  for (const Entry &entry : entries)
    if (Function *function = module.getFunction(entry.name))
      makeProgram(*function, entry, syscallWrapper, diagnostics);
}

void addLicense(Module &module, StringRef license) {
  for (const GlobalVariable &variable : module.globals())
    if (variable.getSection() == "license")
      return;
  Constant *text = ConstantDataArray::getString(module.getContext(), license);
  auto *variable =
      new GlobalVariable(module, text->getType(), false, GlobalValue::ExternalLinkage, text, "_license");
  variable->setSection("license");
}

} // namespace compiler
