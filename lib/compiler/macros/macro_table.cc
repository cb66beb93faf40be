/* SPDX-License-Identifier: Apache-2.0 */
#include "compiler/macros/macro_table.h"

#include <llvm/Support/SwapByteOrder.h>

#include <sys/utsname.h>

#include <algorithm>
#include <iterator>

namespace compiler {
namespace {

struct Entry {
  uint32_t offset; // in texts
  uint16_t length; // of the name
  uint16_t condition;
};

struct Condition {
  uint32_t since; // kernel version; 0 for any
  uint32_t until;
  const char *machine; // "" for any; "little" and "big" are byte orders
};

#include "macros.inc"

llvm::StringRef nameOf(const Entry &entry) { return {texts + entry.offset, entry.length}; }

bool holds(const Condition &condition, const KernelIdentity &kernel) {
  llvm::StringRef machine = condition.machine;
  if (kernel.version < condition.since || (condition.until && kernel.version >= condition.until))
    return false;
  return machine.empty() || machine == kernel.machine ||
         machine == (llvm::sys::IsLittleEndianHost ? "little" : "big");
}

// The first whose name is not less.
const Entry *lowerBound(llvm::StringRef name) {
  return std::lower_bound(std::begin(entries), std::end(entries), name,
                          [](const Entry &entry, llvm::StringRef n) { return nameOf(entry) < n; });
}

const Entry *firstOf(llvm::StringRef name) {
  const Entry *at = lowerBound(name);
  return at != std::end(entries) && nameOf(*at) == name ? at : nullptr;
}

} // namespace

std::string hostMachine() {
  utsname system;
  uname(&system);
  return system.machine;
}

llvm::StringRef macroTexts() { return {texts, sizeof texts - 1}; }

bool isKernelMacro(llvm::StringRef name) { return firstOf(name); }

bool hasKinAmongKernelMacros(llvm::StringRef name) {
  constexpr ptrdiff_t several = 3;
  llvm::StringRef word = name.take_front(name.find('_') + 1);
  const Entry *first = lowerBound(word);
  return !word.empty() && std::end(entries) - first >= several &&
         nameOf(first[several - 1]).starts_with(word);
}

std::optional<unsigned> findKernelMacro(llvm::StringRef name, const KernelIdentity &kernel) {
  const Entry *entry = firstOf(name);
  for (; entry && entry != std::end(entries) && nameOf(*entry) == name; entry++)
    if (holds(conditions[entry->condition], kernel))
      return entry->offset;
  return std::nullopt;
}

} // namespace compiler
