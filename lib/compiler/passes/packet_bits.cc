/* SPDX-License-Identifier: Apache-2.0 */
#include "compiler/passes/packet_bits.h"
#include "compiler/passes/ir.h"
#include "compiler/helpers.h"

#include <llvm/IR/IntrinsicsBPF.h>
#include <llvm/IR/MDBuilder.h>
#include <llvm/Support/MathExtras.h>

namespace compiler {

using namespace llvm;

namespace {

constexpr struct {
  unsigned bytes;
  Intrinsic::ID load;
} loads[] = {
    {4, Intrinsic::bpf_load_word},
    {2, Intrinsic::bpf_load_half},
    {1, Intrinsic::bpf_load_byte},
};

unsigned bytesOf(const PacketBits &bits) { return divideCeil(bits.first + bits.count, 8); }

// Registers' widths.
Type *wideType(IRBuilder<> &builder, unsigned bytes) { return builder.getIntNTy(alignTo(bytes * 8, 64)); }

// The bits of the last byte that are behind the field.
unsigned bitsBehind(const PacketBits &bits) { return bytesOf(bits) * 8 - bits.first - bits.count; }

// LD_ABS and its like. Nothing is loaded for a value that nobody uses.
Value *load(IRBuilder<> &builder, const PacketBits &bits, unsigned at, unsigned bytes, Intrinsic::ID id) {
  Value *offset = builder.CreateAdd(bits.offset, builder.getInt64(at));
  CallInst *value = builder.CreateIntrinsic(id, {}, {bits.skb, offset});
  value->addFnAttr(Attribute::WillReturn);
  value->addFnAttr(Attribute::NoUnwind);
  value->setMetadata(
      LLVMContext::MD_range,
      MDBuilder(builder.getContext()).createRange(APInt(64, 0), APInt(64, uint64_t(1) << bytes * 8)));
  return value;
}

// All bytes that the field is in, and no other: there may be none behind it.
Value *readBytes(IRBuilder<> &builder, const PacketBits &bits) {
  unsigned bytes = bytesOf(bits);
  Type *wide = wideType(builder, bytes);
  Value *all = nullptr;
  for (unsigned at = 0; at < bytes;) {
    const auto *kind = find_if(loads, [&](const auto &kind) { return kind.bytes <= bytes - at; });
    Value *part = builder.CreateZExt(load(builder, bits, at, kind->bytes, kind->load), wide);
    all = all ? builder.CreateOr(builder.CreateShl(all, kind->bytes * 8), part) : part;
    at += kind->bytes;
  }
  return all;
}

// value with the bits around it that the packet has.
Value *amongOthers(IRBuilder<> &builder, const PacketBits &bits, Value *value) {
  unsigned bytes = bytesOf(bits);
  Type *wide = wideType(builder, bytes);
  value = builder.CreateShl(builder.CreateZExt(value, wide), bitsBehind(bits));
  if (bits.count == bytes * 8)
    return value;
  unsigned width = wide->getIntegerBitWidth();
  APInt others = ~APInt::getBitsSet(width, bitsBehind(bits), bitsBehind(bits) + bits.count);
  return builder.CreateOr(builder.CreateAnd(readBytes(builder, bits), others), value);
}

} // namespace

Value *readPacket(IRBuilder<> &builder, const PacketBits &bits) {
  Value *value = builder.CreateLShr(readBytes(builder, bits), bitsBehind(bits));
  return builder.CreateTrunc(value, builder.getIntNTy(bits.count));
}

void writePacket(IRBuilder<> &builder, const PacketBits &bits, Value *value) {
  static const unsigned storeBytes = findHelper("bpf_skb_store_bytes")->id;
  unsigned bytes = bytesOf(bits);
  Type *wide = wideType(builder, bytes);
  Function &function = *builder.GetInsertBlock()->getParent();
  value = amongOthers(builder, bits, value);
  value = builder.CreateShl(value, wide->getIntegerBitWidth() - bytes * 8);
  if (function.getDataLayout().isLittleEndian())
    value = builder.CreateUnaryIntrinsic(Intrinsic::bswap, value);
  AllocaInst *slot = stackSlot(function, wide, "packet.bytes");
  ConstantInt *size = builder.getInt64(wide->getIntegerBitWidth() / 8);
  builder.CreateLifetimeStart(slot, size);
  builder.CreateStore(value, slot);
  callHelper(builder, storeBytes, {bits.skb, bits.offset, slot, builder.getInt64(bytes), builder.getInt64(0)},
             builder.getInt64Ty());
  builder.CreateLifetimeEnd(slot, size);
}

} // namespace compiler
