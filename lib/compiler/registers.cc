/* SPDX-License-Identifier: Apache-2.0 */
#include "compiler/registers.h"

#include <sys/utsname.h>

namespace compiler {
namespace {

constexpr Registers table[] = {
    // di si dx cx r8 r9; r10 for cx
    {"x86_64", 6, {112, 104, 96, 88, 72, 64}, {112, 104, 96, 56, 72, 64}},
    // x0..x5; orig_x0
    {"aarch64", 6, {0, 8, 16, 24, 32, 40}, {272, 8, 16, 24, 32, 40}},
    // r2..r6; orig_gpr2, and r7
    {"s390x", 5, {40, 48, 56, 64, 72}, {152, 48, 56, 64, 72, 80}},
    // a0..a5; orig_a0
    {"riscv64", 6, {80, 88, 96, 104, 112, 120}, {280, 88, 96, 104, 112, 120}},
    // r3..r8; orig_gpr3
    {"ppc64le", 6, {24, 32, 40, 48, 56, 64}, {272, 32, 40, 48, 56, 64}},
    // regs[4]..regs[9]
    {"loongarch64", 6, {32, 40, 48, 56, 64, 72}, {32, 40, 48, 56, 64, 72}},
    // regs[4]..regs[9]
    {"mips64", 6, {32, 40, 48, 56, 64, 72}, {32, 40, 48, 56, 64, 72}},
};

} // namespace

const Registers *findRegisters(llvm::StringRef machine) {
  for (const Registers &registers : table)
    if (registers.machine == machine)
      return &registers;
  return nullptr;
}

const Registers *hostRegisters() {
  utsname system;
  uname(&system);
  return findRegisters(system.machine);
}

} // namespace compiler
