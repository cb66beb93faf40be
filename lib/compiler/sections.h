/* SPDX-License-Identifier: Apache-2.0 */
// The sections that say what runs a program: SEC("kprobe/FUNCTION") and all others that libbpf knows.
#ifndef CBCC_SECTIONS_H
#define CBCC_SECTIONS_H

#include <llvm/ADT/StringRef.h>

namespace compiler {

struct Section {
  llvm::StringLiteral name; // "xdp": just this; "iter/": this and more; "tp+": "tp" or "tp/" and more
  bool readsMemory;         // programs there follow the kernel's pointers as they do in BCC's dialect
};

// What is known of a section; null: it says nothing. A "?" before the name, for programs that do not start by
// themselves, is accepted.
const Section *findSection(llvm::StringRef name);

} // namespace compiler

#endif
