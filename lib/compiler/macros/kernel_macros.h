/* SPDX-License-Identifier: Apache-2.0 */
// The kernel's macros, and the dialect's, as real macros that come into being when they are mentioned, so that #if,
// #ifdef, #define and #undef act on them as with the kernel's headers, and a text that does not mention them pays
// nothing.
//
// clang asks this object for every identifier it meets for the first time. A name that is in the table, or that starts
// with CONFIG_, is marked as out of date, which is how clang treats identifiers of precompiled headers: before such a
// token has any effect, as a use, in a directive or in the body of another macro, clang asks to bring it up to date,
// and the macro is defined then. It may be redefined without a warning. A name of the
// kernel's that the text declares as something else (an enumerator, a variable, a function) stays what the text makes
// of it.
#ifndef CBCC_KERNEL_MACROS_H
#define CBCC_KERNEL_MACROS_H

#include "btf/kernel_btf.h"
#include "compiler/compiler.h"
#include "compiler/macros/kernel_config.h"
#include "compiler/macros/macro_table.h"

#include <clang/Lex/ExternalPreprocessorSource.h>
#include <clang/Lex/PPCallbacks.h>
#include <clang/Lex/Preprocessor.h>
#include <llvm/ADT/StringSet.h>

#include <functional>
#include <optional>

namespace compiler {

class KernelMacros : public clang::IdentifierInfoLookup,
                     public clang::ExternalPreprocessorSource,
                     public clang::PPCallbacks {
public:
  // Gives the kernel's BTF, or null; called when a macro's value depends on it.
  using Btf = std::function<const kernel_btf *()>;
  // For all that the preprocessor reads from now on; the preprocessor owns it.
  static void install(clang::Preprocessor &preprocessor, const compile_request &request, Btf btf);

private:
  KernelMacros(clang::Preprocessor &preprocessor, KernelIdentity kernel, Btf btf, bool dialectOnly,
               facts *facts)
      : preprocessor_(preprocessor), kernel_(std::move(kernel)), btf_(std::move(btf)),
        dialectOnly_(dialectOnly), facts_(facts) {}

  clang::IdentifierInfo *get(llvm::StringRef name) override;

  void ReadDefinedMacros() override {}
  void updateOutOfDateIdentifier(const clang::IdentifierInfo &identifier) override;
  clang::IdentifierInfo *GetIdentifier(uint64_t) override { return nullptr; }
  clang::Module *getModule(unsigned) override { return nullptr; }

  void Ifdef(clang::SourceLocation, const clang::Token &name, const clang::MacroDefinition &macro) override {
    seeTest(name, macro);
  }
  void Elifdef(clang::SourceLocation, const clang::Token &name,
               const clang::MacroDefinition &macro) override {
    seeTest(name, macro);
  }
  void Defined(const clang::Token &name, const clang::MacroDefinition &macro, clang::SourceRange) override {
    seeTest(name, macro);
  }
  void Ifndef(clang::SourceLocation, const clang::Token &name, const clang::MacroDefinition &macro) override {
    seeTest(name, macro);
  }
  using PPCallbacks::Elifdef;
  void MacroUndefined(const clang::Token &name, const clang::MacroDefinition &,
                      const clang::MacroDirective *) override {
    undefined_.insert(name.getIdentifierInfo()->getName());
  }

  void seeTest(const clang::Token &name, const clang::MacroDefinition &macro);
  bool isOwnMacro(llvm::StringRef name, clang::SourceLocation asked);
  template <size_t N> void warn(const clang::Token &token, const char (&message)[N]);
  // Whether the file that is being read is in a directory of the dialect's headers.
  bool isReading(llvm::StringRef directory);
  bool isDefinedByHeader(llvm::StringRef name);
  bool isDeclaredByText(llvm::StringRef name);
  void readNames(clang::FileID file);
  const KernelConfig &config();
  std::string computed(llvm::StringRef what);

  clang::FileID fileOf(const MacroTable &table, clang::FileID &file, llvm::StringRef name);
  void defineConfig(clang::IdentifierInfo &name);
  void defineText(clang::IdentifierInfo &name, llvm::StringRef text);
  void define(clang::IdentifierInfo &name, clang::FileID file, unsigned offset);

  clang::Preprocessor &preprocessor_;
  KernelIdentity kernel_;
  Btf btf_;
  const bool dialectOnly_;                   // the kernel's come from its headers
  clang::FileID kernelTexts_, dialectTexts_; // of the tables, once one was needed
  facts *facts_;                             // null: not wanted
  std::optional<KernelConfig> config_;
  llvm::StringSet<> declared_;
  llvm::StringSet<> undefined_;        // by #undef, or -U among the compiler's arguments
  llvm::DenseSet<clang::FileID> read_; // files whose names are in declared_
  bool warned_ = false;                // of an unknown configuration
};

} // namespace compiler

#endif
