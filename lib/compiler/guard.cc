/* SPDX-License-Identifier: Apache-2.0 */
#include "compiler/guard.h"

#include <llvm/Support/ErrorHandling.h>

#include <cerrno>
#include <csetjmp>
#include <csignal>
#include <mutex>
#include <pthread.h>

namespace compiler {
namespace {

// 32 KiB for each level of recursion (a sizeof takes some 9); address space only, until it is used.
constexpr size_t stackSize = size_t(maxNesting) * 32768;

struct Work {
  llvm::function_ref<void()> run;
  std::string *fatal;
  Budget budget;
  bool failed = false;
  std::jmp_buf escape;
};

thread_local Work *currentWork;

[[noreturn]] void escape(Work *work) {
  currentWork = nullptr;
  std::longjmp(work->escape, 1);
}

// LLVM aborts if a fatal error handler returns. Destructors are skipped.
void escapeFromFatal(void *, const char *reason, bool) {
  Work *work = currentWork;
  if (!work)
    return;
  Budget::use(nullptr);
  work->fatal->assign(reason);
  escape(work);
}

void escapeFromBudget() {
  Work *work = currentWork;
  if (!work)
    return;
  Budget::use(nullptr);
  work->fatal->assign("it takes " + work->budget.hardProblem());
  escape(work);
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
  if (setjmp(work->escape) == 0) {
    Budget::use(&work->budget);
    work->run();
  } else {
    work->failed = true;
    work->budget.freeLargeBlocks();
  }
  Budget::use(nullptr);
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

int runGuarded(llvm::function_ref<void()> run, const Limits &limits, std::string &fatal) {
  installHandlers();
  Work work{run, &fatal, {limits, escapeFromBudget}, false, {}};
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
