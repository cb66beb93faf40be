/* SPDX-License-Identifier: Apache-2.0 */
// The kernel's macros as a table, generated from kernel.def and from the user space headers of Linux. The texts are
// one buffer and the entries have no pointers, so that ten thousand macros cost a process nothing until they are read.
#ifndef CBCC_MACRO_TABLE_H
#define CBCC_MACRO_TABLE_H

#include <llvm/ADT/StringRef.h>

#include <cstdint>
#include <optional>
#include <string>

namespace compiler {

// What the table's conditions are about.
struct KernelIdentity {
  uint32_t version; // as LINUX_VERSION_CODE
  std::string machine;
};

// The machine that this runs on.
std::string hostMachine();

// All texts, a line each, as they stand behind #define: "NAME text" or "NAME(parameters) text".
llvm::StringRef macroTexts();
// Whether the table has the name, under any condition.
bool isKernelMacro(llvm::StringRef name);
// Whether several names of the table start with the same word: FMODE_... does, DEBUG_... does not.
bool hasKinAmongKernelMacros(llvm::StringRef name);
// The offset in macroTexts() of the name's definition in that kernel.
std::optional<unsigned> findKernelMacro(llvm::StringRef name, const KernelIdentity &kernel);

} // namespace compiler

#endif
