/* SPDX-License-Identifier: Apache-2.0 */
// The files a compile sees: the real ones, the text itself beside where it says it is, the dialect's own headers, and
// for every kernel header an empty one, since what kernel headers declare is known without them, unless the real ones are
// to be read.
#ifndef CBCC_FILES_H
#define CBCC_FILES_H

#include "compiler/compiler.h"

#include <llvm/ADT/IntrusiveRefCntPtr.h>
#include <llvm/ADT/StringRef.h>
#include <llvm/Support/VirtualFileSystem.h>

namespace compiler {

// The include directory that holds the dialect's and the kernel's headers.
constexpr llvm::StringLiteral headerDirectory = "/cbcc/include";
// The prelude, included before every text, and what it is made of.
constexpr llvm::StringLiteral preludeDirectory = "/cbcc/include/cbcc/";
constexpr llvm::StringLiteral preludeFile = "/cbcc/include/cbcc/prelude.h";
constexpr llvm::StringLiteral kernelPreludeFile = "/cbcc/include/cbcc/kernel_prelude.h";

// What stands between it and the text, if the request has it: it may mention macros as a text does.
constexpr llvm::StringLiteral usdtReadersFile = "/cbcc/usdt_readers.h";

// The text is found at its name. The request must outlive the file system.
llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem> createFiles(const compile_request &request);

} // namespace compiler

#endif
