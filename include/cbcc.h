/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cbcc: compile eBPF C at run time, load it, attach it, read what it prints.
 *
 *     #include <cbcc.h>
 *
 *     const char *program = "int hello(void *ctx) { bpf_trace_printk(\"Hello, World!\"); return 0; }";
 *
 *     struct cbcc *b = cbcc_new(program, NULL);                   // b = BPF(text=program)
 *     const char *fn = cbcc_get_syscall_fnname(b, "execve");      // fn = b.get_syscall_fnname("execve")
 *     cbcc_attach_kprobe(b, fn, "hello");                         // b.attach_kprobe(event=fn, fn_name="hello")
 *     cbcc_trace_print(b, NULL);                                  // b.trace_print()
 *     cbcc_free(b);
 *
 * A handle (struct cbcc) is one program text: its compiled functions, what they are attached to, and the readers
 * of their output. The text is BCC's dialect of C; every external function in it can be attached to an event.
 *
 * What holds for every call:
 *
 *   Errors      A function returns 0 (or a count) on success and a negative errno on failure, or a pointer and,
 *               on failure, NULL with errno set. cbcc_last_error() then explains it. The library prints nothing,
 *               never exits, and installs no signal handler. A NULL handle is refused with -EINVAL, and leaves
 *               the reason why cbcc_new() failed in place: errors may be checked once, at the end.
 *   Threads     Any number of handles may be used by any number of threads at once; one handle is used by one
 *               thread at a time. Handles share no state but the maps that their texts declare public or extern.
 *   Ownership   Strings passed in are copied. Strings returned belong to the handle and live until cbcc_free(),
 *               unless the call says otherwise.
 *   Options     An option struct is initialised with its size first: struct cbcc_opts o = { .sz = sizeof o };
 *               all other members may stay zero. NULL means all defaults. Newer members a library does not know
 *               are refused (-E2BIG) unless they are zero.
 */
#ifndef CBCC_H
#define CBCC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define CBCC_VERSION_MAJOR 0
#define CBCC_VERSION_MINOR 1
#define CBCC_VERSION_PATCH 0

#if defined(__GNUC__)
#define CBCC_API __attribute__((visibility("default")))
#else
#define CBCC_API
#endif

/** A compiled program text and everything attached with it. Opaque. */
struct cbcc;

/* ------------------------------------------------------------------------------------------------------------
 * Create
 */

/** How much a message for the log callback matters. */
enum cbcc_log_level {
	CBCC_LOG_WARN = 0, /**< the program works, but perhaps not as meant: a compiler warning, a fallback */
	CBCC_LOG_INFO = 1, /**< what was done, where more than one way existed */
	CBCC_LOG_DEBUG = 2, /**< output asked for by cbcc_opts.debug */
};

/** What cbcc_opts.debug can ask for; the bits of BCC's debug argument. All of it goes to the log callback. */
enum cbcc_debug {
	CBCC_DEBUG_LLVM_IR = 0x1,             /**< LLVM IR as given to the code generator */
	CBCC_DEBUG_BPF = 0x2,                 /**< the verifier's log of every program loaded */
	CBCC_DEBUG_PREPROCESSOR = 0x4,        /**< the preprocessed text */
	CBCC_DEBUG_SOURCE = 0x8,              /**< BPF assembly, with the source lines it comes from */
	CBCC_DEBUG_BPF_REGISTER_STATE = 0x10, /**< as BPF, with the registers at every instruction */
	CBCC_DEBUG_BTF = 0x20,                /**< libbpf's messages about the object and its BTF */
};

/**
 * Receives one message, without a newline at its end (a message may span lines). The text is valid during the
 * call only. Called in the thread that called cbcc. It must not call cbcc for the same handle.
 */
typedef void (*cbcc_log_fn)(void *log_ctx, enum cbcc_log_level level, const char *message);

/** Options of cbcc_new(). Mirrors the keyword arguments of BCC's BPF(). */
struct cbcc_opts {
	size_t sz; /**< sizeof(struct cbcc_opts) */
	/** Compiler arguments (-D, -U, -I, -include, -W..., -w), one per element, never split. */
	const char *const *cflags;
	size_t ncflags;     /**< elements of cflags */
	cbcc_log_fn log;    /**< NULL: messages are dropped */
	void *log_ctx;      /**< first argument of log */
	unsigned int debug; /**< bits of enum cbcc_debug */
};

/**
 * Compiles a program text and attaches the functions whose names say where, in alphabetical order:
 *
 *   kprobe__FUNCTION, kretprobe__FUNCTION                  a kernel function; if the name starts with any
 *                                                          architecture's system call prefix (kprobe__sys_clone),
 *                                                          it gets the running kernel's
 *   syscall__NAME                                          the system call's function; left alone if there is none
 *   tracepoint__CATEGORY__EVENT, raw_tracepoint__EVENT
 *   kfunc__MODULE__FUNCTION, kretfunc__MODULE__FUNCTION    a kernel function, by BTF; MODULE is vmlinux for the
 *                                                          kernel itself, or left out with its __
 *   lsm__HOOK                                              a security module's hook
 *
 * All other functions are loaded when they are attached. An empty text is a program without functions.
 *
 * BCC: BPF(text=..., cflags=..., debug=...)
 *
 * @param text  eBPF C, NUL-terminated
 * @param opts  NULL for defaults
 * @return a handle to be freed with cbcc_free(), or NULL with errno: EINVAL (the text does not compile, or opts
 *         are invalid; cbcc_last_error() holds the compiler's diagnostics), EPERM, EACCES (the verifier's refusal,
 *         among others), ENOENT (an event named by a function does not exist), EOPNOTSUPP (this kernel has no
 *         events of that kind), ENOMEM, ELIBACC (the compiler module is not installed)
 */
CBCC_API struct cbcc *cbcc_new(const char *text, const struct cbcc_opts *opts);

/**
 * As cbcc_new(), with the text read from a file. Diagnostics name the file as given; its #include "x.h" is looked
 * for beside it.
 *
 * BCC: BPF(src_file=...)
 *
 * @return as cbcc_new(); also the errno of opening or reading the file, and EINVAL if it holds a NUL byte
 */
CBCC_API struct cbcc *cbcc_new_from_file(const char *path, const struct cbcc_opts *opts);

/**
 * Detaches everything, closes every file descriptor, frees the handle. NULL is accepted. errno is preserved.
 *
 * BCC: b.cleanup()
 */
CBCC_API void cbcc_free(struct cbcc *b);

/* ------------------------------------------------------------------------------------------------------------
 * System call names
 */

/**
 * The prefix of system call functions on the running kernel: "__x64_sys_", "__arm64_sys_", "__s390x_sys_",
 * "__riscv_sys_", "sys_", ...
 *
 * BCC: b.get_syscall_prefix()
 *
 * @return a static string; NULL with EINVAL only if b is NULL
 */
CBCC_API const char *cbcc_get_syscall_prefix(struct cbcc *b);

/**
 * The kernel function of a system call: "execve" gives "__x64_sys_execve" on x86-64. The name is not checked.
 *
 * BCC: b.get_syscall_fnname(name)
 *
 * @return a string owned by the handle; NULL with errno EINVAL or ENOMEM
 */
CBCC_API const char *cbcc_get_syscall_fnname(struct cbcc *b, const char *name);

/* ------------------------------------------------------------------------------------------------------------
 * Attach and detach
 */

/** Options of cbcc_attach_kprobe_opts() and cbcc_attach_kretprobe_opts(). */
struct cbcc_kprobe_opts {
	size_t sz; /**< sizeof(struct cbcc_kprobe_opts) */
	/**
	 * Instead of an event: a POSIX extended regular expression that matches the whole name; of all functions that
	 * can be probed. BCC: event_re=
	 */
	const char *event_re;
	/** Bytes after the function's entry; kprobes only. BCC: event_off= */
	uint64_t offset;
	/** Calls in progress that a kretprobe can track; 0: the kernel's default. BCC: maxactive= */
	int maxactive;
};

/**
 * Runs a function of the program at every entry of a kernel function.
 *
 * On a kernel without kprobes, a system call's function is served by the tracepoint syscalls:sys_enter_NAME
 * instead if the program does not read registers; the log callback is told.
 *
 * BCC: b.attach_kprobe(event=..., fn_name=...)
 *
 * @param event    kernel function, or "module:function"
 * @param fn_name  function of the program text
 * @return 0; -ENOENT (no such kernel function, or none in the program), -EOPNOTSUPP (no kprobes in this kernel),
 *         -EEXIST (already attached there), -EPERM, -EACCES and others (the verifier's refusal)
 */
CBCC_API int cbcc_attach_kprobe(struct cbcc *b, const char *event, const char *fn_name);

/**
 * As cbcc_attach_kprobe(), with options. With opts->event_re, event must be NULL: the function is attached to
 * every match that can be probed; single failures are told to the log callback.
 *
 * @return 0, or with event_re the number of functions attached to, at least 1; -ENOENT if nothing matches; else
 *         as cbcc_attach_kprobe()
 */
CBCC_API int cbcc_attach_kprobe_opts(struct cbcc *b, const char *event, const char *fn_name,
				     const struct cbcc_kprobe_opts *opts);

/**
 * Runs a function of the program at every return of a kernel function; PT_REGS_RC(ctx) is the value returned.
 *
 * BCC: b.attach_kretprobe(event=..., fn_name=...)
 *
 * @return as cbcc_attach_kprobe(), without the fallback to tracepoints
 */
CBCC_API int cbcc_attach_kretprobe(struct cbcc *b, const char *event, const char *fn_name);

/** As cbcc_attach_kretprobe(), with options as cbcc_attach_kprobe_opts(). */
CBCC_API int cbcc_attach_kretprobe_opts(struct cbcc *b, const char *event, const char *fn_name,
					const struct cbcc_kprobe_opts *opts);

/**
 * Undoes the attachments to a kernel function, those by a regular expression included.
 *
 * BCC: b.detach_kprobe(event, fn_name)
 *
 * @param fn_name  NULL: all functions attached there
 * @return 0; -ENOENT if nothing is attached there
 */
CBCC_API int cbcc_detach_kprobe(struct cbcc *b, const char *event, const char *fn_name);

/** As cbcc_detach_kprobe(), for return probes. BCC: b.detach_kretprobe(event, fn_name) */
CBCC_API int cbcc_detach_kretprobe(struct cbcc *b, const char *event, const char *fn_name);

/**
 * The number of kprobes and kretprobes this handle has attached.
 *
 * BCC: b.num_open_kprobes()
 *
 * @return the number, or -EINVAL if b is NULL
 */
CBCC_API int cbcc_num_open_kprobes(const struct cbcc *b);

/**
 * Runs a function of the program at every pass of a tracepoint.
 *
 * BCC: b.attach_tracepoint(tp=..., fn_name=...)
 *
 * @param tp  "category:event", as below events/ in tracefs
 * @return 0; -EINVAL (no colon), -ENOENT (no such tracepoint, or no such function), -EEXIST, -EPERM, -EACCES ...
 */
CBCC_API int cbcc_attach_tracepoint(struct cbcc *b, const char *tp, const char *fn_name);

/**
 * Undoes all attachments to a tracepoint. The kernel waits for running probes, which takes up to 0.1 s.
 *
 * BCC: b.detach_tracepoint(tp)
 *
 * @return 0; -ENOENT if nothing is attached there
 */
CBCC_API int cbcc_detach_tracepoint(struct cbcc *b, const char *tp);

/* ------------------------------------------------------------------------------------------------------------
 * The trace pipe: what bpf_trace_printk() prints
 *
 * The kernel has one trace pipe. Whoever reads it gets the lines of all programs; newer kernels refuse a second reader
 * (-EBUSY), on older ones each line goes to one of them.
 */

/** One line of the trace pipe, taken apart. The strings are valid until the next trace call for the handle. */
struct cbcc_trace_line {
	const char *task; /**< comm of the task */
	int pid;          /**< its thread id */
	int cpu;
	const char *flags; /**< four or five letters: irqs off, need resched, hard/soft irq, preempt depth */
	double ts;         /**< seconds since boot */
	const char *msg;   /**< what the program printed */
};

/**
 * Copies lines of the trace pipe to standard output until an error or the end, with format NULL as they are. A
 * format is text in which {0} to {5} stand for task, pid, cpu, flags, ts, msg, and {{ and }} for braces. This is
 * the one call that prints; it is made of cbcc_trace_readline() and cbcc_trace_fields().
 *
 * BCC: b.trace_print(fmt)
 *
 * @return a negative errno; -EINTR after a signal handler ran (with SA_RESTART, too); -EPIPE when
 *         nobody reads standard output any more (and SIGPIPE is ignored)
 */
CBCC_API int cbcc_trace_print(struct cbcc *b, const char *fmt);

/**
 * Reads the next line that a program printed, taken apart. Lines of other forms are skipped.
 *
 * BCC: b.trace_fields(nonblocking)
 *
 * @param fields  filled on success
 * @return 1; 0 if nonblocking and there is no line yet; a negative errno, -EINTR as in cbcc_trace_print()
 */
CBCC_API int cbcc_trace_fields(struct cbcc *b, struct cbcc_trace_line *fields, bool nonblocking);

/**
 * Reads the next line as it is, without the newline and trailing blanks.
 *
 * BCC: b.trace_readline(nonblocking)
 *
 * @param buf   receives the line, always NUL-terminated; a longer line is cut and its rest dropped
 * @param size  of buf, at least 1
 * @return the length of the whole line, as snprintf(): >= size means it was cut; -EAGAIN if nonblocking and there
 *         is no line yet; -EINTR as in cbcc_trace_print(); -EACCES, -ENOENT ... if the trace pipe cannot be opened
 */
CBCC_API int cbcc_trace_readline(struct cbcc *b, char *buf, size_t size, bool nonblocking);

/**
 * A file descriptor for poll() and its like: readable means that a nonblocking trace call may find a line. After
 * it was readable, read until "no line yet": lines are buffered. Owned by the handle; do not read or close it.
 *
 * @return the descriptor, or a negative errno as cbcc_trace_readline()
 */
CBCC_API int cbcc_trace_fd(struct cbcc *b);

/**
 * Events that the kernel reported as lost in the trace pipe ("CPU:2 [LOST 51 EVENTS]") since the pipe was opened.
 * Such lines are counted; cbcc_trace_readline() returns them and cbcc_trace_print(b, NULL) prints them like others.
 */
CBCC_API uint64_t cbcc_trace_lost(const struct cbcc *b);

/* ------------------------------------------------------------------------------------------------------------
 * Errors, version
 */

/**
 * What went wrong in the last failed call of this thread: one line, then details where there are any (compiler
 * diagnostics with line, column and caret; the verifier's log with the source lines).
 *
 * @return a string valid until the thread's next failing call or its end; "" if none failed yet; never NULL
 */
CBCC_API const char *cbcc_last_error(void);

/** The library's version, "MAJOR.MINOR.PATCH"; the macros above are the header's. A static string. */
CBCC_API const char *cbcc_version(void);

#ifdef __cplusplus
}
#endif

#endif
