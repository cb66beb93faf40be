/* SPDX-License-Identifier: Apache-2.0 */
#include "compiler/budget.h"

#include <cerrno>
#include <malloc.h>
#include <pthread.h>

// The linker puts __wrap_malloc() in the place of malloc() in all of LLVM (--wrap), and so on.
extern "C" {
void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *memory, size_t size);
void *__real_aligned_alloc(size_t alignment, size_t size);
int __real_posix_memalign(void **block, size_t alignment, size_t size);
void __real_free(void *memory);
int __real_pthread_mutex_lock(pthread_mutex_t *mutex);
int __real_pthread_mutex_unlock(pthread_mutex_t *mutex);
int __real_pthread_rwlock_rdlock(pthread_rwlock_t *lock);
int __real_pthread_rwlock_wrlock(pthread_rwlock_t *lock);
int __real_pthread_rwlock_unlock(pthread_rwlock_t *lock);
int __real_pthread_once(pthread_once_t *control, void (*initialise)());
int __real___cxa_guard_acquire(uint64_t *guard);
void __real___cxa_guard_release(uint64_t *guard);
}

namespace compiler {
namespace {

// (In the executable's own thread storage, where every allocation finds it at once.)
thread_local Budget *current __attribute__((tls_model("initial-exec")));

constexpr size_t largeBlock = 256 << 10;
constexpr unsigned allocationsPerLook = 4096;

int64_t milliseconds(const timespec &time) { return time.tv_sec * 1000 + time.tv_nsec / 1000000; }

int64_t now(clockid_t clock) {
  timespec time;
  clock_gettime(clock, &time);
  return milliseconds(time);
}

} // namespace

Budget::Budget(const Limits &limits, void (*escape)()) : limits_(limits), escape_(escape) {
  clock_gettime(CLOCK_MONOTONIC_COARSE, &start_);
}

void Budget::use(Budget *budget) { current = budget; }

Budget *Budget::used() { return current; }

// A thread has not used more time than has passed, and to ask for that costs nothing.
bool Budget::hasSpentTime(unsigned times) const {
  int64_t limit = limits_.milliseconds * times;
  return now(CLOCK_MONOTONIC_COARSE) - milliseconds(start_) >= limit && now(CLOCK_THREAD_CPUTIME_ID) >= limit;
}

std::string Budget::describe(unsigned times) const {
  if (hasSpentTime(times))
    return "more than " + std::to_string(limits_.milliseconds * times) + " ms of processor time";
  return "more than " + std::to_string(limits_.memory * times >> 20) + " MiB of memory";
}

void Budget::beforeAllocation(size_t size) {
  bool isOver = size > size_t(limits_.memory) * 2 || memory_ + int64_t(size) > limits_.memory * 2;
  if (++allocations_ % allocationsPerLook == 0)
    isOver |= hasSpentTime(2);
  if (isOver && !shared_)
    escape_();
}

void Budget::allocated(void *block, size_t size) {
  memory_ += size;
  if (size < largeBlock || shared_)
    return;
  if (nblocks_ == room_) {
    size_t room = room_ ? room_ * 2 : 64;
    auto *blocks = static_cast<void **>(__real_realloc(blocks_, room * sizeof *blocks_));
    if (!blocks)
      return;
    blocks_ = blocks;
    room_ = room;
  }
  blocks_[nblocks_++] = block;
}

void Budget::freed(void *block, size_t size) {
  memory_ -= size;
  if (size < largeBlock)
    return;
  for (size_t i = nblocks_; i-- > 0;)
    if (blocks_[i] == block) {
      blocks_[i] = blocks_[--nblocks_];
      return;
    }
}

void Budget::freeLargeBlocks() {
  for (size_t i = 0; i < nblocks_; i++)
    __real_free(blocks_[i]);
  nblocks_ = 0;
}

Budget::~Budget() { __real_free(blocks_); }

std::string exhaustedBudget() { return current ? current->problem() : std::string(); }

} // namespace compiler

using compiler::current;

namespace {

void before(size_t size) {
  if (current)
    current->beforeAllocation(size);
}

void *after(void *block) {
  if (current && block)
    current->allocated(block, malloc_usable_size(block));
  return block;
}

void enter() {
  if (current)
    current->enterShared();
}

void leave() {
  if (current)
    current->leaveShared();
}

int locked(int err) {
  if (!err || err == EOWNERDEAD)
    enter();
  return err;
}

} // namespace

extern "C" {
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *memory, size_t size);
void *__wrap_aligned_alloc(size_t alignment, size_t size);
int __wrap_posix_memalign(void **block, size_t alignment, size_t size);
void __wrap_free(void *memory);
int __wrap_pthread_mutex_lock(pthread_mutex_t *mutex);
int __wrap_pthread_mutex_unlock(pthread_mutex_t *mutex);
int __wrap_pthread_rwlock_rdlock(pthread_rwlock_t *lock);
int __wrap_pthread_rwlock_wrlock(pthread_rwlock_t *lock);
int __wrap_pthread_rwlock_unlock(pthread_rwlock_t *lock);
int __wrap_pthread_once(pthread_once_t *control, void (*initialise)());
int __wrap___cxa_guard_acquire(uint64_t *guard);
void __wrap___cxa_guard_release(uint64_t *guard);

void *__wrap_malloc(size_t size) {
  before(size);
  return after(__real_malloc(size));
}

void *__wrap_calloc(size_t count, size_t size) {
  size_t total;
  if (!__builtin_mul_overflow(count, size, &total))
    before(total);
  return after(__real_calloc(count, size));
}

void *__wrap_realloc(void *memory, size_t size) {
  before(size);
  size_t was = malloc_usable_size(memory);
  void *block = __real_realloc(memory, size);
  if (current && block)
    current->freed(memory, was);
  return after(block);
}

void *__wrap_aligned_alloc(size_t alignment, size_t size) {
  before(size);
  return after(__real_aligned_alloc(alignment, size));
}

// (C++'s operator new calls this or the one before, by the version of the library.)
int __wrap_posix_memalign(void **block, size_t alignment, size_t size) {
  before(size);
  int err = __real_posix_memalign(block, alignment, size);
  if (!err)
    after(*block);
  return err;
}

void __wrap_free(void *memory) {
  if (current && memory)
    current->freed(memory, malloc_usable_size(memory));
  __real_free(memory);
}

// (EOWNERDEAD: locked, by the next one after a thread that ended with it.)
int __wrap_pthread_mutex_lock(pthread_mutex_t *mutex) { return locked(__real_pthread_mutex_lock(mutex)); }

int __wrap_pthread_mutex_unlock(pthread_mutex_t *mutex) {
  leave();
  return __real_pthread_mutex_unlock(mutex);
}

int __wrap_pthread_rwlock_rdlock(pthread_rwlock_t *lock) {
  return locked(__real_pthread_rwlock_rdlock(lock));
}

int __wrap_pthread_rwlock_wrlock(pthread_rwlock_t *lock) {
  return locked(__real_pthread_rwlock_wrlock(lock));
}

int __wrap_pthread_rwlock_unlock(pthread_rwlock_t *lock) {
  leave();
  return __real_pthread_rwlock_unlock(lock);
}

int __wrap_pthread_once(pthread_once_t *control, void (*initialise)()) {
  enter();
  int err = __real_pthread_once(control, initialise);
  leave();
  return err;
}

int __wrap___cxa_guard_acquire(uint64_t *guard) {
  int begins = __real___cxa_guard_acquire(guard);
  if (begins)
    enter();
  return begins;
}

void __wrap___cxa_guard_release(uint64_t *guard) {
  leave();
  __real___cxa_guard_release(guard);
}
}
