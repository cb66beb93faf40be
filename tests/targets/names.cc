// SPDX-License-Identifier: Apache-2.0
// Functions with names of C++.
#include "names.h"

namespace target {

__attribute__((noinline)) int twice(int x) {
  __asm__ volatile("" : "+r"(x));
  return 2 * x;
}

__attribute__((noinline)) int overloaded(int x) {
  __asm__ volatile("" : "+r"(x));
  return x + 1;
}

__attribute__((noinline)) int overloaded(int x, int y) {
  __asm__ volatile("" : "+r"(x));
  return x + y;
}

} // namespace target

int call_cxx() { return target::twice(20) + target::overloaded(1) + target::overloaded(2, 3); }
