/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What it costs to read events: ring buffers and perf buffers that are full, emptied by cbcc, libbpf, BCC's C API and, in a process
 * of its own that takes its turns too, BCC's Python. README.md says more.
 *
 *     bench-events ROUNDS PYTHON-SCRIPT...
 */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/bpf.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cbcc.h>

#include "events_bcc.h"
#include "figures.h"
#include "python.h"

#define PAGES 2048 /* of each ring buffer, and of each perf buffer's part for a CPU */
#define RUN 1000   /* events of one run of a program */
#define FILL 50000 /* events that a buffer is filled with */
#define CYCLES 2   /* of filling and emptying, in a round */

static const char text[] =
	"struct event { u64 number, time; char comm[16]; };\n"
	"BPF_RINGBUF_OUTPUT(ring, 2048);\n"
	"BPF_PERF_OUTPUT(perf_cbcc); BPF_PERF_OUTPUT(perf_libbpf); BPF_PERF_OUTPUT(perf_bcc);\n"
	"#define FILL(NAME, SUBMIT) int NAME(struct bpf_raw_tracepoint_args *ctx) { \\\n"
	"	struct event e = { .time = bpf_ktime_get_ns() }; \\\n"
	"	bpf_get_current_comm(e.comm, sizeof(e.comm)); \\\n"
	"	for (int i = 0; i < 1000; i++) { e.number = ctx->args[0] + i; SUBMIT; } \\\n"
	"	return 0; \\\n"
	"}\n"
	"FILL(fill_ring, ring.ringbuf_output(&e, sizeof(e), 1 /* BPF_RB_NO_WAKEUP */))\n"
	"FILL(fill_cbcc, perf_cbcc.perf_submit(ctx, &e, sizeof(e)))\n"
	"FILL(fill_libbpf, perf_libbpf.perf_submit(ctx, &e, sizeof(e)))\n"
	"FILL(fill_bcc, perf_bcc.perf_submit(ctx, &e, sizeof(e)))\n";

enum contender { CBCC, LIBBPF, BCC, PYTHON, CONTENDERS };

static const char *const names[] = { "cbcc", "libbpf", "BCC's C API", "BCC's Python" };

struct bench {
	struct cbcc *b;
	struct ring_buffer *ring;
	struct perf_buffer *perf;
	struct bcc_events *bcc;
	struct python python;
	/* Of reading, and of filling the buffer and reading it. */
	struct figure ring_figures[CONTENDERS], perf_figures[CONTENDERS];
	struct figure ring_both[CONTENDERS], perf_both[CONTENDERS];
	struct event_sum sum;
};

static void die(const char *what, const char *why)
{
	fprintf(stderr, "bench-events: %s: %s\n", what, why);
	exit(2);
}

static int on_ring(void *ctx, const void *data, size_t size)
{
	event_add(ctx, data, size);
	return 0;
}

static int on_ring_libbpf(void *ctx, void *data, size_t size)
{
	event_add(ctx, data, size);
	return 0;
}

static void on_perf(void *ctx, int cpu, const void *data, size_t size)
{
	(void)cpu;
	event_add(ctx, data, size);
}

static void on_perf_libbpf(void *ctx, int cpu, void *data, __u32 size)
{
	(void)cpu;
	event_add(ctx, data, size);
}

static int fd_of(struct cbcc *b, const char *map)
{
	struct cbcc_table *t = cbcc_get_table(b, map);

	if (!t)
		die(map, cbcc_last_error());
	return cbcc_table_fd(t);
}

static void open_all(struct bench *bench)
{
	const struct cbcc_perf_buffer_opts opts = { .sz = sizeof opts, .page_cnt = PAGES };

	bench->b = cbcc_new(text, NULL);
	if (!bench->b || cbcc_open_ring_buffer(bench->b, "ring", on_ring, &bench->sum) != 0 ||
	    cbcc_open_perf_buffer(bench->b, "perf_cbcc", on_perf, &bench->sum, &opts) != 0)
		die("cbcc", cbcc_last_error());
	bench->ring = ring_buffer__new(fd_of(bench->b, "ring"), on_ring_libbpf, &bench->sum, NULL);
	bench->perf = perf_buffer__new(fd_of(bench->b, "perf_libbpf"), PAGES, on_perf_libbpf, NULL,
				       &bench->sum, NULL);
	bench->bcc =
		bcc_events_open(fd_of(bench->b, "ring"), fd_of(bench->b, "perf_bcc"), PAGES, &bench->sum);
	if (!bench->ring || !bench->perf || !bench->bcc)
		die("libbpf, BCC", strerror(errno));
}

static void fill(struct bench *bench, const char *function)
{
	int fd = cbcc_load_func(bench->b, function, BPF_PROG_TYPE_RAW_TRACEPOINT, NULL);

	if (fd < 0)
		die(function, cbcc_last_error());
	bench->sum = (struct event_sum){ 0 };
	for (uint64_t first = 0; first < FILL; first += RUN) {
		const uint64_t args[12] = { first };
		LIBBPF_OPTS(bpf_test_run_opts, opts, .ctx_in = args, .ctx_size_in = sizeof args);

		if (bpf_prog_test_run_opts(fd, &opts) != 0)
			die(function, strerror(errno));
	}
}

static void check(const char *who, const struct event_sum *sum)
{
	if (sum->count != FILL || sum->numbers != (uint64_t)FILL * (FILL - 1) / 2)
		die(who, "it has not given all events");
}

/* Fills a buffer, and has someone empty it. */
#define EMPTY(buffer, who, function, consume)                                                                \
	do {                                                                                                 \
		figure_begin(&bench->buffer##_both[who]);                                                    \
		fill(bench, function);                                                                       \
		figure_begin(&bench->buffer##_figures[who]);                                                 \
		consume;                                                                                     \
		figure_end(&bench->buffer##_figures[who], round);                                            \
		figure_end(&bench->buffer##_both[who], round);                                               \
		check(#consume, &bench->sum);                                                                \
	} while (0)

static void measure(struct bench *bench, int round)
{
	for (int cycle = 0; cycle < CYCLES; cycle++) {
		EMPTY(ring, CBCC, "fill_ring", cbcc_ring_buffer_consume(bench->b));
		EMPTY(ring, LIBBPF, "fill_ring", ring_buffer__consume(bench->ring));
		EMPTY(ring, BCC, "fill_ring", bcc_events_consume_ring(bench->bcc));
		EMPTY(perf, CBCC, "fill_cbcc", cbcc_perf_buffer_consume(bench->b));
		EMPTY(perf, LIBBPF, "fill_libbpf", perf_buffer__consume(bench->perf));
		EMPTY(perf, BCC, "fill_bcc", bcc_events_consume_perf(bench->bcc));
	}
}

/* Python empties each buffer once in a round. */
static void measure_python(struct bench *bench, int round)
{
	struct figure *ring = &bench->ring_figures[PYTHON], *perf = &bench->perf_figures[PYTHON];
	double ms[6];

	python_measure(&bench->python, ms, 6);
	if (ms[0] < FILL || ms[3] < FILL)
		die("BCC's Python", "it has not given all events");
	ring->wall[round] = ms[1] / ms[0] * FILL * CYCLES;
	ring->cpu[round] = ms[2] / ms[0] * FILL * CYCLES;
	perf->wall[round] = ms[4] / ms[3] * FILL * CYCLES;
	perf->cpu[round] = ms[5] / ms[3] * FILL * CYCLES;
}

/* Figures are milliseconds for so many events. */
static double ns_each(double ms)
{
	return ms * 1e6 / FILL / CYCLES;
}

static void report_lines(const char *what, const struct figure *figures, int contenders, int rounds)
{
	printf("%s\n", what);
	for (int i = 0; i < contenders; i++)
		printf("  %-42s%10.1f%10.1f%9.2fx\n", names[i], ns_each(median(figures[i].wall, rounds)),
		       ns_each(median(figures[i].cpu, rounds)),
		       median_ratio(figures[i].cpu, figures[CBCC].cpu, rounds));
}

static bool report(const struct bench *bench, int rounds)
{
	const struct figure *ring = bench->ring_both, *perf = bench->perf_both;
	bool reached;

	printf("medians of %d rounds, ns an event%22s%10s%10s\n", rounds, "wall", "cpu", "cpu ratio");
	report_lines("reading a ring buffer", bench->ring_figures, CONTENDERS, rounds);
	report_lines("reading a perf buffer", bench->perf_figures, CONTENDERS, rounds);
	report_lines("writing to a ring buffer and reading it", ring, PYTHON, rounds);
	report_lines("writing to a perf buffer and reading it", perf, PYTHON, rounds);
	reached = bound("ring buffer: throughput by libbpf's",
			median_ratio(ring[LIBBPF].cpu, ring[CBCC].cpu, rounds), ">=", 0.95);
	reached &= bound("perf buffer: throughput by libbpf's",
			 median_ratio(perf[LIBBPF].cpu, perf[CBCC].cpu, rounds), ">=", 0.95);
	return reached;
}

/* Perf buffers are each CPU's own: all events go to one. */
static void stay_on_a_cpu(void)
{
	cpu_set_t cpus;

	CPU_ZERO(&cpus);
	CPU_SET(sched_getcpu(), &cpus);
	if (sched_setaffinity(0, sizeof cpus, &cpus) != 0)
		die("sched_setaffinity", strerror(errno));
}

int main(int argc, char **argv)
{
	static struct bench bench;
	int rounds = rounds_wanted(argc, argv, 9);
	bool reached;

	if (argc < 3)
		die("arguments", "ROUNDS PYTHON-SCRIPT...");
	python_start(&bench.python, argv + 2);
	open_all(&bench);
	stay_on_a_cpu();
	for (int round = 0; round < rounds; round++) {
		measure(&bench, round);
		measure_python(&bench, round);
	}
	reached = report(&bench, rounds);
	python_stop(&bench.python);
	ring_buffer__free(bench.ring);
	perf_buffer__free(bench.perf);
	bcc_events_close(bench.bcc);
	cbcc_free(bench.b);
	return reached ? 0 : 1;
}
