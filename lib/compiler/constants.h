/* SPDX-License-Identifier: Apache-2.0 */
// Constants of the kernel's BPF interface, by name: what programs name most, known without opening BTF.
#ifndef CBCC_CONSTANTS_H
#define CBCC_CONSTANTS_H

#include <llvm/ADT/StringRef.h>

#include <cstdint>

namespace compiler {

struct Constant {
  llvm::StringLiteral name;
  uint64_t value;
};

const Constant *findConstant(llvm::StringRef name);

} // namespace compiler

#endif
