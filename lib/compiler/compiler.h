/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The compiler's boundary: text in, object and tables out, in plain C. Behind it is the only C++ of the library; it
 * is a module of its own (libcbcc-compiler.so), loaded at the first compile, that exports one symbol.
 */
#ifndef CBCC_COMPILER_H
#define CBCC_COMPILER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cbcc/log.h"

#ifdef __cplusplus
extern "C" {
#endif

struct facts;

/* Opens a file of tracefs, by its path there, with open(2)'s flags. A descriptor, or a negative errno. */
typedef int (*open_tracefs_fn)(const char *path, int flags);

struct compile_request {
  const char *text; /* text[text_size] is NUL */
  size_t text_size;
  const char *name; /* of the text, in diagnostics; #include "x" searches beside it */
  const char *const *cflags;
  size_t ncflags;
  unsigned int debug;      /* enum cbcc_debug */
  uint32_t kernel_version; /* of the kernel that will run the object, as LINUX_VERSION_CODE */
  bool syscall_wrapper;    /* system call functions take one struct pt_regs pointer */
  const char
      *headers_source; /* the kernel's headers (kernel/headers.h), which are then read; NULL: they are not */
  const char *headers_build;
  const char *usdt_readers;     /* C that stands before the text; NULL: nothing does */
  bool portable;                /* kernel types keep CO-RE relocations: the object is for other kernels, too */
  bool private_trace;           /* bpf_trace_printk() writes to a ring buffer (readers/trace_record.h) */
  open_tracefs_fn open_tracefs; /* for the fields of tracepoints; called while compiling, in another thread */
  struct facts *facts;          /* receives what the result depends on beyond this; NULL: not wanted */
  const char *btf;              /* the file that the kernel's types come from; NULL: the running kernel's */
  cbcc_log_fn log;              /* debug output; called in the calling thread, after the compile */
  void *log_ctx;
  uint64_t memory_limit; /* of the compile, in bytes; 0: a limit far beyond what programs take */
  uint32_t time_limit;   /* of processor time, in milliseconds; 0: likewise */
};

/* A function of the text that can be attached. */
struct compiled_function {
  char *name;
  char *symbol;         /* in the object; names the program in the kernel */
  char *section;        /* that says what runs it, as libbpf knows them: "kprobe/FUNCTION"; NULL: none does */
  char *context;        /* tag of the struct that it takes: "pt_regs"; NULL: it does not say */
  bool reads_registers; /* loads from its context, which must then be what the function expects */
};

/* Where the kernel's map behind a map of the text comes from, and who may have it. */
enum map_sharing {
  MAP_OWN,    /* made for this text */
  MAP_PUBLIC, /* made for this text, and given to those that name it as extern */
  MAP_EXTERN, /* another text's public map of that name */
};

/* How a map is printed; enum cbcc_histogram has the same numbers. */
enum map_histogram { MAP_NO_HISTOGRAM, MAP_LINEAR, MAP_LOG2 };

/* An element of a program array that the text fills itself: .values = { [INDEX] = &FUNCTION }. */
struct compiled_slot {
  uint32_t index;
  char *function;
};

/* A map of the text: what libbpf does not know of it. */
struct compiled_map {
  char *name;
  enum map_sharing sharing;
  enum map_histogram histogram;
  char *path;        /* in a BPF file system, where it is pinned; NULL: it is not */
  char *event;       /* the C type of what programs submit to it, "struct event"; NULL if that is no struct */
  size_t event_size; /* of all that programs submit to it; 0 if they are not one constant */
  struct compiled_slot *slots;
  size_t nslots;
};

struct compiled {
  void *object; /* ELF for the BPF machine; NULL if the text has no function and no map */
  size_t object_size;
  struct compiled_function *functions; /* sorted by name */
  size_t nfunctions;
  struct compiled_map *maps; /* in the order of the text */
  size_t nmaps;
  char *
      *trace_formats; /* of bpf_trace_printk(), by the number that their records have; for a private trace */
  size_t ntrace_formats;
  char *diagnostics; /* errors and warnings as clang prints them; NULL if there are none */
};

struct compiler_api {
  uint32_t abi; /* COMPILER_ABI of the headers it was built with */
  /*
	 * Thread-safe. Returns 0; -EINVAL (the text is wrong, diagnostics say why); -ENOMEM, -EAGAIN (no thread or
	 * memory to compile in). *result is always valid and to be freed.
	 */
  int (*compile)(const struct compile_request *request, struct compiled *result);
  void (*release)(struct compiled *result);
};

#define COMPILER_ABI 9

/* The module's symbol. */
extern const struct compiler_api cbcc_compiler;

#ifdef __cplusplus
}
#endif

#endif
