/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What bpf_trace_printk() writes into the ring buffer of a private trace stream: the compiler makes the programs write
 * it, private_trace.c reads it.
 *
 *     struct trace_record, uint64_t values[], the memory that values point to
 *
 * A value that the format prints by what it points to (%s, %pks, %pus: a string; %pi4 and the like: bytes) has its
 * memory copied: TRACE_STRING_SIZE or TRACE_BYTES_SIZE bytes for each such conversion, in their order.
 */
#ifndef CBCC_TRACE_RECORD_H
#define CBCC_TRACE_RECORD_H

#include <stdint.h>

#define TRACE_RING "__cbcc_trace"      /* the map of the records */
#define TRACE_LOST "__cbcc_trace_lost" /* on each processor, how many did not fit: u64[1] */

#define TRACE_RING_SIZE (1u << 20)
#define TRACE_STRING_SIZE 256 /* NUL included; longer ones are cut */
#define TRACE_BYTES_SIZE 16
#define TRACE_COMM_SIZE 16

struct trace_record {
	uint64_t time;   /* ns since boot */
	uint32_t format; /* index in struct compiled.trace_formats */
	uint32_t cpu;
	uint64_t pid_tgid; /* the thread's id is in the lower half */
	char comm[TRACE_COMM_SIZE];
};

#endif
