/* SPDX-License-Identifier: Apache-2.0 */
// The one place that knows LLVM versions.
#ifndef CBCC_LLVM_COMPAT_H
#define CBCC_LLVM_COMPAT_H

#include <llvm/Config/llvm-config.h>

#if LLVM_VERSION_MAJOR != 19
#error "cbcc is built with LLVM 19"
#endif

#endif
