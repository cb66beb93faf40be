/* SPDX-License-Identifier: Apache-2.0 */
#include "compiler/macros/macro_table.h"

#include <llvm/Support/SwapByteOrder.h>

#include <sys/utsname.h>

#include <algorithm>

namespace compiler {
namespace {

using Entry = MacroTable::Entry;
using Condition = MacroTable::Condition;

namespace kernel {
#include "macros.inc"
}
namespace dialect {
#include "dialect_macros.inc"
}

bool holds(const Condition &condition, const KernelIdentity &kernel) {
  llvm::StringRef machine = condition.machine;
  if (kernel.version < condition.since || (condition.until && kernel.version >= condition.until))
    return false;
  return machine.empty() || machine == kernel.machine ||
         machine == (llvm::sys::IsLittleEndianHost ? "little" : "big") ||
         machine == (kernel.syscallWrapper ? "wrapped" : "direct");
}

} // namespace

constexpr MacroTable kernelMacros({kernel::texts, sizeof kernel::texts - 1}, kernel::entries,
                                  kernel::conditions);
constexpr MacroTable dialectMacros({dialect::texts, sizeof dialect::texts - 1}, dialect::entries,
                                   dialect::conditions);

std::string hostMachine() {
  utsname system;
  uname(&system);
  return system.machine;
}

// The first whose name is not less.
const Entry *MacroTable::lowerBound(llvm::StringRef name) const {
  return std::lower_bound(entries_.begin(), entries_.end(), name,
                          [this](const Entry &entry, llvm::StringRef n) { return nameOf(entry) < n; });
}

const Entry *MacroTable::firstOf(llvm::StringRef name) const {
  const Entry *at = lowerBound(name);
  return at != entries_.end() && nameOf(*at) == name ? at : nullptr;
}

std::string MacroTable::whereDefined(llvm::StringRef name) const {
  const Entry *entry = firstOf(name);
  if (!entry)
    return "";
  const Condition &condition = conditions_[entry->condition];
  auto version = [](uint32_t code) {
    return " " + std::to_string(code >> 16) + "." + std::to_string(code >> 8 & 255);
  };
  std::string where = "kernels";
  if (condition.since)
    where += " since" + version(condition.since);
  if (condition.until)
    where += " before" + version(condition.until);
  return where + (*condition.machine ? " on " : "") + condition.machine;
}

bool MacroTable::hasKin(llvm::StringRef name) const {
  constexpr ptrdiff_t several = 3;
  llvm::StringRef word = name.take_front(name.find('_') + 1);
  const Entry *first = lowerBound(word);
  return !word.empty() && entries_.end() - first >= several && nameOf(first[several - 1]).starts_with(word);
}

std::optional<unsigned> MacroTable::find(llvm::StringRef name, const KernelIdentity &kernel) const {
  const Entry *entry = firstOf(name);
  for (; entry && entry != entries_.end() && nameOf(*entry) == name; entry++)
    if (holds(conditions_[entry->condition], kernel))
      return entry->offset;
  return std::nullopt;
}

} // namespace compiler
