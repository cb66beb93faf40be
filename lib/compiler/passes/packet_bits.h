/* SPDX-License-Identifier: Apache-2.0 */
// Reading and writing a packet behind a struct __sk_buff, by offset. A packet is in network order: bit 0 of a byte is
// its highest, and a number's first byte is its highest.
#ifndef CBCC_PASSES_PACKET_BITS_H
#define CBCC_PASSES_PACKET_BITS_H

#include <llvm/IR/IRBuilder.h>

namespace compiler {

struct PacketBits {
  llvm::Value *skb;
  llvm::Value *offset; // in bytes, as i64
  unsigned first;      // bit after the offset
  unsigned count;
};

// The bits as a number of that width. The program ends with 0 where the packet is shorter.
llvm::Value *readPacket(llvm::IRBuilder<> &builder, const PacketBits &bits);

// value is a number of the bits' width. Other bits of the bytes that it is in stay as they are.
void writePacket(llvm::IRBuilder<> &builder, const PacketBits &bits, llvm::Value *value);

} // namespace compiler

#endif
