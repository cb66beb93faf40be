/* SPDX-License-Identifier: Apache-2.0 */
// The methods that look an element up and, if there is none, make it.
#include "compiler/passes/maps.h"
#include "compiler/passes/ir.h"
#include "compiler/helpers.h"

#include <llvm/Transforms/Utils/BasicBlockUtils.h>

namespace compiler {

using namespace llvm;

namespace {

enum class Increment { Plain, Atomic };

// Builds before an instruction, as part of a call.
struct BuilderAt : IRBuilder<> {
  BuilderAt(Instruction *before, const MethodCall &call) : IRBuilder<>(before) {
    SetCurrentDebugLocation(call.call.getDebugLoc());
  }
};

Value *lookup(IRBuilder<> &builder, const Map &map, Value *key) {
  return callHelper(builder, HelperMapLookupElem, {map.definition, key}, builder.getPtrTy());
}

Value *insert(IRBuilder<> &builder, const Map &map, Value *key, Value *leaf) {
  return callHelper(builder, HelperMapUpdateElem, {map.definition, key, leaf, builder.getInt64(BPF_NOEXIST)},
                    builder.getInt64Ty());
}

// Ends the function with 0, if the pointer is null.
void returnIfNull(Instruction *before, Value *pointer, MethodCall &call) {
  Instruction *leave = SplitBlockAndInsertIfThen(BuilderAt(before, call).CreateIsNull(pointer), before, true);
  BuilderAt builder(leave, call);
  Type *type = call.function().getReturnType();
  if (type->isVoidTy())
    builder.CreateRetVoid();
  else
    builder.CreateRet(Constant::getNullValue(type));
  leave->eraseFromParent();
}

Value *lowerLookupOr(MethodCall &call, bool returnsOnFailure) {
  Value *key = call.call.getArgOperand(0), *leaf = call.call.getArgOperand(1);
  if (!call.checkMemory(key, call.map.key, "key") || !call.checkMemory(leaf, call.map.leaf, "leaf"))
    return nullptr;
  Value *found = lookup(call.builder, call.map, key);
  BasicBlock *first = call.builder.GetInsertBlock();
  Instruction *absent = SplitBlockAndInsertIfThen(call.builder.CreateIsNull(found), &call.call, false);
  BuilderAt builder(absent, call);
  insert(builder, call.map, key, leaf);
  Value *made = lookup(builder, call.map, key);
  if (returnsOnFailure)
    returnIfNull(absent, made, call);
  call.builder.SetInsertPoint(&call.call);
  PHINode *result = PHINode::Create(call.builder.getPtrTy(), 2, "", call.call.getParent()->begin());
  result->setDebugLoc(call.call.getDebugLoc());
  result->addIncoming(found, first);
  result->addIncoming(made, absent->getParent());
  return result;
}

// A slot on the stack that lives during the call only.
class Slot {
public:
  Slot(MethodCall &call, uint64_t size) : call_(call), size_(alignTo(size, 8)) {
    Type *type = ArrayType::get(call.builder.getInt64Ty(), size_ / 8);
    slot_ = stackSlot(call.function(), type, "map.argument");
    call.builder.CreateLifetimeStart(slot_, call.builder.getInt64(size_));
  }
  void end() { BuilderAt(&call_.call, call_).CreateLifetimeEnd(slot_, call_.builder.getInt64(size_)); }

  // Of an integer the bytes it has in memory.
  void store(uint64_t offset, Value *value) {
    IRBuilder<> &builder = call_.builder;
    if (value->getType()->isIntegerTy(1))
      value = builder.CreateZExt(value, builder.getInt8Ty());
    builder.CreateStore(value, builder.CreateConstInBoundsGEP1_64(builder.getInt8Ty(), slot_, offset));
  }
  Value *address() const { return slot_; }

private:
  MethodCall &call_;
  uint64_t size_;
  AllocaInst *slot_;
};

// increment(key) and increment(key, amount), the key by value: as a scalar, as what clang makes of a small struct, or
// as the address of a copy.
class IncrementLowering {
public:
  IncrementLowering(MethodCall &call, Increment kind)
      : call_(call), kind_(kind), keyArguments_(call.call.getFunctionType()->getNumParams()) {}

  Value *lower() {
    uint64_t leafSize = sizeOf(call_.map.leaf);
    if (!isInteger(call_.map.leaf) || leafSize > 8)
      return error("needs a map whose leaf is an integer");
    if (kind_ == Increment::Atomic && leafSize < 4)
      return error("needs a leaf of 4 or 8 bytes");
    leafType_ = call_.builder.getIntNTy(leafSize * 8);
    amount_ = amount();
    if (!amount_)
      return error("adds integers only");
    Value *key = call_.call.paramHasAttr(0, Attribute::ByVal) ? call_.call.getArgOperand(0) : spill();
    count(key);
    if (keySlot_)
      keySlot_->end();
    return key;
  }

private:
  Value *error(StringRef what) {
    call_.diagnostics.error(call_.call,
                            (kind_ == Increment::Atomic ? "atomic_increment " : "increment ") + what);
    return nullptr;
  }

  Value *amount() {
    if (call_.call.arg_size() == keyArguments_)
      return ConstantInt::get(leafType_, 1);
    Value *value = call_.call.getArgOperand(keyArguments_);
    return value->getType()->isIntegerTy() ? call_.builder.CreateSExtOrTrunc(value, leafType_) : nullptr;
  }

  Value *spill() {
    const DataLayout &layout = call_.function().getParent()->getDataLayout();
    SmallVector<uint64_t, 2> offsets;
    uint64_t size = 0;
    for (unsigned i = 0; i < keyArguments_; i++) {
      offsets.push_back(size);
      size += alignTo(layout.getTypeStoreSize(call_.call.getArgOperand(i)->getType()), 8);
    }
    keySlot_.emplace(call_, std::max(size, sizeOf(call_.map.key)));
    for (unsigned i = 0; i < keyArguments_; i++)
      keySlot_->store(offsets[i], call_.call.getArgOperand(i));
    return keySlot_->address();
  }

  void count(Value *key) {
    Value *found = lookup(call_.builder, call_.map, key);
    Instruction *present, *absent = nullptr;
    Value *isPresent = call_.builder.CreateIsNotNull(found);
    if (inserts())
      SplitBlockAndInsertIfThenElse(isPresent, &call_.call, &present, &absent);
    else
      present = SplitBlockAndInsertIfThen(isPresent, &call_.call, false);
    add(present, found);
    if (absent)
      insertAmount(absent, key);
  }

  // An array has all its elements. In a trie, a new element would take what belongs to a shorter prefix.
  bool inserts() const {
    return is_contained({BPF_MAP_TYPE_UNSPEC, BPF_MAP_TYPE_HASH, BPF_MAP_TYPE_PERCPU_HASH,
                         BPF_MAP_TYPE_LRU_HASH, BPF_MAP_TYPE_LRU_PERCPU_HASH},
                        call_.map.type);
  }

  void add(Instruction *before, Value *leaf) {
    BuilderAt builder(before, call_);
    if (kind_ == Increment::Atomic)
      builder.CreateAtomicRMW(AtomicRMWInst::Add, leaf, amount_, MaybeAlign(), AtomicOrdering::Monotonic);
    else
      builder.CreateStore(builder.CreateAdd(builder.CreateLoad(leafType_, leaf), amount_), leaf);
  }

  void insertAmount(Instruction *before, Value *key) {
    AllocaInst *slot = stackSlot(call_.function(), leafType_, "map.leaf");
    BuilderAt builder(before, call_);
    ConstantInt *size = builder.getInt64(leafType_->getIntegerBitWidth() / 8);
    builder.CreateLifetimeStart(slot, size);
    builder.CreateStore(amount_, slot);
    Value *failed = insert(builder, call_.map, key, slot);
    builder.CreateLifetimeEnd(slot, size);
    if (kind_ == Increment::Atomic)
      addAfterRace(before, key, failed);
  }

  // Another CPU has made the element meanwhile.
  void addAfterRace(Instruction *before, Value *key, Value *failed) {
    Instruction *again =
        SplitBlockAndInsertIfThen(BuilderAt(before, call_).CreateIsNotNull(failed), before, false);
    BuilderAt builder(again, call_);
    Value *found = lookup(builder, call_.map, key);
    add(SplitBlockAndInsertIfThen(builder.CreateIsNotNull(found), again, false), found);
  }

  MethodCall &call_;
  Increment kind_;
  unsigned keyArguments_;
  Type *leafType_ = nullptr;
  Value *amount_ = nullptr;
  std::optional<Slot> keySlot_;
};

} // namespace

Value *lowerLookupOrInit(MethodCall &call) { return lowerLookupOr(call, true); }
Value *lowerLookupOrTryInit(MethodCall &call) { return lowerLookupOr(call, false); }
Value *lowerIncrement(MethodCall &call) { return IncrementLowering(call, Increment::Plain).lower(); }
Value *lowerAtomicIncrement(MethodCall &call) { return IncrementLowering(call, Increment::Atomic).lower(); }

} // namespace compiler
