/* SPDX-License-Identifier: Apache-2.0 */
// What people read of an object: its instructions, each below the line of the text that it comes from.
#ifndef CBCC_DISASSEMBLY_H
#define CBCC_DISASSEMBLY_H

#include <llvm/ADT/StringRef.h>

#include <string>

namespace compiler {

// The target must have been initialized (createTargetMachine).
std::string disassemble(llvm::StringRef object);

} // namespace compiler

#endif
