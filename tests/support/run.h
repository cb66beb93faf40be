/* SPDX-License-Identifier: Apache-2.0 */
/* Running a function of a program text in the kernel, once, without attaching it: its return value is what is tested. */
#ifndef CBCC_TEST_RUN_H
#define CBCC_TEST_RUN_H

#include "test.h"

#include <linux/bpf.h>

#define RUN_ARGS_MAX 12

/** A program text compiled, or the test fails with the error. */
struct cbcc *compiled(const char *text);

/**
 * Compiles text, loads its function fn as a raw tracepoint program, and runs it in this process with a context of
 * struct bpf_raw_tracepoint_args: args[0] ... args[11]. Fails the test with the library's error if any of this fails.
 */
uint32_t run_with_args(const char *text, const char *fn, const uint64_t args[RUN_ARGS_MAX]);

/** run_with_args() of function "f", with all arguments zero. */
uint32_t run(const char *text);

/** The same for a handle that has been made, whose maps then stay: function fn, with all arguments zero. */
uint32_t run_function(struct cbcc *b, const char *fn);

/** The same with arguments. */
uint32_t run_function_with(struct cbcc *b, const char *fn, const uint64_t args[RUN_ARGS_MAX]);

/** How a function is run that is no tracing program: what it gets, and what it leaves. */
struct network_run {
	enum bpf_prog_type type;
	enum bpf_attach_type attach_type; /* 0: the program's type says it all */
	const void *packet;
	size_t packet_size;
	void *changed;       /* the packet as the program leaves it; NULL: not wanted */
	size_t changed_size; /* of the buffer; then of the packet */
	void *ctx;           /* the context, as far as it can be given; NULL: the kernel's own */
	size_t ctx_size;
};

/** Runs function fn once, in this process. Returns the program's value. */
uint32_t run_on_network(struct cbcc *b, const char *fn, struct network_run *run);

/** run_on_network() of function "f" of a text, as a classifier: it gets the packet with its Ethernet header. */
uint32_t run_on_packet(const char *text, const void *packet, size_t size);

#endif
