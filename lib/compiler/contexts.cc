/* SPDX-License-Identifier: Apache-2.0 */
#include "compiler/contexts.h"

#include <clang/AST/Decl.h>
#include <clang/AST/Expr.h>
#include <clang/AST/Stmt.h>

namespace compiler {

using namespace clang;

namespace {

enum class Pointers { Numbers, Typed };

constexpr struct {
  llvm::StringLiteral tag;
  Pointers pointers;
} contexts[] = {
    {"pt_regs", Pointers::Numbers},
    {"bpf_perf_event_data", Pointers::Numbers},
    {"bpf_raw_tracepoint_args", Pointers::Numbers},
    {"__sk_buff", Pointers::Typed},
    {"xdp_md", Pointers::Typed},
    {"bpf_sock", Pointers::Typed},
    {"bpf_sock_addr", Pointers::Typed},
    {"bpf_sock_ops", Pointers::Typed},
    {"bpf_sockopt", Pointers::Typed},
    {"sk_msg_md", Pointers::Typed},
    {"sk_reuseport_md", Pointers::Typed},
    {"bpf_sk_lookup", Pointers::Typed},
    {"bpf_nf_ctx", Pointers::Typed},
    {"bpf_sysctl", Pointers::Typed},
    {"bpf_cgroup_dev_ctx", Pointers::Typed},
    {"bpf_flow_keys", Pointers::Typed},
};

// Follows a context through variables and parameters of type void *.
class ContextFinder {
public:
  llvm::StringRef find(const FunctionDecl &function) {
    hold(function.getParamDecl(0));
    for (size_t i = 0; i < holders_.size() && found_.empty(); i++)
      scan(*holders_[i]);
    return found_;
  }

private:
  void hold(const VarDecl *variable) {
    if (variable && variable->getType()->isVoidPointerType() && !llvm::is_contained(holders_, variable))
      holders_.push_back(variable);
  }

  static const VarDecl *variableIn(const Expr *expression) {
    const auto *name = expression ? dyn_cast<DeclRefExpr>(expression->IgnoreParenCasts()) : nullptr;
    return name ? dyn_cast<VarDecl>(name->getDecl()) : nullptr;
  }

  void scan(const VarDecl &holder) {
    const auto *function = dyn_cast<FunctionDecl>(holder.getDeclContext());
    llvm::SmallVector<const Stmt *, 32> pending{function ? function->getBody() : nullptr};
    while (!pending.empty()) {
      const Stmt *statement = pending.pop_back_val();
      if (!statement)
        continue;
      visit(*statement, holder);
      pending.append(statement->child_begin(), statement->child_end());
    }
  }

  void visit(const Stmt &statement, const VarDecl &holder) {
    if (const auto *cast = dyn_cast<CastExpr>(&statement)) {
      if (variableIn(cast) == &holder)
        seeType(cast->getType());
    } else if (const auto *declarations = dyn_cast<DeclStmt>(&statement)) {
      for (const Decl *declaration : declarations->decls())
        if (const auto *variable = dyn_cast<VarDecl>(declaration);
            variable && variableIn(variable->getInit()) == &holder)
          hold(variable);
    } else if (const auto *assignment = dyn_cast<BinaryOperator>(&statement)) {
      if (assignment->getOpcode() == BO_Assign && variableIn(assignment->getRHS()) == &holder)
        hold(variableIn(assignment->getLHS()));
    } else if (const auto *call = dyn_cast<CallExpr>(&statement)) {
      visitCall(*call, holder);
    }
  }

  void visitCall(const CallExpr &call, const VarDecl &holder) {
    const FunctionDecl *callee = call.getDirectCallee();
    const FunctionDecl *definition = callee ? callee->getDefinition() : nullptr;
    if (!definition)
      return;
    unsigned count = std::min(call.getNumArgs(), definition->getNumParams());
    for (unsigned i = 0; i < count; i++)
      if (variableIn(call.getArg(i)) == &holder)
        hold(definition->getParamDecl(i));
  }

  void seeType(QualType type) {
    const TagDecl *tag = type->isPointerType() ? type->getPointeeType()->getAsTagDecl() : nullptr;
    if (tag && tag->getIdentifier() &&
        (isTypedContext(tag->getName()) || tag->getName() == "bpf_perf_event_data"))
      found_ = tag->getName();
  }

  llvm::SmallVector<const VarDecl *, 4> holders_;
  llvm::StringRef found_;
};

} // namespace

bool isContext(llvm::StringRef tag) {
  return llvm::any_of(contexts, [tag](const auto &context) { return context.tag == tag; });
}

bool isTypedContext(llvm::StringRef tag) {
  return tag.starts_with("bpf_iter__") || llvm::any_of(contexts, [tag](const auto &context) {
           return context.tag == tag && context.pointers == Pointers::Typed;
         });
}

llvm::StringRef contextBehind(const FunctionDecl &function) { return ContextFinder().find(function); }

} // namespace compiler
