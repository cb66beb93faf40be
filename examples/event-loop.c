/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Embedding: an application whose event loop is its own waits for cbcc's descriptors next to all others.
 *
 * Here these are events, printed lines, and the signal that ends it. Introduces cbcc_events_fd and cbcc_trace_fd; cbcc_poll
 * with timeout 0 and cbcc_trace_fields, nonblocking, take what there is and never wait.
 */
#include <cbcc.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>

static const char program[] =
	"BPF_RINGBUF_OUTPUT(pids, 1);\n"
	"TRACEPOINT_PROBE(sched, sched_process_exit) {\n"
	"	u32 pid = bpf_get_current_pid_tgid() >> 32;\n"
	"	pids.ringbuf_output(&pid, sizeof(pid), 0);\n"
	"	return 0;\n"
	"}\n"
	"TRACEPOINT_PROBE(sched, sched_process_exec) {\n"
	"	bpf_trace_printk(\"executed by user %d\", (u32)bpf_get_current_uid_gid());\n"
	"	return 0;\n"
	"}\n";

static int on_event(void *ctx, const void *data, size_t size)
{
	(void)ctx, (void)size;
	printf("event: process %" PRIu32 " ends\n", *(const uint32_t *)data);
	return 0;
}

/* All lines there are: of those that were read ahead the descriptor does not tell again. */
static int print_lines(struct cbcc *b)
{
	struct cbcc_trace_line line;
	int n;

	while ((n = cbcc_trace_fields(b, &line, true)) > 0)
		printf("line: %s-%d %s\n", line.task, line.pid, line.msg);
	return n;
}

static int add(int epoll, int fd)
{
	struct epoll_event event = { .events = EPOLLIN, .data.fd = fd };

	return fd < 0 ? fd : epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
}

int main(void)
{
	const struct cbcc_opts opts = { .sz = sizeof opts, .private_trace = true };
	struct cbcc *b = cbcc_new(program, &opts);
	int epoll = epoll_create1(EPOLL_CLOEXEC), n = cbcc_open_ring_buffer(b, "pids", on_event, NULL);
	int events = cbcc_events_fd(b), lines = cbcc_trace_fd(b), signals;
	struct epoll_event ready = { .events = 0 };
	sigset_t interrupt;

	sigemptyset(&interrupt);
	sigaddset(&interrupt, SIGINT);
	sigprocmask(SIG_BLOCK, &interrupt, NULL);
	signals = signalfd(-1, &interrupt, SFD_CLOEXEC);
	setvbuf(stdout, NULL, _IOLBF, 0);
	if (n == 0 && (n = add(epoll, events)) == 0 && (n = add(epoll, lines)) == 0 && (n = add(epoll, signals)) == 0)
		printf("Waiting for events, lines and Ctrl-C ...\n");
	while (n >= 0 && ready.data.fd != signals) {
		n = epoll_wait(epoll, &ready, 1, -1);
		if (n == 1 && ready.data.fd == events)
			n = cbcc_poll(b, 0);
		else if (n == 1 && ready.data.fd == lines)
			n = print_lines(b);
	}
	if (n < 0)
		fprintf(stderr, "event-loop: %s\n", cbcc_last_error());
	cbcc_free(b);
	return n < 0;
}
