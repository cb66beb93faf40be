/* SPDX-License-Identifier: Apache-2.0 */
// BPF_CORE_READ and __builtin_preserve_access_index ask for offsets of the kernel that will run the program. Where the
// type was made from that kernel's BTF, they are known, and libbpf need not read the BTF again to find them. Types that
// the text declares itself, and questions about existence and size, are left to libbpf.
#include "compiler/passes/passes.h"

#include <llvm/IR/DebugInfo.h>
#include <llvm/IR/IRBuilder.h>
#include <llvm/IR/InstIterator.h>
#include <llvm/IR/IntrinsicInst.h>
#include <llvm/IR/IntrinsicsBPF.h>
#include <llvm/IR/TrackingMDRef.h>

#include <cerrno>
#include <mutex>
#include <pthread.h>

namespace compiler {

using namespace llvm;

namespace {

Intrinsic::ID accessOf(const Value *value) {
  const auto *call = dyn_cast<IntrinsicInst>(value);
  Intrinsic::ID id = call ? call->getIntrinsicID() : Intrinsic::not_intrinsic;
  bool isAccess = id == Intrinsic::preserve_struct_access_index ||
                  id == Intrinsic::preserve_union_access_index ||
                  id == Intrinsic::preserve_array_access_index;
  return isAccess ? id : Intrinsic::not_intrinsic;
}

bool isRoot(const IntrinsicInst &access) { return !accessOf(access.getArgOperand(0)); }

bool hasAccess(const IntrinsicInst &access) {
  return any_of(access.users(), [](const User *user) { return accessOf(user) != Intrinsic::not_intrinsic; });
}

const DICompositeType *recordOf(const IntrinsicInst &access) {
  return dyn_cast_or_null<DICompositeType>(access.getMetadata(LLVMContext::MD_preserve_access_index));
}

// No kernel can be asked for a type without a name, nor for an array without a record.
bool isNameless(const IntrinsicInst &access) {
  if (accessOf(&access) == Intrinsic::preserve_array_access_index)
    return isRoot(access) && !hasAccess(access);
  const DICompositeType *type = recordOf(access);
  return isRoot(access) && type && type->getName().empty();
}

// A record that is not in the text, or one that no kernel can know, as it has no name. (An array is whose its record is.)
bool isOfKernel(const IntrinsicInst &access) {
  if (accessOf(&access) == Intrinsic::preserve_array_access_index)
    return isRoot(access);
  const DICompositeType *type = recordOf(access);
  return type && (!type->getFile() || isNameless(access));
}

bool isAskedAbout(const IntrinsicInst &access) {
  return any_of(access.users(), [](const User *user) {
    const auto *call = dyn_cast<IntrinsicInst>(user);
    return call && (call->getIntrinsicID() == Intrinsic::bpf_preserve_field_info ||
                    (accessOf(call) && isAskedAbout(*call)));
  });
}

Value *resolved(IntrinsicInst &access) {
  IRBuilder<> builder(&access);
  Value *base = access.getArgOperand(0);
  SmallVector<Value *, 4> indices;
  switch (accessOf(&access)) {
  case Intrinsic::preserve_struct_access_index:
    indices = {builder.getInt32(0), access.getArgOperand(1)};
    break;
  case Intrinsic::preserve_array_access_index:
    indices.assign(cast<ConstantInt>(access.getArgOperand(1))->getZExtValue(), builder.getInt32(0));
    indices.push_back(access.getArgOperand(2));
    break;
  default:
    return base;
  }
  return builder.CreateInBoundsGEP(access.getParamElementType(0), base, indices);
}

void resolve(Function &function, bool portable) {
  for (Instruction &instruction : make_early_inc_range(instructions(function))) {
    if (!accessOf(&instruction))
      continue;
    auto &access = cast<IntrinsicInst>(instruction);
    if (!(portable ? isNameless(access) : isOfKernel(access)) || isAskedAbout(access))
      continue;
    access.replaceAllUsesWith(resolved(access));
    access.eraseFromParent();
  }
}

constexpr StringLiteral accesses[] = {"llvm.preserve.struct.access.index", "llvm.preserve.union.access.index",
                                      "llvm.preserve.array.access.index"};
constexpr StringLiteral questions[] = {"llvm.bpf.preserve.field.info", "llvm.bpf.preserve.type.info",
                                       "llvm.bpf.preserve.enum.value"};

bool usesAny(const Module &module, ArrayRef<StringLiteral> intrinsics) {
  return any_of(module, [&](const Function &function) {
    return !function.use_empty() &&
           any_of(intrinsics, [&](StringRef name) { return function.getName().starts_with(name); });
  });
}

// LLVM's pass remembers what it made by the names of types, for the life of the process: a later module would be given
// the variables of one that is gone. So types have names then that no other module's have, and one module has its turn
// at a time. A fatal error leaves the pass without unlocking; its thread ends then.
class Turn {
public:
  explicit Turn(Module &module) {
    static std::once_flag once;
    std::call_once(once, [] {
      pthread_mutexattr_t attributes;
      pthread_mutexattr_init(&attributes);
      pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
      pthread_mutex_init(&mutex, &attributes);
      pthread_mutexattr_destroy(&attributes);
    });
    if (pthread_mutex_lock(&mutex) == EOWNERDEAD)
      pthread_mutex_consistent(&mutex);
    collect(module);
    std::string suffix = "." + std::to_string(++turns);
    for (auto &[type, name] : names_)
      rename(*type.get(), MDString::get(module.getContext(), (name->getString() + suffix).str()));
  }

  ~Turn() {
    for (auto &[type, name] : names_)
      rename(*type.get(), name);
    pthread_mutex_unlock(&mutex);
  }

private:
  static constexpr unsigned nameOperand = 2; // of a DIType

  void collect(Module &module) {
    DebugInfoFinder finder;
    finder.processModule(module);
    for (DIType *type : finder.types())
      add(type);
    for (Function &function : module)
      for (Instruction &instruction : instructions(function))
        add(dyn_cast_or_null<DIType>(instruction.getMetadata(LLVMContext::MD_preserve_access_index)));
  }

  void add(DIType *type) {
    for (; type && seen_.insert(type).second; type = baseOf(type))
      if (type->getRawName() && !isa<DIBasicType>(type))
        names_.emplace_back(type, type->getRawName());
  }

  static DIType *baseOf(DIType *type) {
    if (auto *derived = dyn_cast<DIDerivedType>(type))
      return derived->getBaseType();
    auto *composite = dyn_cast<DICompositeType>(type);
    return composite ? composite->getBaseType() : nullptr;
  }

  static void rename(MDNode &type, MDString *name) { type.replaceOperandWith(nameOperand, name); }

  static pthread_mutex_t mutex;
  static uint64_t turns;
  SmallPtrSet<DIType *, 32> seen_;
  std::vector<std::pair<TrackingMDNodeRef, MDString *>> names_;
};

pthread_mutex_t Turn::mutex;
uint64_t Turn::turns;

} // namespace

void resolveKernelAccesses(Module &module, bool portable) {
  if (!usesAny(module, accesses))
    return;
  for (Function &function : module)
    resolve(function, portable);
  for (Function &function : make_early_inc_range(module))
    if (function.isDeclaration() && function.isIntrinsic() && function.use_empty())
      function.eraseFromParent();
}

void lowerCoreAccesses(Module &module, function_ref<void()> run) {
  if (!usesAny(module, accesses) && !usesAny(module, questions))
    return;
  Turn turn(module);
  run();
}

} // namespace compiler
