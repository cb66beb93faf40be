/* SPDX-License-Identifier: Apache-2.0 */
// What clang is told: its arguments, files and where to print.
#ifndef CBCC_INVOCATION_H
#define CBCC_INVOCATION_H

#include "compiler/compiler.h"
#include "compiler/diagnostics.h"

#include <clang/Frontend/CompilerInstance.h>

namespace compiler {

// The BPF triple of this machine's byte order.
const char *targetTriple();
// The BPF instruction set generated: the newest that all supported kernels know.
constexpr llvm::StringLiteral targetCpu = "v3";

// An instance that is ready to execute an action. Null if the arguments are wrong; diagnostics say how.
std::unique_ptr<clang::CompilerInstance> createInstance(const compile_request &request,
                                                        Diagnostics &diagnostics);

} // namespace compiler

#endif
