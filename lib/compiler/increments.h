/* SPDX-License-Identifier: Apache-2.0 */
// The amounts of maps' increment() and atomic_increment(): variadic arguments, whose signs IR does not have.
#ifndef CBCC_INCREMENTS_H
#define CBCC_INCREMENTS_H

#include <clang/AST/Decl.h>

namespace compiler {

// Whether it is a map in the dialect's form.
bool isMap(const clang::Decl &declaration);

// Widens the amounts in a function's body to 64 bits, by their signs.
void widenAmounts(clang::ASTContext &context, clang::Stmt *body);

} // namespace compiler

#endif
