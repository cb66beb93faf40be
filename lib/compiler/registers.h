/* SPDX-License-Identifier: Apache-2.0 */
// Where arguments are in struct pt_regs, by architecture: offsets that are part of the kernel's ABI. Among the registers
// that a wrapped system call gets a pointer to, the first argument is where the result does not overwrite it.
#ifndef CBCC_REGISTERS_H
#define CBCC_REGISTERS_H

#include <llvm/ADT/StringRef.h>

namespace compiler {

struct Registers {
  llvm::StringLiteral machine; // as uname has it
  unsigned count;              // of functions
  unsigned functions[6];       // the arguments of a function, offsets in bytes
  unsigned syscalls[6];        // the arguments of a system call, at its entry from user space
};

// Null for an architecture that is not known.
const Registers *findRegisters(llvm::StringRef machine);
// Those of the running machine.
const Registers *hostRegisters();

} // namespace compiler

#endif
