/* SPDX-License-Identifier: Apache-2.0 */
// Types by their names in C, as the program sees them at that moment: its own first, then the kernel's.
#ifndef CBCC_TYPE_NAMES_H
#define CBCC_TYPE_NAMES_H

#include <clang/AST/Type.h>
#include <clang/Sema/Sema.h>

#include <optional>

namespace compiler {

// "unsigned long", "struct file", "pid_t": words with single blanks. A null type if there is none of that name.
clang::QualType findType(clang::Sema &sema, llvm::StringRef name);

// "16" or "TASK_COMM_LEN": a number, or an enumerator.
std::optional<uint64_t> findConstant(clang::Sema &sema, llvm::StringRef text);

} // namespace compiler

#endif
