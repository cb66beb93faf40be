/* SPDX-License-Identifier: Apache-2.0 */
// Members that the kernel's headers name by macros (#define sk_family __sk_common.skc_family) and that BTF, for which
// macros do not exist, has under their longer names only.
#ifndef CBCC_FIELD_ALIASES_H
#define CBCC_FIELD_ALIASES_H

#include <llvm/ADT/ArrayRef.h>
#include <llvm/ADT/StringRef.h>

namespace compiler {

struct FieldAlias {
  llvm::StringLiteral record;
  llvm::StringLiteral name;
  llvm::StringLiteral path; // members, separated by dots
};

// Those of a struct or union.
llvm::ArrayRef<FieldAlias> fieldAliases(llvm::StringRef record);
// The tag that the kernel's headers mean by another; "" if there is none.
llvm::StringRef tagAlias(llvm::StringRef tag);

} // namespace compiler

#endif
