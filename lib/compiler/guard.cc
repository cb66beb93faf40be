/* SPDX-License-Identifier: Apache-2.0 */
#include "compiler/guard.h"

#include <llvm/Support/ErrorHandling.h>

#include <cerrno>
#include <csetjmp>
#include <csignal>
#include <cstdio>
#include <ctime>
#include <malloc.h>
#include <mutex>
#include <pthread.h>

namespace compiler {
namespace {

// 32 KiB for each level of recursion (a sizeof takes some 9); address space only, until it is used.
constexpr size_t stackSize = size_t(maxNesting) * 32768;

struct Work {
  llvm::function_ref<void()> run;
  std::string *fatal;
  bool failed = false;
  std::jmp_buf escape;
  unsigned seconds = 0;     // of processor time that it may take
  int64_t memory = 0;       // allocated and not freed
  unsigned allocations = 0; // the budget of time is looked at when this wraps
};

// No text that could be loaded comes near these.
constexpr int64_t maxMemory = int64_t(1) << 30;
constexpr unsigned allocationsPerLook = 4096;

thread_local Work *currentWork;

// LLVM aborts if a fatal error handler returns. Destructors are skipped, so the failed compile's memory is lost.
void escapeFromFatal(void *, const char *reason, bool) {
  Work *work = currentWork;
  if (!work)
    return;
  currentWork = nullptr;
  work->fatal->assign(reason);
  std::longjmp(work->escape, 1);
}

bool isOutOfTime(const Work &work) {
  timespec used;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
  return used.tv_sec >= work.seconds;
}

// (What a jump leaves behind is not destroyed.)
void escapeOutOfTime(const Work &work) {
  char reason[64];
  snprintf(reason, sizeof reason, "it takes more than %u seconds", work.seconds);
  escapeFromFatal(nullptr, reason, false);
}

// Everything that can take long allocates: here is the place to look at the clock, too.
void spend(int64_t size) {
  Work *work = currentWork;
  if (!work)
    return;
  if (work->memory + size > maxMemory)
    escapeFromFatal(nullptr, "it takes more than 1 GiB of memory", false);
  if (++work->allocations % allocationsPerLook == 0 && isOutOfTime(*work))
    escapeOutOfTime(*work);
}

void *spent(void *memory) {
  if (currentWork)
    currentWork->memory += malloc_usable_size(memory);
  return memory;
}

void regain(void *memory) {
  if (currentWork)
    currentWork->memory -= malloc_usable_size(memory);
}

void installHandlers() {
  static std::once_flag once;
  std::call_once(once, [] {
    llvm::install_fatal_error_handler(escapeFromFatal);
    llvm::install_bad_alloc_error_handler(escapeFromFatal);
  });
}

void *threadMain(void *arg) {
  auto *work = static_cast<Work *>(arg);
  currentWork = work;
  if (setjmp(work->escape) == 0)
    work->run();
  else
    work->failed = true;
  currentWork = nullptr;
  return nullptr;
}

// Signals are the application's: its handlers must run in its threads. But those that a thread causes itself are left
// alone: blocked, they would end the process past a crash reporter or a debugger's breakpoint.
int startWithoutSignals(pthread_t *thread, const pthread_attr_t *attributes, Work *work) {
  sigset_t others, old;
  sigfillset(&others);
  for (int own : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT})
    sigdelset(&others, own);
  pthread_sigmask(SIG_SETMASK, &others, &old);
  int err = pthread_create(thread, attributes, threadMain, work);
  pthread_sigmask(SIG_SETMASK, &old, nullptr);
  return -err;
}

} // namespace

int runGuarded(llvm::function_ref<void()> run, unsigned seconds, std::string &fatal) {
  installHandlers();
  Work work{run, &fatal, false, {}, seconds};
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, stackSize);
  pthread_t thread;
  int err = startWithoutSignals(&thread, &attributes, &work);
  pthread_attr_destroy(&attributes);
  if (err)
    return err;
  pthread_join(thread, nullptr);
  return work.failed ? -EFAULT : 0;
}

} // namespace compiler

// What all of LLVM allocates with: the linker puts these in the place of the C library's (--wrap).
extern "C" {
void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *memory, size_t size);
void *__real_aligned_alloc(size_t alignment, size_t size);
void __real_free(void *memory);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *memory, size_t size);
void *__wrap_aligned_alloc(size_t alignment, size_t size);
void __wrap_free(void *memory);

void *__wrap_malloc(size_t size) {
  compiler::spend(size);
  return compiler::spent(__real_malloc(size));
}

void *__wrap_calloc(size_t count, size_t size) {
  size_t total;
  if (!__builtin_mul_overflow(count, size, &total))
    compiler::spend(total);
  return compiler::spent(__real_calloc(count, size));
}

void *__wrap_realloc(void *memory, size_t size) {
  compiler::spend(size);
  size_t before = malloc_usable_size(memory);
  void *now = __real_realloc(memory, size);
  if (now && compiler::currentWork)
    compiler::currentWork->memory -= before;
  return now ? compiler::spent(now) : nullptr;
}

void *__wrap_aligned_alloc(size_t alignment, size_t size) {
  compiler::spend(size);
  return compiler::spent(__real_aligned_alloc(alignment, size));
}

void __wrap_free(void *memory) {
  compiler::regain(memory);
  __real_free(memory);
}
}
