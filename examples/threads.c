/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Several programs at once: each thread compiles, attaches and reads one of its own, with a handle of its own.
 *
 * A handle is used by one thread at a time; nothing has to be locked for several. Introduces no call, only that rule.
 */
#include <cbcc.h>
#include <inttypes.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>

#define PROGRAM(event) \
	"struct event { u32 pid; char comm[16]; };\n" \
	"BPF_PERF_OUTPUT(events);\n" \
	"TRACEPOINT_PROBE(sched, " event ") {\n" \
	"	struct event e = { .pid = bpf_get_current_pid_tgid() >> 32 };\n" \
	"	bpf_get_current_comm(e.comm, sizeof(e.comm));\n" \
	"	return events.perf_submit(args, &e, sizeof(e));\n" \
	"}\n"

struct event { /* as in the programs */
	uint32_t pid;
	char comm[16];
};

static struct job {
	const char *verb, *program;
	pthread_t thread;
} jobs[] = {
	{ .verb = "forks", .program = PROGRAM("sched_process_fork") },
	{ .verb = "ends", .program = PROGRAM("sched_process_exit") },
};

static atomic_bool stopping;

static void on_event(void *ctx, int cpu, const void *data, size_t size)
{
	const struct event *e = data;

	(void)cpu, (void)size;
	printf("%s-%" PRIu32 " %s\n", e->comm, e->pid, ((const struct job *)ctx)->verb);
}

static void *run(void *arg)
{
	struct job *job = arg;
	struct cbcc *b = cbcc_new(job->program, NULL);
	int n = cbcc_open_perf_buffer(b, "events", on_event, job, NULL);

	if (n == 0)
		printf("Tracing what %s ...\n", job->verb);
	while (!stopping && n >= 0)
		n = cbcc_poll(b, 200);
	if (!stopping)
		fprintf(stderr, "threads: %s: %s\n", job->verb, cbcc_last_error()); /* the error is the thread's */
	cbcc_free(b);
	return NULL;
}

int main(void)
{
	const size_t njobs = sizeof jobs / sizeof *jobs;
	size_t started = 0;
	sigset_t interrupt;

	sigemptyset(&interrupt);
	sigaddset(&interrupt, SIGINT);
	pthread_sigmask(SIG_BLOCK, &interrupt, NULL); /* in all threads */
	setvbuf(stdout, NULL, _IOLBF, 0);
	while (started < njobs && pthread_create(&jobs[started].thread, NULL, run, &jobs[started]) == 0)
		started++;
	sigwait(&interrupt, &(int){ 0 });
	stopping = true;
	while (started > 0)
		pthread_join(jobs[--started].thread, NULL);
	return 0;
}
