/* SPDX-License-Identifier: Apache-2.0 */
#include "compiler/demangle.h"

#include "compiler/guard.h"

#include <llvm/Demangle/Demangle.h>

#include <cctype>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>

namespace compiler {
namespace {

// Names come out of any process's files. LLVM recurses with their nesting, and their text may grow without bounds.
constexpr size_t longestName = 1 << 16;
constexpr Limits nameLimits{int64_t(16) << 20, 500};

struct Escape {
  std::string_view code, text;
};

// How Rust writes what C++'s mangling has no letters for.
constexpr Escape rustEscapes[] = {
    {"$SP$", "@"},   {"$BP$", "*"},  {"$RF$", "&"},  {"$LT$", "<"},  {"$GT$", ">"},
    {"$LP$", "("},   {"$RP$", ")"},  {"$C$", ","},   {"..", "::"},   {"$u20$", " "},
    {"$u22$", "\""}, {"$u27$", "'"}, {"$u2b$", "+"}, {"$u3b$", ";"}, {"$u5b$", "["},
    {"$u5d$", "]"},  {"$u7b$", "{"}, {"$u7d$", "}"}, {"$u7e$", "~"},
};

// "...::h0123456789abcdef": older versions of Rust end their names, which are C++'s otherwise, with a hash.
bool isOldRust(std::string_view name) {
  constexpr size_t digits = 16;
  if (name.size() <= digits + 3 || name.substr(name.size() - digits - 3, 3) != "::h")
    return false;
  for (char c : name.substr(name.size() - digits))
    if (!std::isdigit(static_cast<unsigned char>(c)) && (c < 'a' || c > 'f'))
      return false;
  return true;
}

std::string unescapeRust(std::string_view name) {
  std::string text;
  name.remove_suffix(19);
  while (!name.empty()) {
    const Escape *found = nullptr;
    // A part that begins with an escape has an underscore before it.
    bool atStart = text.empty() || (text.size() > 1 && text.compare(text.size() - 2, 2, "::") == 0);
    if (atStart && name.size() > 1 && name[0] == '_' && name[1] == '$')
      name.remove_prefix(1);
    for (const Escape &escape : rustEscapes)
      if (!found && name.substr(0, escape.code.size()) == escape.code)
        found = &escape;
    text += found ? found->text : name.substr(0, 1);
    name.remove_prefix(found ? found->code.size() : 1);
  }
  return text;
}

char *demangleGuarded(const char *name) {
  if (name[1] == 'R')
    return llvm::rustDemangle(name);
  char *text = llvm::itaniumDemangle(name);
  if (!text || !isOldRust(text))
    return text;
  char *rust = strdup(unescapeRust(text).c_str());
  std::free(text);
  return rust;
}

} // namespace
} // namespace compiler

extern "C" __attribute__((visibility("default"))) char *cbcc_demangle(const char *name) {
  using namespace compiler;
  if ((std::strncmp(name, "_Z", 2) != 0 && std::strncmp(name, "_R", 2) != 0) ||
      std::strlen(name) > longestName)
    return nullptr;
  char *text = nullptr;
  std::string fatal;
  int err = runGuarded([&] { text = demangleGuarded(name); }, nameLimits, fatal);
  return err ? nullptr : text;
}
