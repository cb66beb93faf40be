/* SPDX-License-Identifier: Apache-2.0 */
// Constants that are known without opening BTF: those of the kernel's BPF interface, and the machine's.
#ifndef CBCC_CONSTANTS_H
#define CBCC_CONSTANTS_H

#include <llvm/ADT/StringRef.h>

#include <cstdint>
#include <optional>

namespace compiler {

// Its value, if there is one of that name.
std::optional<uint64_t> findConstant(llvm::StringRef name);

} // namespace compiler

#endif
