/* SPDX-License-Identifier: Apache-2.0 */
#include "compiler/macros/kernel_macros.h"
#include "compiler/files.h"
#include "compiler/kernel_headers.h"
#include "compiler/macros/declared_names.h"

#include <clang/Basic/CharInfo.h>
#include <clang/Basic/SourceManager.h>
#include <clang/Lex/Lexer.h>
#include <clang/Lex/MacroInfo.h>

#include <unistd.h>

#include <utility>

namespace compiler {
namespace {

using namespace clang;

constexpr llvm::StringLiteral configPrefix = "CONFIG_";

// In capitals, and of a family that the kernel has: programs' own options are in capitals, too.
bool looksLikeKernelMacro(llvm::StringRef name) {
  auto isOfConstant = [](char c) { return c == '_' || isUppercase(c) || isDigit(c); };
  // __NAME__ is a compiler's, or an editor's.
  return llvm::all_of(name, isOfConstant) && !name.ends_with("__") && kernelMacros.hasKin(name) &&
         !kernelMacros.contains(name);
}

bool isDialect(const SourceManager &sources, SourceLocation location) {
  return sources.getFilename(sources.getSpellingLoc(location)).starts_with(headerDirectory);
}

bool isWordAt(llvm::StringRef text, size_t at) {
  return at < text.size() && isAsciiIdentifierContinue(text[at]);
}

bool definesMacro(llvm::StringRef text, llvm::StringRef name) {
  for (size_t at = text.find(name); at != llvm::StringRef::npos; at = text.find(name, at + 1)) {
    llvm::StringRef before = text.take_front(at);
    if (before.rtrim().ends_with("define") && before.rtrim().size() < before.size() &&
        !isWordAt(text, at + name.size()))
      return true;
  }
  return false;
}

// Reads a macro's text, to the end of its line, as #define would.
class DefinitionReader {
public:
  DefinitionReader(Preprocessor &preprocessor, SourceLocation start, llvm::StringRef buffer, unsigned offset)
      : preprocessor_(preprocessor),
        lexer_(start, preprocessor.getLangOpts(), buffer.begin(), buffer.begin() + offset, buffer.end()) {
    next(); // the name
    location_ = token_.getLocation();
    next();
  }

  MacroInfo *read() {
    MacroInfo *macro = preprocessor_.AllocateMacroInfo(location_);
    if (token_.is(tok::l_paren) && !token_.hasLeadingSpace())
      readParameters(*macro);
    llvm::SmallVector<Token, 32> body;
    for (; !atEnd(); next())
      body.push_back(token_);
    if (!body.empty()) {
      body.front().clearFlag(Token::LeadingSpace);
      macro->setDefinitionEndLoc(body.back().getLocation());
    }
    macro->setTokens(body, preprocessor_.getPreprocessorAllocator());
    macro->setIsAllowRedefinitionsWithoutWarning(true);
    return macro;
  }

private:
  void next() {
    bool first = location_.isInvalid();
    wasComma_ = !first && token_.is(tok::comma);
    lexer_.LexFromRawLexer(token_);
    ended_ = token_.is(tok::eof) || (!first && token_.isAtStartOfLine());
    token_.clearFlag(Token::StartOfLine);
    if (!ended_ && token_.is(tok::raw_identifier))
      preprocessor_.LookUpIdentifierInfo(token_);
  }

  bool atEnd() const { return ended_; }

  // "(a, b, rest...)"
  void readParameters(MacroInfo &macro) {
    llvm::SmallVector<IdentifierInfo *, 8> parameters;
    for (next(); !atEnd() && token_.isNot(tok::r_paren); next()) {
      if (token_.is(tok::ellipsis))
        addRest(macro, parameters);
      else if (token_.isNot(tok::comma))
        parameters.push_back(token_.getIdentifierInfo());
    }
    next();
    macro.setIsFunctionLike();
    macro.setParameterList(parameters, preprocessor_.getPreprocessorAllocator());
  }

  // "rest..." or "..."
  void addRest(MacroInfo &macro, llvm::SmallVectorImpl<IdentifierInfo *> &parameters) {
    if (wasComma_ || parameters.empty()) {
      parameters.push_back(preprocessor_.getIdentifierInfo("__VA_ARGS__"));
      macro.setIsC99Varargs();
    } else {
      macro.setIsGNUVarargs();
    }
  }

  Preprocessor &preprocessor_;
  Lexer lexer_;
  Token token_;
  SourceLocation location_; // of the name
  bool ended_ = false;
  bool wasComma_ = false; // the token before
};

// What stands beside a declared name, not for one: "int x __maybe_unused;" declares x.
bool isAnnotation(llvm::StringRef text) {
  llvm::StringRef line = text.take_until([](char c) { return c == '\n'; });
  return line.empty() || line.contains("__attribute__");
}

// One member has two names, by kernel version.
std::string sizeOfShortName(const kernel_btf *btf) {
  for (const char *member : {"d_shortname", "d_iname"})
    if (size_t size = btf ? kernel_btf_member_size(btf, "dentry", member) : 0)
      return std::to_string(size);
  return "";
}

} // namespace

void KernelMacros::install(Preprocessor &preprocessor, const compile_request &request, Btf btf) {
  KernelIdentity kernel{request.kernel_version, hostMachine(), request.syscall_wrapper};
  std::unique_ptr<KernelMacros> macros(new KernelMacros(preprocessor, std::move(kernel), std::move(btf),
                                                        usesKernelHeaders(request), request.facts));
  // clang knows the names of the C library's functions before it asks for any.
  for (llvm::StringRef name : {"strcmp", "strcpy", "strlen", "strncmp", "strncpy"})
    preprocessor.getIdentifierTable().get(name).setOutOfDate(true);
  preprocessor.getIdentifierTable().setExternalIdentifierLookup(macros.get());
  preprocessor.setExternalSource(macros.get());
  preprocessor.addPPCallbacks(std::move(macros));
}

IdentifierInfo *KernelMacros::get(llvm::StringRef name) {
  bool isKernels = !dialectOnly_ && (name.starts_with(configPrefix) || kernelMacros.contains(name));
  if (!isKernels && !dialectMacros.contains(name))
    return nullptr;
  IdentifierInfo &identifier = preprocessor_.getIdentifierTable().getOwn(name);
  identifier.setOutOfDate(true);
  return &identifier;
}

void KernelMacros::updateOutOfDateIdentifier(const IdentifierInfo &outOfDate) {
  auto &identifier = const_cast<IdentifierInfo &>(outOfDate);
  identifier.setOutOfDate(false);
  llvm::StringRef name = identifier.getName();
  if (std::optional<unsigned> offset = dialectMacros.find(name, kernel_)) {
    // libbpf's headers define these, and more where they are not defined yet.
    if (!isDefinedByHeader(name))
      define(identifier, fileOf(dialectMacros, dialectTexts_, "<cbcc>"), *offset);
    return;
  }
  if (dialectOnly_)
    return;
  // What the prelude's own macros mention is not used yet, and a header of the text's may declare it first.
  if (isReading(preludeDirectory)) {
    identifier.setOutOfDate(true);
    return;
  }
  std::optional<unsigned> offset = kernelMacros.find(name, kernel_);
  llvm::StringRef text = offset ? kernelMacros.texts().substr(*offset + name.size()) : "";
  if (!(offset && isAnnotation(text)) && isDeclaredByText(name))
    return;
  if (name.starts_with(configPrefix) && !kernelMacros.contains(name))
    return defineConfig(identifier);
  if (!offset)
    return;
  if (text.consume_front(" @"))
    return defineText(identifier, computed(text.take_until([](char c) { return c == '\n'; })));
  define(identifier, fileOf(kernelMacros, kernelTexts_, "<kernel macros>"), *offset);
}

FileID KernelMacros::fileOf(const MacroTable &table, FileID &file, llvm::StringRef name) {
  if (file.isInvalid())
    file = preprocessor_.getSourceManager().createFileID(llvm::MemoryBufferRef(table.texts(), name),
                                                         SrcMgr::C_System);
  return file;
}

// The text itself, and the file that is being read: a header of the text's own declares a name where it mentions it.
bool KernelMacros::isDeclaredByText(llvm::StringRef name) {
  SourceManager &sources = preprocessor_.getSourceManager();
  readNames(sources.getMainFileID());
  if (const PreprocessorLexer *lexer = preprocessor_.getCurrentFileLexer())
    readNames(lexer->getFileID());
  return declared_.contains(name);
}

bool KernelMacros::isReading(llvm::StringRef directory) {
  const PreprocessorLexer *lexer = preprocessor_.getCurrentFileLexer();
  SourceManager &sources = preprocessor_.getSourceManager();
  return lexer && sources.getFilename(sources.getLocForStartOfFile(lexer->getFileID())).starts_with(directory);
}

// Whether the file that is being read is a header that defines a macro of that name.
bool KernelMacros::isDefinedByHeader(llvm::StringRef name) {
  const PreprocessorLexer *lexer = preprocessor_.getCurrentFileLexer();
  SourceManager &sources = preprocessor_.getSourceManager();
  return lexer && lexer->getFileID() != sources.getMainFileID() && !isReading(preludeDirectory) &&
         definesMacro(sources.getBufferData(lexer->getFileID()), name);
}

void KernelMacros::readNames(FileID file) {
  SourceManager &sources = preprocessor_.getSourceManager();
  if (file.isInvalid() || file == preprocessor_.getPredefinesFileID() || !read_.insert(file).second ||
      isDialect(sources, sources.getLocForStartOfFile(file)))
    return;
  if (auto buffer = sources.getBufferOrNone(file))
    addDeclaredNames(buffer->getBuffer(), preprocessor_.getLangOpts(), declared_);
}

const KernelConfig &KernelMacros::config() {
  if (!config_)
    config_ = KernelConfig::read(facts_);
  return *config_;
}

void KernelMacros::defineConfig(IdentifierInfo &name) {
  if (auto value = config().macro(name.getName()))
    defineText(name, *value);
}

// Values that depend on more than the version; "" leaves the macro undefined.
std::string KernelMacros::computed(llvm::StringRef what) {
  const long page = sysconf(_SC_PAGESIZE);
  const uint32_t version = kernel_.version;
  if (what == "dname_inline_len")
    return sizeOfShortName(btf_());
  const std::pair<llvm::StringLiteral, std::string> values[] = {
      {"version", std::to_string(version)},
      {"version_major", std::to_string(version >> 16)},
      {"version_patchlevel", std::to_string(version >> 8 & 0xff)},
      {"version_sublevel", std::to_string(version & 0xff)},
      {"page_size", std::to_string(page) + "UL"},
      {"page_shift", std::to_string(__builtin_ctzl(page))},
  };
  for (const auto &[key, value] : values)
    if (key == what)
      return value;
  return "";
}

void KernelMacros::defineText(IdentifierInfo &name, llvm::StringRef text) {
  if (text.empty())
    return;
  auto buffer = llvm::MemoryBuffer::getMemBufferCopy((name.getName() + " " + text + "\n").str(), "<kernel>");
  define(name, preprocessor_.getSourceManager().createFileID(std::move(buffer), SrcMgr::C_System), 0);
}

void KernelMacros::define(IdentifierInfo &name, FileID file, unsigned offset) {
  SourceManager &sources = preprocessor_.getSourceManager();
  DefinitionReader reader(preprocessor_, sources.getLocForStartOfFile(file), sources.getBufferData(file),
                          offset);
  preprocessor_.appendDefMacroDirective(&name, reader.read());
}

template <size_t N> void KernelMacros::warn(const Token &token, const char (&message)[N]) {
  DiagnosticsEngine &diagnostics = preprocessor_.getDiagnostics();
  diagnostics.Report(token.getLocation(), diagnostics.getCustomDiagID(DiagnosticsEngine::Warning, message))
      << token.getIdentifierInfo()->getName();
}

// A question that cannot be answered takes the branch for "no", perhaps the wrong one: say so.
void KernelMacros::seeTest(const Token &token, const MacroDefinition &macro) {
  const IdentifierInfo &name = *token.getIdentifierInfo();
  SourceManager &sources = preprocessor_.getSourceManager();
  // (clang does not apply -w to diagnostics that are not its own.)
  if (dialectOnly_ || macro || preprocessor_.getDiagnostics().getIgnoreAllWarnings() ||
      isDialect(sources, token.getLocation()))
    return;
  if (name.getName().starts_with(configPrefix)) {
    if (!config().isKnown() && !std::exchange(warned_, true))
      warn(token, "this kernel's configuration is not known (neither /proc/config.gz nor /boot/config-* can "
                  "be read): "
                  "all CONFIG_ names are undefined");
  } else if (looksLikeKernelMacro(name.getName()) && !undefined_.contains(name.getName()) &&
             !isOwnMacro(name.getName(), token.getLocation())) {
    warn(
        token,
        "'%0' is no macro of the kernel's that is known here: if the kernel's headers define it, this is the "
        "wrong branch (-U%0 says that it is not defined)");
  }
}

// Whether the text, or the header that asks, defines the name anywhere, or BTF has it: in the kernel's headers it is then
// no macro, either.
bool KernelMacros::isOwnMacro(llvm::StringRef name, SourceLocation asked) {
  SourceManager &sources = preprocessor_.getSourceManager();
  if (definesMacro(sources.getBufferData(sources.getMainFileID()), name) ||
      definesMacro(sources.getBufferData(sources.getFileID(asked)), name))
    return true;
  uint32_t index;
  const kernel_btf *btf = btf_();
  return btf && kernel_btf_find_enumerator(btf, name.str().c_str(), &index);
}

} // namespace compiler
