/* SPDX-License-Identifier: Apache-2.0 */
// What clang learns of the machine by itself, noted as facts: files, and the time. Nothing is done for null facts.
#ifndef CBCC_FACT_RECORDER_H
#define CBCC_FACT_RECORDER_H

#include "cache/facts.h"

#include <clang/Lex/Preprocessor.h>
#include <llvm/Support/VirtualFileSystem.h>

namespace compiler {

// The same files, with every answer noted that is given for one.
llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem>
recordFiles(llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem> files, facts *facts);

// __DATE__, __TIME__ and __TIMESTAMP__ spoil the facts when they are expanded.
void recordClock(clang::Preprocessor &preprocessor, facts *facts);

} // namespace compiler

#endif
