/* SPDX-License-Identifier: Apache-2.0 */
// How much one compile may take. An empty budget is seen at places where a compile can end by an error: between tokens,
// declarations and passes. What goes on to twice of it between two of these ends at an allocation, by an escape over all
// that is on the stack: never while something is locked or initialised that other compiles share.
#ifndef CBCC_BUDGET_H
#define CBCC_BUDGET_H

#include <cstddef>
#include <cstdint>
#include <ctime>
#include <string>

namespace compiler {

struct Limits {
  int64_t memory;       // in bytes
  int64_t milliseconds; // of processor time
};

// No text that could be loaded comes near these: large ones take 40 MiB and 0.2 s. An emulated processor counts what the
// emulator takes as its own time: with AddressSanitizer 20 s, and more on a busy machine (CBCC_COMPILE_TIME).
constexpr Limits defaultLimits{int64_t(512) << 20, 60000};

class Budget {
public:
  // escape is called by an allocation that goes over twice the limits. It does not return, and may not allocate.
  Budget(const Limits &limits, void (*escape)());
  // Everything that this thread does from here on is paid by the budget; a null pointer ends that.
  ~Budget();
  Budget(const Budget &) = delete;
  Budget &operator=(const Budget &) = delete;
  static void use(Budget *budget);
  static Budget *used();

  // What it takes too much of: "more than 512 MiB of memory"; empty while there is budget.
  std::string problem() const { return hasSpent(1) ? describe(1) : std::string(); }
  std::string hardProblem() const { return describe(2); }

  // What was allocated and is not freed, as far as it was large. To be called after an escape.
  void freeLargeBlocks();

  // For the allocator. (The size of what was allocated is known afterwards only.)
  void beforeAllocation(size_t size);
  void allocated(void *block, size_t size);
  void freed(void *block, size_t size);
  // For locks and initialisation.
  void enterShared() { shared_++; }
  void leaveShared() { shared_ -= shared_ > 0; }

private:
  bool hasSpentTime(unsigned times) const;
  bool hasSpent(unsigned times) const { return memory_ > limits_.memory * times || hasSpentTime(times); }
  std::string describe(unsigned times) const;

  Limits limits_;
  void (*escape_)();
  timespec start_;
  int64_t memory_ = 0; // allocated and not freed
  unsigned allocations_ = 0;
  unsigned shared_ = 0; // locks held, and initialisations begun
  void **blocks_ = nullptr;
  size_t nblocks_ = 0, room_ = 0;
};

// What the compile in this thread takes too much of; empty while it may go on.
std::string exhaustedBudget();

} // namespace compiler

#endif
