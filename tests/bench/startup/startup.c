/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Start-up time and memory of cbcc's hello beside those of its peers, in interleaved rounds. README.md says
 * what is measured and why so.
 *
 *     bench-startup [-n rounds] [-w warm compilations] [-b NAME=VALUE]...
 *
 * -b sets a variable in the environment of BCC's hello.
 */
#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <sys/wait.h>

#include <linux/bpf.h>

#define EVENT "sys_enter_execve"
#define BPFTRACE_HELLO "tracepoint:syscalls:" EVENT " /pid == 0/ { printf(\"Hello, World!\\n\"); }"
#define TIMEOUT_MS 60000
#define ROUNDS_MAX 1000
#define WARM_MAX 1000
#define ENV_MAX 8

enum metric { ATTACHED, WALL, CPU, RSS, COLD, WARM, METRICS };

static const char *const metric_names[METRICS] = {
	[ATTACHED] = "exec to attached, ms",
	[WALL] = "fork to exit, ms",
	[CPU] = "CPU time, ms",
	[RSS] = "peak RSS, MiB",
	[COLD] = "compile, cold, ms",
	[WARM] = "compile, warm, ms",
};

struct peer {
	const char *name;
	const char *argv[4];          /* attaches to EVENT, and ends on SIGTERM */
	const char *ready;            /* what it prints once it is attached */
	const char *env[ENV_MAX + 1]; /* NAME=VALUE, NULL-terminated */
	bool compiles;                /* "argv[0] compile N" is understood */
	bool absent;
	double values[METRICS][ROUNDS_MAX];
	int count[METRICS];
};

static struct peer cbcc = {
	.name = "cbcc",
	.argv = { "bench-hello-cbcc" },
	.ready = "attached\n",
	.compiles = true,
};

/* The same program with a compile cache, which the round that is not counted fills. */
static char cache_variable[] = "CBCC_CACHE=/tmp/cbcc-bench-XXXXXX";

static struct peer cached = {
	.name = "cbcc, cache",
	.argv = { "bench-hello-cbcc" },
	.ready = "attached\n",
	.env = { cache_variable },
	.compiles = true,
};

static struct peer bcc = {
	.name = "BCC",
	.argv = { "bench-hello-bcc" },
	.ready = "attached\n",
	.compiles = true,
};

/* The variable is how bpftrace's own tests learn that all probes are attached: "Attaching" is said before. */
static struct peer bpftrace = {
	.name = "bpftrace",
	.argv = { "bpftrace", "-e", BPFTRACE_HELLO },
	.ready = "__BPFTRACE_NOTIFY_PROBES_ATTACHED\n",
	.env = { "__BPFTRACE_NOTIFY_PROBES_ATTACHED=1" },
};

static struct peer *const peers[] = { &cbcc, &cached, &bcc, &bpftrace };

#define N_PEERS (sizeof(peers) / sizeof(peers[0]))

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1e3 + t.tv_nsec / 1e6;
}

static double timeval_ms(struct timeval t)
{
	return t.tv_sec * 1e3 + t.tv_usec / 1e3;
}

/* ------------------------------------------------------------------------------------------------------------
 * Statistics
 */

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Sorts the values. */
static double median(double *values, int n)
{
	qsort(values, n, sizeof(*values), compare);
	return n % 2 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2;
}

static void record(struct peer *peer, enum metric metric, double value)
{
	peer->values[metric][peer->count[metric]++] = value;
}

/* ------------------------------------------------------------------------------------------------------------
 * One process
 */

struct process {
	pid_t pid;
	double start;    /* just before the fork */
	double end;      /* just after it was reaped */
	int status;      /* as wait() gives it */
	int out;         /* reads what it prints, stderr too */
	bool terminated; /* it was sent SIGTERM */
	bool hung;       /* it was silent for TIMEOUT_MS, and killed */
	struct rusage usage;
	char text[1 << 14];
	size_t len;
};

static void child(struct peer *peer, const char *const *argv, int out)
{
	if (dup2(out, STDOUT_FILENO) < 0 || dup2(out, STDERR_FILENO) < 0)
		_exit(126);
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	for (int i = 0; peer->env[i]; i++)
		putenv((char *)peer->env[i]);
	execvp(argv[0], (char *const *)argv);
	perror(argv[0]);
	_exit(127);
}

static void process_start(struct process *p, struct peer *peer, const char *const *argv)
{
	int fds[2];

	if (pipe2(fds, O_CLOEXEC) < 0)
		die("pipe");
	*p = (struct process){ .out = fds[0] };
	p->start = now();
	p->pid = fork();
	if (p->pid < 0)
		die("fork");
	if (p->pid == 0)
		child(peer, argv, fds[1]);
	close(fds[1]);
}

static void process_terminate(struct process *p)
{
	p->terminated = true;
	kill(p->pid, SIGTERM);
}

/*
 * Waits for output or the end. SIGTERM is repeated at growing intervals, as bpftrace 0.17 forgets one that
 * comes between its line and its main loop.
 */
static bool process_poll(struct process *p)
{
	struct pollfd poll_fd = { .fd = p->out, .events = POLLIN };
	int step = p->terminated ? 1 : TIMEOUT_MS;

	for (int waited = 0; waited < TIMEOUT_MS; waited += step, step *= 2) {
		if (poll(&poll_fd, 1, step) > 0)
			return true;
		if (p->terminated)
			kill(p->pid, SIGTERM);
	}
	p->hung = true;
	kill(p->pid, SIGKILL);
	return false;
}

/* Appends what the process printed; text that no longer fits is dropped. False at the end, or if it hangs. */
static bool process_read(struct process *p)
{
	char chunk[4096];
	size_t room = sizeof(p->text) - 1 - p->len;
	ssize_t n;

	if (!process_poll(p))
		return false;
	n = read(p->out, chunk, sizeof(chunk));
	if (n <= 0)
		return false;
	if ((size_t)n > room)
		n = room;
	memcpy(p->text + p->len, chunk, n);
	p->len += n;
	p->text[p->len] = '\0';
	return true;
}

static bool process_prints(struct process *p, const char *wanted)
{
	while (process_read(p))
		if (strstr(p->text, wanted))
			return true;
	return false;
}

/* Waits for the end of the process; true if it ended well. */
static bool process_end(struct process *p)
{
	while (process_read(p))
		;
	if (wait4(p->pid, &p->status, 0, &p->usage) < 0)
		die("wait4");
	p->end = now();
	close(p->out);
	return p->status == 0;
}

/* ------------------------------------------------------------------------------------------------------------
 * Is it really attached?
 */

/* Asks the kernel whether a descriptor of a process stands for a program attached to the tracepoint EVENT. */
static bool fd_is_attached(pid_t pid, unsigned int fd)
{
	char name[64] = "";
	union bpf_attr attr = { 0 };

	attr.task_fd_query.pid = pid;
	attr.task_fd_query.fd = fd;
	attr.task_fd_query.buf = (uintptr_t)name;
	attr.task_fd_query.buf_len = sizeof(name);
	if (syscall(SYS_bpf, BPF_TASK_FD_QUERY, &attr, sizeof(attr)) < 0)
		return false;
	return attr.task_fd_query.fd_type == BPF_FD_TYPE_TRACEPOINT && strcmp(name, EVENT) == 0;
}

static bool is_attached(pid_t pid)
{
	char path[64];
	struct dirent *entry;
	bool found = false;
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%d/fd", pid);
	dir = opendir(path);
	if (!dir)
		return false;
	while (!found && (entry = readdir(dir)))
		found = fd_is_attached(pid, atoi(entry->d_name));
	closedir(dir);
	return found;
}

/* ------------------------------------------------------------------------------------------------------------
 * Rounds
 */

static void indent(const char *text)
{
	for (const char *end; *text; text = end + (*end == '\n')) {
		end = strchrnul(text, '\n');
		if (end > text)
			printf("    %.*s\n", (int)(end - text), text);
	}
}

static void give_up(struct peer *peer, const struct process *p, const char *why)
{
	printf("%s is absent: %s\n", peer->name, p->hung ? "it was killed after a minute of silence" : why);
	indent(p->text);
	fflush(stdout);
	peer->absent = true;
}

static void record_process(struct peer *peer, const struct process *p, double attached)
{
	record(peer, ATTACHED, attached - p->start);
	record(peer, WALL, p->end - p->start);
	record(peer, CPU, timeval_ms(p->usage.ru_utime) + timeval_ms(p->usage.ru_stime));
	record(peer, RSS, p->usage.ru_maxrss / 1024.0);
}

static void measure_hello(struct peer *peer, bool counted)
{
	struct process p;
	bool ready, truly = false;
	double attached;

	process_start(&p, peer, peer->argv);
	ready = process_prints(&p, peer->ready);
	attached = now();
	if (ready) {
		truly = is_attached(p.pid);
		process_terminate(&p);
	}
	if (!process_end(&p) || !ready)
		give_up(peer, &p, "it failed");
	else if (!truly)
		give_up(peer, &p, "it said that it was attached, and the kernel denies it");
	else if (counted)
		record_process(peer, &p, attached);
}

/* The numbers printed, one a line. */
static int parse(const char *text, double *values, int max)
{
	int n = 0;
	char *end;

	while (n < max) {
		values[n] = strtod(text, &end);
		if (end == text)
			break;
		text = end;
		n++;
	}
	return n;
}

static void measure_compile(struct peer *peer, int warm, bool counted)
{
	struct process p;
	char times[16];
	const char *argv[] = { peer->argv[0], "compile", times, NULL };
	double ms[WARM_MAX + 1];

	snprintf(times, sizeof(times), "%d", 1 + warm);
	process_start(&p, peer, argv);
	if (!process_end(&p) || parse(p.text, ms, 1 + warm) != 1 + warm) {
		give_up(peer, &p, "it failed to compile");
	} else if (counted) {
		record(peer, COLD, ms[0]);
		record(peer, WARM, median(ms + 1, warm));
	}
}

static void run_round(int warm, bool counted)
{
	for (size_t i = 0; i < N_PEERS; i++)
		if (!peers[i]->absent)
			measure_hello(peers[i], counted);
	for (size_t i = 0; i < N_PEERS; i++)
		if (!peers[i]->absent && peers[i]->compiles)
			measure_compile(peers[i], warm, counted);
}

/* ------------------------------------------------------------------------------------------------------------
 * Table
 */

static void print_ratio(double value, const struct peer *peer, struct peer *base, enum metric metric)
{
	char ratio[16] = "";

	if (peer != base && peer != &cbcc && !base->absent && value >= 0)
		snprintf(ratio, sizeof(ratio), "%.1fx",
			 value / median(base->values[metric], base->count[metric]));
	printf("%9s", ratio);
}

static void print_cell(struct peer *peer, enum metric metric)
{
	double middle = -1;

	if (peer->absent || peer->count[metric] == 0) {
		printf("%12s%9s", "-", "");
	} else {
		middle = median(peer->values[metric], peer->count[metric]);
		printf("%12.1f%9.1f", middle, peer->values[metric][0]);
	}
	if (peer != &cbcc)
		print_ratio(middle, peer, &cbcc, metric);
	if (peer != &cbcc && peer != &cached)
		print_ratio(middle, peer, &cached, metric);
}

static void print_table(void)
{
	printf("\n%-20s", "");
	for (size_t i = 0; i < N_PEERS; i++)
		printf("%12s%9s%s", peers[i]->name, "min",
		       peers[i] == &cbcc     ? ""
		       : peers[i] == &cached ? "    ratio"
					     : "    ratio  /cache");
	for (int metric = 0; metric < METRICS; metric++) {
		printf("\n%-20s", metric_names[metric]);
		for (size_t i = 0; i < N_PEERS; i++)
			print_cell(peers[i], metric);
	}
	printf("\n");
}

static void print_conditions(int rounds, int warm)
{
	struct utsname host;

	uname(&host);
	printf("Linux %s %s, %ld CPUs; medians of %d rounds after one not counted, each with %d warm "
	       "compilations\n",
	       host.release, host.machine, sysconf(_SC_NPROCESSORS_ONLN), rounds, warm);
	fflush(stdout);
}

/* ------------------------------------------------------------------------------------------------------------
 * Command line
 */

static void usage(void)
{
	fprintf(stderr, "usage: bench-startup [-n rounds] [-w warm compilations] [-b NAME=VALUE]...\n");
	exit(2);
}

static int number(const char *text, int max)
{
	char *end;
	long n = strtol(text, &end, 10);

	if (*end || n < 1 || n > max)
		usage();
	return n;
}

static void add_env(struct peer *peer, const char *variable)
{
	int n = 0;

	while (peer->env[n])
		n++;
	if (n == ENV_MAX || !strchr(variable, '='))
		usage();
	peer->env[n] = variable;
}

/* The hello programs lie beside this one. */
static void locate(struct peer *peer)
{
	char self[4096], *path;
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);

	if (n < 0)
		die("/proc/self/exe");
	self[n] = '\0';
	*strrchr(self, '/') = '\0';
	if (asprintf(&path, "%s/%s", self, peer->argv[0]) < 0)
		die("asprintf");
	peer->argv[0] = path;
}

static void make_cache(void)
{
	unsetenv("CBCC_CACHE");
	if (!mkdtemp(strchr(cache_variable, '/')))
		die("mkdtemp");
}

/* True if something was cached. */
static bool remove_cache(void)
{
	const char *path = strchr(cache_variable, '/');
	DIR *dir = opendir(path);
	struct dirent *entry;
	bool found = false;

	while (dir && (entry = readdir(dir)))
		found |= unlinkat(dirfd(dir), entry->d_name, 0) == 0;
	if (dir)
		closedir(dir);
	rmdir(path);
	return found;
}

int main(int argc, char **argv)
{
	int rounds = 15, warm = 20, opt;

	while ((opt = getopt(argc, argv, "n:w:b:")) != -1) {
		if (opt == 'n')
			rounds = number(optarg, ROUNDS_MAX);
		else if (opt == 'w')
			warm = number(optarg, WARM_MAX);
		else if (opt == 'b')
			add_env(&bcc, optarg);
		else
			usage();
	}
	if (optind != argc)
		usage();
	locate(&cbcc);
	locate(&cached);
	make_cache();
	locate(&bcc);
	print_conditions(rounds, warm);
	for (int i = 0; i <= rounds; i++)
		run_round(warm, i > 0);
	if (!remove_cache()) {
		printf("%s is absent: nothing was cached\n", cached.name);
		cached.absent = true;
	}
	print_table();
	return cbcc.absent;
}
