/* SPDX-License-Identifier: Apache-2.0 */
// What bpf_target.cc does for a target that is ours cannot be done for that of clang's shared library.
#include "compiler/bpf_target.h"

bool compiler::acceptMachineAssembly(clang::TargetInfo &) { return false; }
