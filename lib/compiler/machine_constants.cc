/* SPDX-License-Identifier: Apache-2.0 */
#include "compiler/machine_constants.h"

#include <unistd.h>

namespace compiler {

using namespace clang;

namespace {

constexpr struct {
  llvm::StringLiteral name;
  int sysconf;
} constants[] = {
    {"cbcc_num_cpus", _SC_NPROCESSORS_ONLN},
};

EnumConstantDecl *makeEnumerator(ASTContext &context, llvm::StringRef name, int value) {
  DeclContext *unit = context.getTranslationUnitDecl();
  auto *declaration = EnumDecl::Create(context, unit, {}, {}, nullptr, nullptr, false, false, false);
  declaration->startDefinition();
  auto *enumerator =
      EnumConstantDecl::Create(context, declaration, {}, &context.Idents.get(name), context.IntTy, nullptr,
                               llvm::APSInt(llvm::APInt(32, value), false));
  declaration->addDecl(enumerator);
  declaration->completeDefinition(context.IntTy, context.IntTy, 32, 32);
  unit->addHiddenDecl(declaration);
  return enumerator;
}

} // namespace

EnumConstantDecl *findMachineConstant(ASTContext &context, llvm::StringRef name) {
  for (const auto &constant : constants)
    if (constant.name == name)
      return makeEnumerator(context, name, sysconf(constant.sysconf));
  return nullptr;
}

} // namespace compiler
