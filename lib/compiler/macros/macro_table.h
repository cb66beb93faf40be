/* SPDX-License-Identifier: Apache-2.0 */
// Macros as tables: the kernel's, generated from kernel.def and from the user space headers of Linux, and the dialect's,
// from its headers. The texts are one buffer and the entries have no pointers, so that ten thousand macros cost a
// process nothing until they are read.
#ifndef CBCC_MACRO_TABLE_H
#define CBCC_MACRO_TABLE_H

#include <llvm/ADT/ArrayRef.h>
#include <llvm/ADT/StringRef.h>

#include <cstdint>
#include <optional>
#include <string>

namespace compiler {

// What the tables' conditions are about.
struct KernelIdentity {
  uint32_t version; // as LINUX_VERSION_CODE
  std::string machine;
  bool syscallWrapper; // system call functions take one struct pt_regs pointer
};

// The machine that this runs on.
std::string hostMachine();

class MacroTable {
public:
  struct Entry {
    uint32_t offset; // in the texts
    uint16_t length; // of the name
    uint16_t condition;
  };
  struct Condition {
    uint32_t since; // kernel version; 0 for any
    uint32_t until;
    const char *machine; // "" for any; "little" and "big", "direct" and "wrapped" system calls
  };

  constexpr MacroTable(llvm::StringRef texts, llvm::ArrayRef<Entry> entries,
                       llvm::ArrayRef<Condition> conditions)
      : texts_(texts), entries_(entries), conditions_(conditions) {}

  // All texts, a line each, as they stand behind #define: "NAME text" or "NAME(parameters) text".
  llvm::StringRef texts() const { return texts_; }
  // Whether the table has the name, under any condition.
  bool contains(llvm::StringRef name) const { return firstOf(name); }
  // For which kernels and machines the table has the name: "kernels before 4.8"; "" if it has it for none.
  std::string whereDefined(llvm::StringRef name) const;
  // Whether several names of the table start with the same word: FMODE_... does, DEBUG_... does not.
  bool hasKin(llvm::StringRef name) const;
  // The offset in texts() of the name's definition in that kernel.
  std::optional<unsigned> find(llvm::StringRef name, const KernelIdentity &kernel) const;

private:
  llvm::StringRef nameOf(const Entry &entry) const { return texts_.substr(entry.offset, entry.length); }
  const Entry *lowerBound(llvm::StringRef name) const;
  const Entry *firstOf(llvm::StringRef name) const;

  llvm::StringRef texts_;
  llvm::ArrayRef<Entry> entries_;
  llvm::ArrayRef<Condition> conditions_;
};

extern const MacroTable kernelMacros, dialectMacros;

} // namespace compiler

#endif
