/* SPDX-License-Identifier: Apache-2.0 */
// The front end: one parse of the text, giving unoptimised IR and what only the syntax tree knows.
#ifndef CBCC_FRONT_END_H
#define CBCC_FRONT_END_H

#include "compiler/compiler.h"
#include "compiler/diagnostics.h"

#include <llvm/IR/LLVMContext.h>
#include <llvm/IR/Module.h>

#include <memory>
#include <string>
#include <vector>

namespace compiler {

// A function of the text that can be attached: external, with a body.
struct Entry {
  std::string name;
  // Tag of the struct that the first parameter points to, or that is behind a void *; "" if it is none.
  std::string contextType;
  unsigned parameters = 0;
  bool typedContext = false; // the first parameter is an unsigned long long *, as of fentry and LSM programs
  std::string section;       // one that says what runs the program (sections.h); "" if it is none
};

struct Unit {
  std::unique_ptr<llvm::Module> module; // null if there were errors
  std::vector<Entry> entries;           // in the order of the text
  std::string license;
};

// Parses. context must outlive the unit.
Unit parse(const compile_request &request, llvm::LLVMContext &context, Diagnostics &diagnostics);

// The preprocessed text.
std::string preprocess(const compile_request &request);

} // namespace compiler

#endif
