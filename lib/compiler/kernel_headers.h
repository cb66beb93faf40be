/* SPDX-License-Identifier: Apache-2.0 */
// Compiling with the kernel's own headers instead of cbcc's knowledge of what they declare.
#ifndef CBCC_KERNEL_HEADERS_H
#define CBCC_KERNEL_HEADERS_H

#include "compiler/compiler.h"

#include <string>
#include <vector>

namespace compiler {

// Whether the text is compiled with the kernel's headers.
inline bool usesKernelHeaders(const compile_request &request) { return request.headers_source; }

// Where they are, what they expect to be defined, and what stands before the text.
void addKernelHeaders(const compile_request &request, std::vector<std::string> &args);

} // namespace compiler

#endif
