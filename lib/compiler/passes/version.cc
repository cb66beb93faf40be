/* SPDX-License-Identifier: Apache-2.0 */
#include "compiler/passes/passes.h"

#include <llvm/IR/Constants.h>

#include <cstdlib>

namespace compiler {

using namespace llvm;

// BCC_LINUX_VERSION_CODE=0x60100, for kernels that compare it with their own version; LINUX_VERSION_CODE in the text
// stays the running kernel's.
void addVersion(Module &module, Diagnostics &diagnostics) {
  constexpr char variable[] = "BCC_LINUX_VERSION_CODE";
  const char *given = std::getenv(variable);
  uint32_t version;
  if (!given || !*given)
    return;
  if (StringRef(given).getAsInteger(0, version))
    return diagnostics.error(Twine(variable) + "='" + given + "' is no number");
  diagnostics.warning(Twine(variable) + "='" + given +
                      "' is the version that the program says to be made for");
  auto *type = Type::getInt32Ty(module.getContext());
  auto *global = new GlobalVariable(module, type, false, GlobalValue::ExternalLinkage,
                                    ConstantInt::get(type, version), "_version");
  global->setSection("version");
}

} // namespace compiler
