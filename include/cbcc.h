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
 * of their output. The text is BCC's dialect of C, or libbpf's; every external function in it can be attached to an
 * event.
 *
 * What holds for every call:
 *
 *   Errors      A function returns 0 (or a count) on success and a negative errno on failure, or a pointer and,
 *               on failure, NULL with errno set. cbcc_last_error() then explains it. The library prints nothing,
 *               never exits, and installs no signal handler. A NULL handle is refused with -EINVAL, and leaves
 *               the reason why cbcc_new() failed in place: errors may be checked once, at the end.
 *   Threads     Any number of handles may be used by any number of threads at once; one handle is used by one
 *               thread at a time, except for cbcc_interrupt(). Handles share no state but the maps that their texts
 *               declare public or extern.
 *   Ownership   Strings passed in are copied. Strings returned belong to the handle and live until cbcc_free(),
 *               unless the call says otherwise.
 *   Options     An option struct is initialised with its size first: struct cbcc_opts o = { .sz = sizeof o };
 *               all other members may stay zero. NULL means all defaults. Newer members a library does not know
 *               are refused (-E2BIG) unless they are zero.
 */
#ifndef CBCC_H
#define CBCC_H

#include "cbcc/base.h"
#include "cbcc/log.h"

#ifdef __cplusplus
extern "C" {
#endif

#define CBCC_VERSION_MAJOR 0
#define CBCC_VERSION_MINOR 1
#define CBCC_VERSION_PATCH 0

struct cbcc_usdt;

/** Options of cbcc_new(). Mirrors the keyword arguments of BCC's BPF(). */
struct cbcc_opts {
	size_t sz; /**< sizeof(struct cbcc_opts) */
	/** Compiler arguments (-D, -U, -I, -include, -W..., -w), one per element, never split; not -DBPF_LICENSE. */
	const char *const *cflags;
	size_t ncflags;     /**< elements of cflags */
	cbcc_log_fn log;    /**< NULL: messages are dropped */
	void *log_ctx;      /**< first argument of log */
	unsigned int debug; /**< bits of enum cbcc_debug */
	/**
	 * A directory of this user's, made if need be, where results are kept: a text that comes again, in any process,
	 * needs no compiler. All they depend on is checked, included files too. What is wrong with it is only logged.
	 * NULL: $CBCC_CACHE, but not if set-user-ID; "", or neither: no cache. docs/internals.md tells more. BCC: none.
	 */
	const char *cache_dir;
	/**
	 * The text is compiled with the kernel's installed headers, as BCC does always, instead of what is known without
	 * them: all of their macros and inline functions are there, and types are theirs, not those of the running
	 * kernel's BTF. It takes ten to a hundred times as long. The headers are looked for where BCC does:
	 * $BCC_KERNEL_SOURCE, or "source", $BCC_KERNEL_MODULES_SUFFIX and "build" in /lib/modules/RELEASE. Not cached.
	 */
	bool kernel_headers;
	/**
	 * bpf_trace_printk() writes to a ring buffer of the handle instead of the machine's one trace pipe: the trace calls
	 * (cbcc/trace.h) read what this text prints and nothing else, without tracefs.
	 */
	bool private_trace;
	/**
	 * USDT probes to attach (cbcc/usdt.h), before all else, and their number. Their arguments are read by functions that
	 * stand before the text. The contexts stay the caller's, and may be freed then. BCC: usdt_contexts=
	 */
	struct cbcc_usdt *const *usdt_contexts;
	size_t nusdt_contexts;
	bool attach_usdt_ignore_pid; /**< in all processes, whatever the contexts are of. BCC: attach_usdt_ignore_pid= */
	/**
	 * Nothing attaches by itself. Instead every function is loaded whose type is known: by its name or section, or, as
	 * cbcc_attach_...() may be told of it later, by the type of its context (struct pt_regs *: a kprobe's). Whether a
	 * text would run here is known then. Those that are left, with a void *, are named to the log.
	 */
	bool load_only;
	/** Nothing attaches or is loaded by itself, and no map is made, until a call asks for it: for looking, or saving. */
	bool compile_only;
	/**
	 * The object is for other kernels, too: members of the kernel's types are found by the BTF of the kernel that loads it
	 * (CO-RE). cbcc_save_object() wants this. What else depends on the kernel stays as it is here: docs/objects.md. Not
	 * cached, and not with kernel_headers or usdt_contexts.
	 */
	bool portable;
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
 * A text may also be written as for libbpf: functions in SEC("kprobe/FUNCTION") and all other sections that libbpf knows
 * attach to what their section names, as a skeleton would attach them; one without an event, SEC("kprobe"), or with a
 * "?" before it, is left to cbcc_attach_...(); one that needs more than a name (XDP, TC, cgroups, iterators) is loaded.
 * Maps stand in SEC(".maps"). "vmlinux.h" and <bpf/...h> need not be installed; the text's own are taken if there are
 * any. Both dialects may stand in one text: other section names mean nothing, and a function without a section is a
 * subprogram if a text with such sections calls it, else a program as ever.
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
 * @param path  of a file with eBPF C
 * @param opts  NULL for defaults
 * @return as cbcc_new(); also the errno of opening or reading the file, and EINVAL if it holds a NUL byte
 */
CBCC_API struct cbcc *cbcc_new_from_file(const char *path, const struct cbcc_opts *opts);

/**
 * Writes the compiled object to a file, for cbcc_new_from_object(): an object of libbpf's kind, with what cbcc knows
 * beyond that in a section of its own. docs/objects.md tells what it needs to run elsewhere.
 *
 * BCC: none
 *
 * @param b     made with portable in struct cbcc_opts, or by cbcc_new_from_object()
 * @param path  replaced when all is written
 * @return 0; -EINVAL (b was not, or the text is empty); the errno of writing
 */
CBCC_API int cbcc_save_object(const struct cbcc *b, const char *path);

/**
 * As cbcc_new(), for an object in a file: one that cbcc_save_object() wrote, here or on another machine of the same byte
 * order and kind, or one of libbpf's kind that clang made, with SEC("..."). The compiler is not needed. Members of the
 * kernel's types are found by the running kernel's BTF. Files are not trusted to be well-formed; what a program does in
 * the kernel is the business of who loads it.
 *
 * BCC: none
 *
 * @param opts  NULL for defaults; options of the compiler, private_trace (which the object knows) and usdt_contexts are
 *              refused
 * @return as cbcc_new(); EINVAL (no such object, or damaged: the error says how); the errno of reading
 */
CBCC_API struct cbcc *cbcc_new_from_object(const char *path, const struct cbcc_opts *opts);

/** As cbcc_new_from_object(), for what such a file holds, which may be freed then. BCC: none */
CBCC_API struct cbcc *cbcc_new_from_memory(const void *object, size_t size, const struct cbcc_opts *opts);

/**
 * Detaches everything, closes every file descriptor, frees the handle. NULL is accepted. errno is preserved.
 *
 * BCC: b.cleanup()
 */
CBCC_API void cbcc_free(struct cbcc *b);

/**
 * Ends the call that reads or waits for the handle's output, cbcc_poll() and its like, cbcc_trace_print() and the other trace
 * calls: it returns -EINTR, and cbcc_last_error() says so. If there is none at the moment, the next one returns that at once,
 * so that nothing is lost when the interrupt comes just before. Several interrupts that no call has met yet are one. What
 * was not read stays where it is: after the one -EINTR all goes on as before.
 *
 * It may be called in a signal handler (it is async-signal-safe, and leaves errno alone), by any thread, and in a callback,
 * as long as the handle exists: not once cbcc_free() has begun.
 *
 *     static struct cbcc *volatile b;
 *     static void on_signal(int signal) { cbcc_interrupt(b); }    // while True: try: ... except KeyboardInterrupt: exit()
 *
 * BCC: none; Python raises KeyboardInterrupt
 *
 * @param b  NULL is accepted: a signal may come before cbcc_new() has returned
 */
CBCC_API void cbcc_interrupt(struct cbcc *b);

/**
 * The compiled object: an ELF file for the BPF machine, as llvm-objdump, bpftool and libbpf read it.
 *
 * BCC: none; b.dump_func(fn_name) has one function's instructions
 *
 * @param size  receives its size in bytes
 * @return the object, owned by the handle; NULL with EINVAL if b or size is NULL
 */
CBCC_API const void *cbcc_get_object(const struct cbcc *b, size_t *size);

/**
 * What went wrong in the last failed call of this thread: one line, then details where there are any (compiler
 * diagnostics with line, column and caret; the verifier's log with the source lines). docs/errors.md explains those that
 * are met most.
 *
 * BCC: none; it writes to standard error, and its exceptions have a line
 *
 * @return a string valid until the thread's next failing call or its end; "" if none failed yet; never NULL
 */
CBCC_API const char *cbcc_last_error(void);

/** What a failed call was about. More may come: treat the unknown as CBCC_ERROR_OTHER. */
enum cbcc_error_kind {
	CBCC_ERROR_NONE = 0,  /**< no call of this thread has failed yet */
	CBCC_ERROR_OTHER = 1, /**< reading, waiting, files, memory: all that is none of the following */
	CBCC_ERROR_USAGE =
		2, /**< the arguments of the call: a programmer's mistake, or a name that the text has not */
	CBCC_ERROR_COMPILE = 3, /**< the text does not compile, or the compiler cannot be had */
	CBCC_ERROR_LOAD = 4, /**< the kernel refuses a function or a map: the verifier, limits, permissions */
	CBCC_ERROR_ATTACH = 5, /**< what was loaded cannot be attached: no such event, or none of that kind */
};

/**
 * What the error is about that cbcc_last_error() explains: a call that compiles, loads and attaches, as cbcc_new() does,
 * says here which of them failed.
 *
 * BCC: none
 */
CBCC_API enum cbcc_error_kind cbcc_last_error_kind(void);

/** The library's version, "MAJOR.MINOR.PATCH"; CBCC_VERSION_MAJOR ... are the header's. A static string. BCC: __version__ */
CBCC_API const char *cbcc_version(void);

#ifdef __cplusplus
}
#endif

#include "cbcc/attach.h"
#include "cbcc/events.h"
#include "cbcc/histogram.h"
#include "cbcc/symbols.h"
#include "cbcc/kernel.h"
#include "cbcc/net.h"
#include "cbcc/perf_event.h"
#include "cbcc/program.h"
#include "cbcc/table.h"
#include "cbcc/trace.h"
#include "cbcc/tracing.h"
#include "cbcc/types.h"
#include "cbcc/uprobe.h"
#include "cbcc/usdt.h"

#endif
