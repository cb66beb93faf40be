/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What programs of kprobes were made of. On a kernel without kprobes another program has to take their place, and
 * bpf_attach_kprobe() is told no more than a descriptor.
 */
#ifndef CBCC_LIBBCC_KPROBE_PROGRAMS_H
#define CBCC_LIBBCC_KPROBE_PROGRAMS_H

#include <stdint.h>

struct compiled_function;
struct module;

/** Remembers a loaded program, by the kernel's number for it. 0 or -ENOMEM and others, error set. */
int kprobe_program_remember(struct module *module, const struct compiled_function *function, int fd);

/** Forgets all of a module, before its end. */
void kprobe_programs_forget(const struct module *module);

/** Does something with what a program was made of, which stays for as long. */
typedef int (*kprobe_program_fn)(struct module *module, const struct compiled_function *function,
				 const void *ctx);

/** What fn returned; -ESRCH: it is no program of a module's. */
int kprobe_program_use(int fd, kprobe_program_fn fn, const void *ctx);

#endif
