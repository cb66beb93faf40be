/* SPDX-License-Identifier: Apache-2.0 */
#include "compiler/helpers.h"

#include <algorithm>
#include <iterator>

namespace compiler {
namespace {

// Sorted by name.
constexpr Helper table[] = {
#include "helpers.inc"
};

} // namespace

const Helper *findHelper(llvm::StringRef name) {
  if (!name.starts_with("bpf_"))
    return nullptr;
  const Helper *at =
      std::lower_bound(std::begin(table), std::end(table), name,
                       [](const Helper &helper, llvm::StringRef n) { return helper.name < n; });
  return at != std::end(table) && at->name == name ? at : nullptr;
}

const Helper *findHelper(unsigned id) {
  for (const Helper &helper : table)
    if (helper.id == id)
      return &helper;
  return nullptr;
}

} // namespace compiler
