/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A map: how many programs each user has executed, counted in the kernel and printed every second.
 *
 * Introduces TRACEPOINT_PROBE, whose functions cbcc_new() attaches; BPF_HASH, in which the program counts;
 * cbcc_get_table and cbcc_table_for_each, by which the application reads it.
 */
#include <cbcc.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

static const char program[] =
	"BPF_HASH(executed, u32, u64);                   // user id -> programs executed\n"
	"TRACEPOINT_PROBE(sched, sched_process_exec) {\n"
	"	u32 uid = bpf_get_current_uid_gid();     // its lower half\n"
	"	executed.increment(uid);\n"
	"	return 0;\n"
	"}\n";

static volatile sig_atomic_t stopping;

static void stop(int number)
{
	(void)number;
	stopping = 1;
}

static int print(void *ctx, const void *key, const void *leaf)
{
	(void)ctx;
	printf("  uid %" PRIu32 ": %" PRIu64, *(const uint32_t *)key, *(const uint64_t *)leaf);
	return 0;
}

int main(void)
{
	struct cbcc *b = cbcc_new(program, NULL);
	struct cbcc_table *executed = cbcc_get_table(b, "executed");
	int err = executed ? 0 : -1;

	setvbuf(stdout, NULL, _IOLBF, 0); /* lines come at once, into a pipe too */
	signal(SIGINT, stop);
	while (!stopping && err == 0) {
		printf("executed:");
		err = cbcc_table_for_each(executed, print, NULL);
		printf("\n");
		sleep(1);
	}
	if (err)
		fprintf(stderr, "hello-map: %s\n", cbcc_last_error());
	cbcc_free(b);
	return err != 0;
}
