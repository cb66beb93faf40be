/* SPDX-License-Identifier: Apache-2.0 */
// Constants of the dialect whose value is the machine's; asked for only by programs that use them.
#ifndef CBCC_MACHINE_CONSTANTS_H
#define CBCC_MACHINE_CONSTANTS_H

#include <clang/AST/ASTContext.h>
#include <clang/AST/Decl.h>

namespace compiler {

// As an enumerator, so that it is a constant expression. Null if there is none of that name.
clang::EnumConstantDecl *findMachineConstant(clang::ASTContext &context, llvm::StringRef name);

} // namespace compiler

#endif
