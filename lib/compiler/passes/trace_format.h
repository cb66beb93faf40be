/* SPDX-License-Identifier: Apache-2.0 */
// Formats of bpf_trace_printk. What the kernel refuses in them it refuses when the program runs, and prints nothing.
#ifndef CBCC_TRACE_FORMAT_H
#define CBCC_TRACE_FORMAT_H

#include <llvm/ADT/StringRef.h>

#include <cstdint>
#include <string>

namespace compiler {

// A warning of a format with so many values; "" if there is none. version: LINUX_VERSION_CODE.
std::string traceFormatProblem(llvm::StringRef format, unsigned values, uint32_t version);

} // namespace compiler

#endif
