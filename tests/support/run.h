/* SPDX-License-Identifier: Apache-2.0 */
/* Running a function of a program text in the kernel, once, without attaching it: its return value is what is tested. */
#ifndef CBCC_TEST_RUN_H
#define CBCC_TEST_RUN_H

#include "test.h"

#define RUN_ARGS_MAX 12

/**
 * Compiles text, loads its function fn as a raw tracepoint program, and runs it in this process with a context of
 * struct bpf_raw_tracepoint_args: args[0] ... args[11]. Fails the test with the library's error if any of this fails.
 */
uint32_t run_with_args(const char *text, const char *fn, const uint64_t args[RUN_ARGS_MAX]);

/** run_with_args() of function "f", with all arguments zero. */
uint32_t run(const char *text);

/** The same for a handle that has been made, whose maps then stay: function fn, with all arguments zero. */
uint32_t run_function(struct cbcc *b, const char *fn);

#endif
