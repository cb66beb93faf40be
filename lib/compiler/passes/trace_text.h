/* SPDX-License-Identifier: Apache-2.0 */
// The text that is behind a format argument of bpf_trace_printk.
#ifndef CBCC_TRACE_TEXT_H
#define CBCC_TRACE_TEXT_H

#include <llvm/ADT/StringRef.h>
#include <llvm/IR/Value.h>

#include <optional>
#include <string>

namespace compiler {

// A literal in the text.
std::optional<llvm::StringRef> literalText(llvm::Value &format);

// What a constant holds, or a local array that is written only where it is initialised. It may go on behind a NUL.
std::optional<std::string> initialText(llvm::Value &format);

} // namespace compiler

#endif
