/* SPDX-License-Identifier: Apache-2.0 */
// The configuration that the running kernel was built with.
#ifndef CBCC_KERNEL_CONFIG_H
#define CBCC_KERNEL_CONFIG_H

#include "cache/facts.h"

#include <llvm/ADT/StringRef.h>

#include <optional>
#include <string>

namespace compiler {

class KernelConfig {
public:
  // Reads it where the kernel or the distribution keeps it, compressed or not; most of 1 ms.
  static KernelConfig read(facts *facts);
  explicit KernelConfig(std::string text) : text_(std::move(text)) {}

  bool isKnown() const { return !text_.empty(); }
  // What the kernel's build defines CONFIG_NAME and CONFIG_NAME_MODULE as, if it does: "1", a number or a string.
  std::optional<llvm::StringRef> macro(llvm::StringRef name) const;

private:
  std::optional<llvm::StringRef> value(llvm::StringRef option) const;

  std::string text_;
};

} // namespace compiler

#endif
