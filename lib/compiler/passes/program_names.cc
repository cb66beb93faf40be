/* SPDX-License-Identifier: Apache-2.0 */
#include "compiler/passes/passes.h"

namespace compiler {

using namespace llvm;

namespace {

struct Prefix {
  StringLiteral text;
  bool hasModule; // MODULE__ follows
};

constexpr Prefix prefixes[] = {
    {"kprobe__", false},         {"kretprobe__", false}, {"tracepoint__", false},
    {"raw_tracepoint__", false}, {"kfunc__", true},      {"kretfunc__", true},
    {"kmod_ret__", false},       {"lsm__", false},       {"bpf_iter__", false},
};

StringRef withoutPrefix(StringRef name) {
  for (const Prefix &prefix : prefixes) {
    StringRef rest = name;
    if (!rest.consume_front(prefix.text))
      continue;
    size_t module = prefix.hasModule ? rest.find("__") : StringRef::npos;
    if (module != StringRef::npos && module > 0)
      rest = rest.substr(module + 2);
    return rest.empty() ? name : rest;
  }
  return name;
}

} // namespace

StringRef shortenName(Function &program) {
  std::string name = withoutPrefix(program.getName()).str();
  // LLVM appends a number to a name that the module has already.
  if (name != program.getName())
    program.setName(name);
  return program.getName();
}

} // namespace compiler
