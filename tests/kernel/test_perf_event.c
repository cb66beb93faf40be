/* SPDX-License-Identifier: Apache-2.0 */
/* Programs that perf's counters run: include/cbcc/perf_event.h. Software events, which every machine has. */
#include "resources.h"
#include "run.h"
#include "trace.h"

#include <errno.h>
#include <linux/perf_event.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* Counts runs in this process, and in its children; "ctx" is what BCC's profilers declare. */
static struct cbcc *new_counter(void)
{
	char pid[32];
	const char *cflags[] = { pid };
	struct cbcc_opts opts = { .sz = sizeof opts, .cflags = cflags, .ncflags = 1 };
	struct cbcc *b;

	require_root();
	snprintf(pid, sizeof pid, "-DOUR_PID=%d", getpid());
	b = cbcc_new("static int ours, others, last_cpu;"
		     "int f(struct bpf_perf_event_data *ctx) {"
		     "	if (bpf_get_current_pid_tgid() >> 32 == OUR_PID) __sync_fetch_and_add(&ours, 1);"
		     "	else __sync_fetch_and_add(&others, 1);"
		     "	last_cpu = bpf_get_smp_processor_id();"
		     "	return 0; }"
		     "int g(struct bpf_perf_event_data *ctx) { return f(ctx); }"
		     "int count(void *ctx) { return ours; }"
		     "int others_count(void *ctx) { return others; }"
		     "int cpu(void *ctx) { return last_cpu; }",
		     &opts);
	if (!b)
		fail_msg("%s", cbcc_last_error());
	return b;
}

/* Touches that many pages for the first time: as many minor faults. */
static void fault(size_t pages)
{
	size_t size = pages * (size_t)getpagesize();
	volatile char *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	assert_true(memory != MAP_FAILED);
	madvise((void *)memory, size, MADV_NOHUGEPAGE);
	for (size_t i = 0; i < pages; i++)
		memory[i * (size_t)getpagesize()] = 1;
	munmap((void *)memory, size);
}

static void events_are_counted_of_this_process(void **state)
{
	const struct cbcc_perf_event_opts opts = { .sz = sizeof opts, .sample_period = 1, .pid = getpid() };
	struct cbcc *b = new_counter();
	uint32_t counted;

	(void)state;
	assert_ok(cbcc_attach_perf_event(b, PERF_TYPE_SOFTWARE, PERF_COUNT_SW_PAGE_FAULTS_MIN, "f", &opts));
	fault(1000);
	counted = run_function(b, "count");
	assert_in_range(counted, 1000, 1200);
	assert_ok(cbcc_detach_perf_event(b, PERF_TYPE_SOFTWARE, PERF_COUNT_SW_PAGE_FAULTS_MIN));
	counted = run_function(b, "count");
	fault(1000);
	assert_int_equal(run_function(b, "count"), counted);
	assert_int_equal(run_function(b, "others_count"), 0);
	assert_int_equal(cbcc_detach_perf_event(b, PERF_TYPE_SOFTWARE, PERF_COUNT_SW_PAGE_FAULTS_MIN),
			 -ENOENT);
	cbcc_free(b);
}

static void a_period_divides_the_events(void **state)
{
	const struct cbcc_perf_event_opts opts = { .sz = sizeof opts, .sample_period = 100, .pid = getpid() };
	struct cbcc *b = new_counter();

	(void)state;
	assert_ok(cbcc_attach_perf_event(b, PERF_TYPE_SOFTWARE, PERF_COUNT_SW_PAGE_FAULTS, "f", &opts));
	fault(2000);
	assert_in_range(run_function(b, "count"), 20, 23);
	cbcc_free(b);
}

static void a_process_is_followed_into_its_children(void **state)
{
	const struct cbcc_perf_event_opts opts = { .sz = sizeof opts, .sample_period = 1, .pid = getpid() };
	struct cbcc *b = new_counter();
	int status;
	pid_t pid;

	(void)state;
	assert_ok(cbcc_attach_perf_event(b, PERF_TYPE_SOFTWARE, PERF_COUNT_SW_PAGE_FAULTS_MIN, "f", &opts));
	pid = fork();
	if (pid == 0) {
		fault(500);
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(run_function(b, "others_count") >= 500);
	cbcc_free(b);
}

/* A thread that waits until it is told to cause faults. */
struct worker {
	pthread_t thread;
	int pipe[2];
	pid_t tid;
};

static void *work(void *ctx)
{
	struct worker *worker = ctx;
	char c;

	__atomic_store_n(&worker->tid, gettid(), __ATOMIC_RELEASE);
	if (read(worker->pipe[0], &c, 1) == 1)
		fault(1000);
	return NULL;
}

static void worker_start(struct worker *worker)
{
	worker->tid = 0;
	assert_int_equal(pipe(worker->pipe), 0);
	assert_int_equal(pthread_create(&worker->thread, NULL, work, worker), 0);
	while (!__atomic_load_n(&worker->tid, __ATOMIC_ACQUIRE))
		usleep(1000);
}

static void worker_finish(struct worker *worker)
{
	assert_int_equal(write(worker->pipe[1], "x", 1), 1);
	pthread_join(worker->thread, NULL);
	close(worker->pipe[0]);
	close(worker->pipe[1]);
}

static void all_threads_of_a_process_are_followed(void **state)
{
	struct cbcc_perf_event_opts opts = { .sz = sizeof opts, .sample_period = 1, .pid = getpid() };
	struct cbcc *b = new_counter();
	struct worker worker;
	uint32_t counted;

	(void)state;
	worker_start(&worker);
	assert_ok(cbcc_attach_perf_event(b, PERF_TYPE_SOFTWARE, PERF_COUNT_SW_PAGE_FAULTS_MIN, "f", &opts));
	worker_finish(&worker);
	assert_in_range(run_function(b, "count"), 1000, 1300);
	assert_ok(cbcc_detach_perf_event(b, PERF_TYPE_SOFTWARE, PERF_COUNT_SW_PAGE_FAULTS_MIN));

	/* One thread of it alone. */
	worker_start(&worker);
	opts.pid = worker.tid;
	assert_ok(cbcc_attach_perf_event(b, PERF_TYPE_SOFTWARE, PERF_COUNT_SW_PAGE_FAULTS_MIN, "f", &opts));
	counted = run_function(b, "count");
	fault(1000);
	assert_in_range(run_function(b, "count"), counted, counted + 300);
	counted = run_function(b, "count");
	worker_finish(&worker);
	assert_in_range(run_function(b, "count"), counted + 1000, counted + 1300);
	opts.pid = 0x3fffffff;
	assert_int_equal(cbcc_attach_perf_event(b, PERF_TYPE_SOFTWARE, PERF_COUNT_SW_PAGE_FAULTS, "f", &opts),
			 -ESRCH);
	cbcc_free(b);
}

static void spin(int ms)
{
	struct timespec begin, now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &begin);
	do
		clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	while ((now.tv_sec - begin.tv_sec) * 1000 + (now.tv_nsec - begin.tv_nsec) / 1000000 < ms);
}

/* Samples of all processors are many others', whom the program leaves alone. */
static void all_processors_are_sampled_at_a_frequency(void **state)
{
	const struct cbcc_perf_event_opts opts = { .sz = sizeof opts, .sample_freq = 99 };
	struct cbcc *b = new_counter();

	(void)state;
	assert_ok(cbcc_attach_perf_event(b, PERF_TYPE_SOFTWARE, PERF_COUNT_SW_CPU_CLOCK, "f", &opts));
	spin(500);
	assert_ok(cbcc_detach_perf_event(b, PERF_TYPE_SOFTWARE, PERF_COUNT_SW_CPU_CLOCK));
	assert_in_range(run_function(b, "count"), 10, 75);
	cbcc_free(b);
}

static void one_processor_may_be_named(void **state)
{
	const int first[] = { 0 }, nonesuch[] = { 100000 };
	struct cbcc_perf_event_opts opts = {
		.sz = sizeof opts, .sample_period = 1, .pid = getpid(), .cpus = first, .ncpus = 1
	};
	struct cbcc *b = new_counter();
	cpu_set_t before, other;

	(void)state;
	assert_int_equal(sched_getaffinity(0, sizeof before, &before), 0);
	assert_ok(cbcc_attach_perf_event(b, PERF_TYPE_SOFTWARE, PERF_COUNT_SW_PAGE_FAULTS_MIN, "f", &opts));
	CPU_ZERO(&other);
	CPU_SET(0, &other);
	assert_int_equal(sched_setaffinity(0, sizeof other, &other), 0);
	fault(300);
	assert_true(run_function(b, "count") >= 300);
	assert_int_equal(run_function(b, "cpu"), 0);
	CPU_ZERO(&other);
	CPU_SET(1, &other);
	if (sched_setaffinity(0, sizeof other, &other) == 0) {
		uint32_t counted = run_function(b, "count");

		fault(300);
		assert_in_range(run_function(b, "count"), counted, counted + 20);
	}
	sched_setaffinity(0, sizeof before, &before);
	opts.cpus = nonesuch;
	assert_true(cbcc_attach_perf_event(b, PERF_TYPE_SOFTWARE, PERF_COUNT_SW_DUMMY, "f", &opts) < 0);
	assert_error_has("on processor 100000");
	cbcc_free(b);
}

static void the_kernels_description_may_be_given(void **state)
{
	const struct cbcc_perf_event_opts opts = { .sz = sizeof opts, .pid = getpid() };
	struct perf_event_attr attr = {
		.type = PERF_TYPE_SOFTWARE,
		.config = PERF_COUNT_SW_PAGE_FAULTS_MIN,
		.sample_period = 10,
		.exclude_kernel = 1,
	};
	struct cbcc *b = new_counter();

	(void)state;
	assert_ok(cbcc_attach_perf_event_raw(b, &attr, "f", &opts));
	assert_ok(cbcc_attach_perf_event_raw(b, &attr, "g", &opts));
	fault(1000);
	assert_in_range(run_function(b, "count"), 200, 240);
	assert_ok(cbcc_detach_perf_event(b, attr.type, attr.config));
	assert_int_equal(cbcc_detach_perf_event(b, attr.type, attr.config), -ENOENT);
	cbcc_free(b);
}

static void an_event_may_be_in_a_group(void **state)
{
	const int cpus[] = { 0 };
	struct perf_event_attr attr = { .type = PERF_TYPE_SOFTWARE,
					.size = sizeof attr,
					.config = PERF_COUNT_SW_DUMMY };
	struct cbcc_perf_event_opts opts = {
		.sz = sizeof opts, .sample_period = 1, .pid = getpid(), .cpus = cpus, .ncpus = 1
	};
	struct cbcc *b = new_counter();

	(void)state;
	attr.inherit = 1;
	opts.group_fd = (int)syscall(SYS_perf_event_open, &attr, getpid(), 0, -1, PERF_FLAG_FD_CLOEXEC);
	assert_true(opts.group_fd > 0);
	assert_ok(cbcc_attach_perf_event(b, PERF_TYPE_SOFTWARE, PERF_COUNT_SW_PAGE_FAULTS_MIN, "f", &opts));
	close(opts.group_fd);
	assert_int_equal(
		cbcc_attach_perf_event(b, PERF_TYPE_SOFTWARE, PERF_COUNT_SW_PAGE_FAULTS_MIN, "f", &opts),
		-EBADF);
	cbcc_free(b);
}

static void wrong_arguments_are_refused(void **state)
{
	const struct cbcc_perf_event_opts none = { .sz = sizeof none },
					  both = { .sz = sizeof both, .sample_period = 1, .sample_freq = 1 },
					  negative = { .sz = sizeof negative, .sample_period = 1, .pid = -1 },
					  period = { .sz = sizeof period, .sample_period = 1 };
	const struct perf_event_attr attr = { .type = PERF_TYPE_SOFTWARE };
	struct cbcc *b = new_counter();

	(void)state;
	assert_int_equal(cbcc_attach_perf_event(b, PERF_TYPE_SOFTWARE, 0, "f", NULL), -EINVAL);
	assert_error_has("either sample_period or sample_freq");
	assert_int_equal(cbcc_attach_perf_event(b, PERF_TYPE_SOFTWARE, 0, "f", &none), -EINVAL);
	assert_int_equal(cbcc_attach_perf_event(b, PERF_TYPE_SOFTWARE, 0, "f", &both), -EINVAL);
	assert_int_equal(cbcc_attach_perf_event(b, PERF_TYPE_SOFTWARE, 0, "f", &negative), -EINVAL);
	assert_int_equal(cbcc_attach_perf_event(b, PERF_TYPE_TRACEPOINT, 1, "f", &period), -EINVAL);
	assert_error_has("cbcc_attach_tracepoint()");
	assert_int_equal(cbcc_attach_perf_event(b, PERF_TYPE_SOFTWARE, 0, "nonesuch", &period), -ENOENT);
	assert_true(cbcc_attach_perf_event(b, PERF_TYPE_SOFTWARE, 12345, "f", &period) < 0);
	assert_error_has("cannot attach 'f' to perf event 1:12345");
	assert_int_equal(cbcc_attach_perf_event_raw(b, NULL, "f", NULL), -EINVAL);
	assert_int_equal(cbcc_attach_perf_event_raw(b, &attr, "f", &period), -EINVAL);
	cbcc_free(b);
	assert_int_equal(cbcc_detach_perf_event(NULL, 0, 0), -EINVAL);
}

static void attach_and_free(void)
{
	const struct cbcc_perf_event_opts opts = { .sz = sizeof opts, .sample_freq = 10 };
	struct cbcc *b = new_counter();

	assert_ok(cbcc_attach_perf_event(b, PERF_TYPE_SOFTWARE, PERF_COUNT_SW_CPU_CLOCK, "f", &opts));
	cbcc_free(b);
}

static void freeing_the_handle_closes_all(void **state)
{
	(void)state;
	assert_leaves_nothing(attach_and_free);
}

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(events_are_counted_of_this_process),
		cmocka_unit_test(a_period_divides_the_events),
		cmocka_unit_test(a_process_is_followed_into_its_children),
		cmocka_unit_test(all_threads_of_a_process_are_followed),
		cmocka_unit_test(all_processors_are_sampled_at_a_frequency),
		cmocka_unit_test(one_processor_may_be_named),
		cmocka_unit_test(the_kernels_description_may_be_given),
		cmocka_unit_test(an_event_may_be_in_a_group),
		cmocka_unit_test(wrong_arguments_are_refused),
		cmocka_unit_test(freeing_the_handle_closes_all),
	};

	return run_selected_tests(tests, argc, argv);
}
