/* SPDX-License-Identifier: Apache-2.0 */
#include "compiler/increments.h"

#include <clang/AST/ASTContext.h>
#include <clang/AST/Attr.h>
#include <clang/AST/Expr.h>

namespace compiler {

using namespace clang;

namespace {

bool isIncrement(const CallExpr &call) {
  const auto *method = dyn_cast<MemberExpr>(call.getCallee()->IgnoreParenImpCasts());
  const auto *map = method ? dyn_cast<DeclRefExpr>(method->getBase()->IgnoreParenImpCasts()) : nullptr;
  if (!map || !isMap(*map->getDecl()) || !method->getMemberDecl()->getIdentifier())
    return false;
  llvm::StringRef name = method->getMemberDecl()->getName();
  return name == "increment" || name == "atomic_increment";
}

void widen(ASTContext &context, CallExpr &call) {
  Expr *amount = call.getArg(1);
  QualType type = amount->getType();
  if (!type->isIntegralOrEnumerationType() || context.getIntWidth(type) >= 64)
    return;
  QualType wide = context.getIntTypeForBitwidth(64, type->isSignedIntegerOrEnumerationType());
  call.setArg(1, ImplicitCastExpr::Create(context, wide, CK_IntegralCast, amount, nullptr, VK_PRValue,
                                          FPOptionsOverride()));
}

} // namespace

bool isMap(const Decl &declaration) {
  const auto *section = declaration.getAttr<SectionAttr>();
  return section && section->getName().starts_with("maps/");
}

void widenAmounts(ASTContext &context, Stmt *body) {
  llvm::SmallVector<Stmt *, 32> pending{body};
  while (!pending.empty()) {
    Stmt *statement = pending.pop_back_val();
    if (!statement)
      continue;
    auto *call = dyn_cast<CallExpr>(statement);
    if (call && call->getNumArgs() == 2 && isIncrement(*call))
      widen(context, *call);
    pending.append(statement->child_begin(), statement->child_end());
  }
}

} // namespace compiler
