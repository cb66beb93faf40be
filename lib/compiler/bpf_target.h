/* SPDX-License-Identifier: Apache-2.0 */
// BPF as clang's target.
#ifndef CBCC_BPF_TARGET_H
#define CBCC_BPF_TARGET_H

#include <clang/Basic/TargetInfo.h>

namespace compiler {

// From now on the target accepts any machine's inline assembly: kernel headers are full of it, in functions that no
// program calls. (In one that a program does call, the code generator refuses it.) False if the target is clang's own, as
// with shared libraries.
bool acceptMachineAssembly(clang::TargetInfo &target);

} // namespace compiler

#endif
