/* SPDX-License-Identifier: Apache-2.0 */
// Fields of packets (dialect/bcc/proto.h). A BPF_PACKET_HEADER has an attribute by which clang makes the address of
// every member with a call that names it, and a tag in debug information by which it is known here. Such addresses
// become numbers: offsets into the packet; loads and stores at them become those of the packet. Runs on the IR as clang
// makes it, where every access still stands behind its address.
#include "compiler/passes/passes.h"
#include "compiler/passes/ir.h"
#include "compiler/passes/maps.h"
#include "compiler/passes/packet_bits.h"
#include "compiler/helpers.h"

#include <llvm/ADT/SetVector.h>
#include <llvm/ADT/SmallPtrSet.h>
#include <llvm/BinaryFormat/Dwarf.h>
#include <llvm/IR/IntrinsicInst.h>

namespace compiler {

using namespace llvm;

namespace {

constexpr StringLiteral packetTag = "cbcc:packet";
constexpr StringLiteral skbName = "__sk_buff";

constexpr Intrinsic::ID arrayIndex = Intrinsic::preserve_array_access_index;
constexpr Intrinsic::ID indexIntrinsics[] = {Intrinsic::preserve_struct_access_index,
                                             Intrinsic::preserve_union_access_index, arrayIndex};

constexpr unsigned stackSize = 512;

// A function that has to be replaced by the packet that the caller is for.
constexpr StringLiteral packetGetter = "cbcc_skb";

bool hasTag(const DICompositeType &type) {
  return any_of(type.getAnnotations(), [](const Metadata *annotation) {
    const auto *pair = dyn_cast<MDNode>(annotation);
    const auto *value =
        pair && pair->getNumOperands() == 2 ? dyn_cast<MDString>(pair->getOperand(1)) : nullptr;
    return value && value->getString() == packetTag;
  });
}

// A packet's header, or a struct or union without a name in one.
bool isPacketRecord(const DIScope *scope) {
  for (; scope; scope = scope->getScope())
    if (const auto *type = dyn_cast<DICompositeType>(scope); type && hasTag(*type))
      return true;
  return false;
}

// What a type is made of, or points to.
const DICompositeType *elementRecord(DIType *type) {
  for (;;) {
    type = canonical(type);
    const auto *pointer = dyn_cast_or_null<DIDerivedType>(type);
    auto *composite = dyn_cast_or_null<DICompositeType>(type);
    if (pointer)
      type = pointer->getBaseType();
    else if (composite && composite->getTag() == dwarf::DW_TAG_array_type)
      type = composite->getBaseType();
    else
      return composite;
  }
}

// Of members that are no packet's records themselves: a struct of the kernel's, say, with its own order of bits.
bool isForeignRecord(DIType *type) {
  const DICompositeType *record = elementRecord(type);
  return record && record->getTag() != dwarf::DW_TAG_enumeration_type && !isPacketRecord(record);
}

StringRef pointedRecord(DIType *type) {
  const auto *pointer = dyn_cast_or_null<DIDerivedType>(canonical(type));
  const auto *record =
      pointer ? dyn_cast_or_null<DICompositeType>(canonical(pointer->getBaseType())) : nullptr;
  return record ? record->getName() : "";
}

// The parameter of type struct __sk_buff *; else the first, if it is a pointer to no struct. Null if there is none.
Argument *packetParameter(Function &function) {
  unsigned hidden = function.hasStructRetAttr();
  const DISubprogram *subprogram = function.getSubprogram();
  bool hasFirst = function.arg_size() > hidden && function.getArg(hidden)->getType()->isPointerTy();
  Argument *first = hasFirst ? function.getArg(hidden) : nullptr;
  if (!subprogram)
    return first;
  DITypeRefArray types = subprogram->getType()->getTypeArray();
  // Where a struct is passed in several registers, it is not known which is whose.
  if (types.size() != function.arg_size() - hidden + 1)
    return types.size() > 1 && pointedRecord(types[1]) == skbName ? first : nullptr;
  for (unsigned i = hidden; i < function.arg_size(); i++)
    if (pointedRecord(types[i - hidden + 1]) == skbName)
      return function.getArg(i);
  return first && pointedRecord(types[1]).empty() ? first : nullptr;
}

class Packets {
public:
  Packets(Module &module, Diagnostics &diagnostics) : module_(module), diagnostics_(diagnostics) {}

  void lower() {
    for (Function &function : module_)
      collect(function);
    for (CallInst *index : indexes_)
      lowerIndex(*index);
    for (const Field &field : fields_)
      lowerField(field);
    while (!addresses_.empty())
      lowerUses(addresses_.pop_back_val());
    for (MemTransferInst *copy : copies_)
      lowerCopy(*copy);
    for (CallInst *getter : getters_)
      lowerGetter(*getter);
  }

private:
  // A member that is made of bits. Its address has loads and stores of the integer that clang keeps it in.
  struct Field {
    CallInst *address;
    const DIDerivedType *member;
  };
  // What can be read and written as the numbers it is made of, unless its record is a foreign one.
  struct Address {
    Instruction *value;
    bool isForeign;
  };

  void collect(Function &function) {
    Intrinsic::ID id = function.getIntrinsicID();
    bool isIndex = is_contained(indexIntrinsics, id);
    if (!isIndex && function.getName() != packetGetter)
      return;
    for (User *user : function.users()) {
      auto *call = dyn_cast<CallInst>(user);
      if (call && !isIndex)
        getters_.push_back(call);
      else if (call && isPacketRecord(elementRecord(typeOf(*call))))
        indexes_.push_back(call);
    }
  }

  static DIType *typeOf(const CallInst &index) {
    return dyn_cast_or_null<DIType>(index.getMetadata(LLVMContext::MD_preserve_access_index));
  }

  // The last operand is the member's number, or the element's.
  static uint64_t numberOf(const CallInst &index) {
    return cast<ConstantInt>(index.getArgOperand(index.arg_size() - 1))->getZExtValue();
  }

  void lowerIndex(CallInst &index) {
    if (index.getIntrinsicID() == arrayIndex)
      return lowerElement(index, false);
    const DINodeArray members = cast<DICompositeType>(typeOf(index))->getElements();
    const auto &member = *cast<DIDerivedType>(members[numberOf(index)]);
    if (member.isBitField())
      return fields_.push_back({&index, &member});
    Value *offset = ConstantInt::get(Type::getInt64Ty(index.getContext()), member.getOffsetInBits() / 8);
    replace(index, Type::getInt8Ty(index.getContext()), {offset}, isForeignRecord(member.getBaseType()));
  }

  // Of an array, whose type is the call's, or behind a pointer.
  void lowerElement(CallInst &index, bool isForeign) {
    Type *integer = Type::getInt64Ty(index.getContext());
    SmallVector<Value *, 2> path(cast<ConstantInt>(index.getArgOperand(1))->getZExtValue(),
                                 ConstantInt::get(integer, 0));
    path.push_back(ConstantInt::get(integer, numberOf(index)));
    replace(index, index.getParamElementType(0), path, isForeign);
  }

  // By no constant, even of a constant: its users are to be those of this place.
  void replace(CallInst &index, Type *type, ArrayRef<Value *> path, bool isForeign) {
    auto *address = GetElementPtrInst::Create(type, index.getArgOperand(0), path, "", index.getIterator());
    address->setDebugLoc(index.getDebugLoc());
    index.replaceAllUsesWith(address);
    index.eraseFromParent();
    addresses_.push_back({address, isForeign});
  }

  void lowerField(const Field &field) {
    for (User *user : make_early_inc_range(field.address->users())) {
      if (auto *load = dyn_cast<LoadInst>(user))
        lowerFieldLoad(*load, field);
      else if (auto *store = dyn_cast<StoreInst>(user))
        lowerFieldStore(*store, field);
    }
    if (field.address->use_empty())
      field.address->eraseFromParent();
  }

  bool describe(IRBuilder<> &builder, const Field &field, PacketBits &bits) {
    uint64_t first = field.member->getOffsetInBits();
    bits.skb = packetFor(*field.address);
    if (!bits.skb)
      return false;
    bits.offset =
        builder.CreateAdd(builder.CreatePtrToInt(field.address->getArgOperand(0), builder.getInt64Ty()),
                          builder.getInt64(first / 8));
    bits.first = first % 8;
    bits.count = field.member->getSizeInBits();
    return true;
  }

  // Where the integer that clang keeps the field in has it.
  unsigned shiftOf(const Field &field, const Type &kept) const {
    uint64_t start = cast<ConstantInt>(field.member->getStorageOffsetInBits())->getZExtValue();
    uint64_t before = field.member->getOffsetInBits() - start;
    if (module_.getDataLayout().isLittleEndian())
      return before;
    return kept.getIntegerBitWidth() - before - field.member->getSizeInBits();
  }

  // The bits of the field's neighbours are 0 in the integer: nobody uses them.
  void lowerFieldLoad(LoadInst &load, const Field &field) {
    IRBuilder<> builder(&load);
    PacketBits bits;
    if (!describe(builder, field, bits))
      return;
    Value *value = builder.CreateZExt(readPacket(builder, bits), load.getType());
    load.replaceAllUsesWith(builder.CreateShl(value, shiftOf(field, *load.getType())));
    load.eraseFromParent();
  }

  void lowerFieldStore(StoreInst &store, const Field &field) {
    IRBuilder<> builder(&store);
    PacketBits bits;
    if (!describe(builder, field, bits))
      return;
    Value *value = store.getValueOperand();
    value = builder.CreateLShr(value, shiftOf(field, *value->getType()));
    writePacket(builder, bits, builder.CreateTrunc(value, builder.getIntNTy(bits.count)));
    store.eraseFromParent();
  }

  void lowerUses(Address address) {
    known_.insert(address.value);
    SmallSetVector<User *, 8> users(address.value->user_begin(), address.value->user_end());
    for (User *user : users) {
      auto *index = dyn_cast<CallInst>(user);
      if (index && index->getIntrinsicID() == arrayIndex)
        lowerElement(*index, address.isForeign);
      else if (auto *derived = dyn_cast<GetElementPtrInst>(user))
        addresses_.push_back({derived, address.isForeign});
      else if (auto *copy = dyn_cast<MemTransferInst>(user))
        copies_.insert(copy);
      else if (auto *load = dyn_cast<LoadInst>(user))
        lowerLoad(*load, address);
      else if (auto *store = dyn_cast<StoreInst>(user); store && store->getPointerOperand() == address.value)
        lowerStore(*store, address);
      else if (isa<MemSetInst, AtomicRMWInst, AtomicCmpXchgInst>(user))
        error(*cast<Instruction>(user), "a packet's field can only be read, written or copied");
    }
  }

  bool describe(IRBuilder<> &builder, Instruction &access, Type *type, const Address &address,
                PacketBits &bits) {
    unsigned count = module_.getDataLayout().getTypeSizeInBits(type);
    if (address.isForeign)
      return error(access, "a struct in a BPF_PACKET_HEADER must be one, too, for its members to be used");
    if (count % 8 || count > 128 || type->isAggregateType())
      return error(access, "this type cannot be in a packet");
    bits = {packetFor(access), builder.CreatePtrToInt(address.value, builder.getInt64Ty()), 0, count};
    return bits.skb;
  }

  void lowerLoad(LoadInst &load, const Address &address) {
    IRBuilder<> builder(&load);
    PacketBits bits;
    if (!describe(builder, load, load.getType(), address, bits))
      return;
    load.replaceAllUsesWith(builder.CreateBitOrPointerCast(readPacket(builder, bits), load.getType()));
    load.eraseFromParent();
  }

  void lowerStore(StoreInst &store, const Address &address) {
    IRBuilder<> builder(&store);
    PacketBits bits;
    if (!describe(builder, store, store.getValueOperand()->getType(), address, bits))
      return;
    writePacket(builder, bits,
                builder.CreateBitOrPointerCast(store.getValueOperand(), builder.getIntNTy(bits.count)));
    store.eraseFromParent();
  }

  // Bytes as they are in the packet.
  void lowerCopy(MemTransferInst &copy) {
    bool reads = known_.contains(copy.getRawSource()), writes = known_.contains(copy.getRawDest());
    if (!packetFor(copy))
      return;
    if (reads && writes)
      copyByStack(copy);
    else if (reads)
      copyBytes(copy, "bpf_skb_load_bytes", copy.getRawSource(), copy.getRawDest());
    else
      copyBytes(copy, "bpf_skb_store_bytes", copy.getRawDest(), copy.getRawSource());
    copy.eraseFromParent();
  }

  void copyByStack(MemTransferInst &copy) {
    auto *size = dyn_cast<ConstantInt>(copy.getLength());
    if (!size || size->getValue().ugt(stackSize)) {
      error(copy, "between packets' fields, only a constant size that fits the stack can be copied");
      return;
    }
    IRBuilder<> builder(&copy);
    auto *type = ArrayType::get(builder.getInt64Ty(), divideCeil(size->getZExtValue(), 8));
    AllocaInst *slot = stackSlot(*copy.getFunction(), type, "packet.copy");
    ConstantInt *slotSize = builder.getInt64(module_.getDataLayout().getTypeAllocSize(type));
    builder.CreateLifetimeStart(slot, slotSize);
    copyBytes(copy, "bpf_skb_load_bytes", copy.getRawSource(), slot);
    copyBytes(copy, "bpf_skb_store_bytes", copy.getRawDest(), slot);
    builder.CreateLifetimeEnd(slot, slotSize);
  }

  void copyBytes(MemTransferInst &copy, StringRef helper, Value *place, Value *memory) {
    IRBuilder<> builder(&copy);
    SmallVector<Value *, 5> arguments{packetFor(copy), builder.CreatePtrToInt(place, builder.getInt64Ty()),
                                      memory, copy.getLength()};
    if (helper == "bpf_skb_store_bytes")
      arguments.push_back(builder.getInt64(0)); // flags
    callHelper(builder, findHelper(helper)->id, arguments, builder.getInt64Ty());
  }

  void lowerGetter(CallInst &getter) {
    Value *skb = packetFor(getter);
    if (!skb)
      return;
    getter.replaceAllUsesWith(skb);
    getter.eraseFromParent();
  }

  Value *packetFor(Instruction &access) {
    auto [known, isNew] = packets_.try_emplace(access.getFunction());
    if (isNew)
      known->second = packetParameter(*access.getFunction());
    if (isNew && !known->second)
      error(access,
            "a packet's fields can only be used in a function with a parameter of type struct __sk_buff *");
    return known->second;
  }

  bool error(const Instruction &at, StringRef message) {
    diagnostics_.error(at, message);
    return false;
  }

  Module &module_;
  Diagnostics &diagnostics_;
  SmallVector<CallInst *, 16> indexes_, getters_;
  SmallVector<Field, 16> fields_;
  SmallVector<Address, 16> addresses_; // whose uses are to be lowered
  SmallPtrSet<const Value *, 16> known_;
  SmallSetVector<MemTransferInst *, 4> copies_;
  DenseMap<Function *, Value *> packets_;
};

} // namespace

void lowerPackets(Module &module, Diagnostics &diagnostics) {
  Packets(module, diagnostics).lower();
  for (Function &function : make_early_inc_range(module))
    if (function.isDeclaration() && function.use_empty() &&
        (function.getName() == packetGetter || function.getName().starts_with("llvm.preserve.")))
      function.eraseFromParent();
}

} // namespace compiler
