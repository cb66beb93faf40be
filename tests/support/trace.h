/* SPDX-License-Identifier: Apache-2.0 */
/*
 * For tests that make the kernel run programs: children with a name of their own, programs that see only those, and
 * waiting for what they print. The kernel under test may be a machine in use.
 */
#ifndef CBCC_TEST_TRACE_H
#define CBCC_TEST_TRACE_H

#include "test.h"

#include <sys/types.h>

/** The prefix of system calls' functions. */
#if defined(__aarch64__)
#define SYS "__arm64_sys_"
#elif defined(__s390x__)
#define SYS "__s390x_sys_"
#else
#define SYS "__x64_sys_"
#endif

/**
 * A program text with its "OURS" made a condition that is true in this test's children only. To be freed.
 */
char *only_ours(const char *text);

/** cbcc_new() of only_ours(text), which must succeed. */
struct cbcc *new_only_ours(const char *text, const struct cbcc_opts *opts);

/** The comm of this test's children. */
const char *our_comm(void);

/** Runs action in a child with our_comm() and waits for its end. Returns its pid. */
pid_t run_child(void (*action)(void));

/** An action: executes a program that does nothing. */
void exec_true(void);

/** Waits for a line printed by that task, up to 10 s, which must come. */
void expect_line(struct cbcc *b, pid_t pid, struct cbcc_trace_line *line);

/** The line has to be of a task of our name, or of one whose name the kernel does not know. */
void assert_our_comm(const struct cbcc_trace_line *line);

/** Waits for a line of that task with that message. */
void expect_message(struct cbcc *b, pid_t pid, const char *message);

/** No line of that task may come within half a second. */
void expect_silence(struct cbcc *b, pid_t pid);

/** Whether the kernel has kprobes. */
bool have_kprobes(void);

/** Skips the test unless it runs as root with tracefs, on a kernel with what it says. */
void require_root(void);
void require_kprobes(void);

/** Whether the machine was made for the test, so that its global settings may be changed. */
bool machine_is_ours(void);

/** Whether a file has a line that contains text. */
bool file_has(const char *path, const char *text);

#endif
