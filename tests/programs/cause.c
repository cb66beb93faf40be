/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Causes what the bundled programs are to show, with known values, in one process:
 *
 *     cause WHAT [ARGUMENT...]
 *
 * Prints as lines NAME=VALUE what could not be known before.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define PATIENCE 60 /* seconds until something has not happened */

static void check(bool is_true, const char *what)
{
	if (is_true)
		return;
	fprintf(stderr, "cause: %s: %s\n", what, strerror(errno));
	exit(1);
}

static void sleep_ms(long ms)
{
	struct timespec time = { .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000 };

	while (nanosleep(&time, &time) != 0)
		continue;
}

/* ---- processes ---- */

static void do_nothing(char **args)
{
	(void)args;
}

static void do_sleep(char **args)
{
	for (int times = atoi(args[1]); times > 0; times--)
		sleep_ms(atoi(args[0]));
}

static void do_exit(char **args)
{
	sleep_ms(atoi(args[1]));
	_exit(atoi(args[0]));
}

static void do_die(char **args)
{
	raise(atoi(args[0]));
}

static void do_signals(char **args)
{
	(void)args;
	signal(SIGUSR1, SIG_IGN);
	check(kill(getpid(), SIGUSR1) == 0, "kill");
	check(kill(1 << 22, 0) != 0, "kill of nobody"); /* no process has so high a number */
	check(syscall(SYS_tgkill, getpid(), getpid(), SIGUSR1) == 0, "tgkill");
}

/* Until the process has had so much of a processor. */
static void do_spin(char **args)
{
	struct timespec used;

	do
		clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
	while (used.tv_sec * 1000 + used.tv_nsec / 1000000 < atoi(args[0]));
}

static void do_syscalls(char **args)
{
	for (int times = atoi(args[0]); times > 0; times--)
		syscall(SYS_getppid);
	for (int times = atoi(args[0]); times > 0; times--)
		close(-1);
}

/* First as root, then as somebody. */
static void do_chroot(char **args)
{
	(void)args;
	check(chroot("/") == 0, "chroot");
	check(setuid(1000) == 0, "setuid");
	check(chroot("/") != 0, "chroot as nobody");
}

static void do_eat(char **args)
{
	FILE *group = fopen(args[0], "w");

	check(group && fprintf(group, "%d\n", getpid()) > 0 && fclose(group) == 0, args[0]);
	for (;;) {
		char *memory = mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		check(memory != MAP_FAILED, "mmap");
		memset(memory, 1, 1 << 20);
	}
}

__attribute__((noinline, visibility("default"))) void cause_function(void)
{
	__asm__ volatile("");
}

static void do_calls(char **args)
{
	for (int times = atoi(args[0]); times > 0; times--)
		cause_function();
}

/* 3 blocks of 1000 bytes are left, of 5; and of 2 that grow, one of 4000. */
__attribute__((noinline)) static void do_leak(char **args)
{
	void *blocks[5], *aligned = NULL;

	(void)args;
	for (int i = 0; i < 5; i++)
		check((blocks[i] = malloc(1000)) != NULL, "malloc");
	free(blocks[1]);
	free(blocks[3]);
	blocks[1] = realloc(malloc(200), 4000);
	blocks[3] = realloc(calloc(10, 20), 5000);
	check(blocks[1] && blocks[3] && posix_memalign(&aligned, 64, 7000) == 0, "realloc");
	free(blocks[3]);
	__asm__ volatile("" : : "r"(blocks), "r"(aligned) : "memory"); /* needed still */
}

/* ---- files ---- */

static void do_open(char **args)
{
	int fd = open(args[0], O_RDONLY);

	check(fd >= 0, args[0]);
	printf("FD=%d\n", fd);
	check(open(args[1], O_RDONLY) < 0, "open of nothing");
}

static void do_stat(char **args)
{
	struct stat about;

	check(stat(args[0], &about) == 0 && access(args[1], R_OK) != 0, args[0]);
}

/* A file that is written, read and removed. */
static void do_file(char **args)
{
	size_t size = (size_t)atoi(args[1]);
	char *buf = calloc(1, size);
	int fd = open(args[0], O_RDWR | O_CREAT | O_EXCL, 0600);

	check(fd >= 0 && buf, args[0]);
	check(write(fd, buf, size) == (ssize_t)size && fsync(fd) == 0, "write");
	check(pread(fd, buf, size, 0) == (ssize_t)size, "pread");
	close(fd);
	free(buf);
	sleep_ms(atoi(args[2]));
	check(unlink(args[0]) == 0, "unlink");
}

static void do_folders(char **args)
{
	for (int times = atoi(args[1]); times > 0; times--)
		check(mkdir(args[0], 0700) == 0 && rmdir(args[0]) == 0, args[0]);
}

/* In a mount namespace of its own. */
static void do_mounts(char **args)
{
	check(unshare(CLONE_NEWNS) == 0 && mount("", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0, "unshare");
	check(mount("our-source", args[0], "tmpfs", MS_NOSUID, "size=64k") == 0, "mount");
	check(umount2(args[0], MNT_DETACH) == 0, "umount");
	check(mount("our-source", args[0], "nofs", 0, NULL) != 0, "mount of no file system");
}

/* Around the page cache: so many blocks of 4 KiB, each written, then read. */
static void do_blocks(char **args)
{
	int fd = open(args[0], O_RDWR | O_DIRECT), count = atoi(args[1]);
	char *buf = aligned_alloc(4096, 4096);

	check(fd >= 0 && buf, args[0]);
	memset(buf, 1, 4096);
	for (int i = 0; i < count; i++)
		check(pwrite(fd, buf, 4096, (i + 10) * 4096L) == 4096, "pwrite");
	for (int i = 0; i < count; i++)
		check(pread(fd, buf, 4096, (i + 10) * 4096L) == 4096, "pread");
	free(buf);
}

/* Through it: so many pages, each read twice, and written once. */
static void do_pages(char **args)
{
	int fd = open(args[0], O_RDWR), count = atoi(args[1]);
	char buf[4096];

	check(fd >= 0 && posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED) == 0, args[0]);
	for (int i = 0; i < 2 * count; i++)
		check(pread(fd, buf, sizeof buf, i % count * 4096L) == sizeof buf, "pread");
	for (int i = 0; i < count; i++)
		check(pwrite(fd, buf, sizeof buf, i * 4096L) == sizeof buf, "pwrite");
}

/* ---- networks ---- */

union address {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
};

static socklen_t parse(union address *address, const char *text)
{
	*address = (union address){ 0 };
	if (inet_pton(AF_INET, text, &address->v4.sin_addr) == 1) {
		address->any.sa_family = AF_INET;
		return sizeof address->v4;
	}
	check(inet_pton(AF_INET6, text, &address->v6.sin6_addr) == 1, text);
	address->any.sa_family = AF_INET6;
	return sizeof address->v6;
}

static int port_of(int fd)
{
	union address address;
	socklen_t size = sizeof address;

	check(getsockname(fd, &address.any, &size) == 0, "getsockname");
	return ntohs(address.any.sa_family == AF_INET ? address.v4.sin_port : address.v6.sin6_port);
}

/* A socket bound to the address, which gets its port. */
static int make_socket(int type, union address *address, socklen_t size)
{
	int fd = socket(address->any.sa_family, type, 0);

	check(fd >= 0 && bind(fd, &address->any, size) == 0, "bind");
	check(getsockname(fd, &address->any, &size) == 0, "getsockname");
	return fd;
}

static void transfer(int from, int to, size_t size)
{
	char buf[4096] = { 0 };

	while (size) {
		ssize_t part = write(from, buf, size < sizeof buf ? size : sizeof buf);

		check(part > 0, "write to a socket");
		for (ssize_t got = 0, n; got < part; got += n)
			check((n = read(to, buf, sizeof buf)) > 0, "read from a socket");
		size -= (size_t)part;
	}
}

static int state_of(int fd)
{
	struct tcp_info info;
	socklen_t size = sizeof info;

	check(getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &size) == 0, "TCP_INFO");
	return info.tcpi_state;
}

/* The end of the stream is sent, and has arrived. */
static void end_stream(int from, int to)
{
	char byte;

	check(shutdown(from, SHUT_WR) == 0 && read(to, &byte, 1) == 0, "end of a stream");
}

/* A connection to itself: REQUEST bytes one way, ANSWER bytes back. The side that called ends it first. */
static void do_tcp(char **args)
{
	union address address;
	socklen_t size = parse(&address, args[0]);
	int listener = make_socket(SOCK_STREAM, &address, size), caller = socket(address.any.sa_family, SOCK_STREAM, 0), called;

	check(listen(listener, 1) == 0, "listen");
	check(connect(caller, &address.any, size) == 0, "connect");
	called = accept(listener, NULL, NULL);
	check(called >= 0, "accept");
	printf("PORT=%d\nCALLER_PORT=%d\n", port_of(listener), port_of(caller));
	transfer(caller, called, (size_t)atoi(args[1]));
	transfer(called, caller, (size_t)atoi(args[2]));
	sleep_ms(atoi(args[3]));
	end_stream(caller, called);
	end_stream(called, caller);
	for (int ms = 0; state_of(called) != TCP_CLOSE && ms < PATIENCE * 1000; ms += 10)
		sleep_ms(10);
	check(state_of(called) == TCP_CLOSE, "end of a connection");
}

/* Calls one that has enough of callers, and so does not answer: the call is repeated after a second. */
static void do_retransmit(char **args)
{
	union address address;
	socklen_t size = parse(&address, args[0]), info_size;
	struct tcp_info info = { 0 };
	int listener = make_socket(SOCK_STREAM, &address, size), first, caller;

	check(listen(listener, 0) == 0, "listen");
	first = socket(address.any.sa_family, SOCK_STREAM, 0);
	check(connect(first, &address.any, size) == 0, "connect");
	caller = socket(address.any.sa_family, SOCK_STREAM | SOCK_NONBLOCK, 0);
	check(connect(caller, &address.any, size) != 0 && errno == EINPROGRESS, "connect to one who is busy");
	printf("PORT=%d\nCALLER_PORT=%d\n", port_of(listener), port_of(caller));
	for (int ms = 0; !info.tcpi_total_retrans && ms < PATIENCE * 1000; ms += 10) {
		info_size = sizeof info;
		check(getsockopt(caller, IPPROTO_TCP, TCP_INFO, &info, &info_size) == 0, "TCP_INFO");
		sleep_ms(10);
	}
	check(info.tcpi_total_retrans > 0, "a retransmission");
}

static void do_look_up(char **args)
{
	const struct addrinfo hints = { .ai_flags = AI_NUMERICHOST };
	struct addrinfo *found;

	check(getaddrinfo(args[0], NULL, &hints, &found) == 0, args[0]);
	freeaddrinfo(found);
	check(getaddrinfo(args[1], NULL, &hints, &found) == EAI_NONAME, args[1]);
}

/* So many datagrams of so many bytes, all of which arrive. */
static void do_udp(char **args)
{
	union address address;
	socklen_t size = parse(&address, args[0]);
	int receiver = make_socket(SOCK_DGRAM, &address, size), sender = socket(address.any.sa_family, SOCK_DGRAM, 0);
	size_t length = (size_t)atoi(args[2]);
	char buf[4096] = { 0 };

	for (int i = atoi(args[1]); i > 0; i--) {
		check(sendto(sender, buf, length, 0, &address.any, size) == (ssize_t)length, "sendto");
		check(read(receiver, buf, sizeof buf) == (ssize_t)length, "read of a datagram");
	}
}

/* ---- */

static const struct {
	const char *name;
	int nargs;
	void (*run)(char **args);
} causes[] = {
	{ "nothing", 0, do_nothing },
	{ "sleep", 2, do_sleep },           /* MS TIMES */
	{ "exit", 2, do_exit },             /* STATUS MS */
	{ "die", 1, do_die },               /* SIGNAL */
	{ "signals", 0, do_signals },
	{ "spin", 1, do_spin },             /* MS */
	{ "syscalls", 1, do_syscalls },     /* TIMES */
	{ "chroot", 0, do_chroot },
	{ "eat", 1, do_eat },               /* CGROUP.PROCS */
	{ "calls", 1, do_calls },           /* TIMES */
	{ "leak", 0, do_leak },
	{ "open", 2, do_open },             /* FILE NONE */
	{ "stat", 2, do_stat },             /* FILE NONE */
	{ "file", 3, do_file },             /* FILE SIZE MS */
	{ "folders", 2, do_folders },       /* FOLDER TIMES */
	{ "mounts", 1, do_mounts },         /* FOLDER */
	{ "blocks", 2, do_blocks },         /* DEVICE COUNT */
	{ "pages", 2, do_pages },           /* DEVICE COUNT */
	{ "tcp", 4, do_tcp },               /* ADDRESS REQUEST ANSWER MS */
	{ "retransmit", 1, do_retransmit }, /* ADDRESS */
	{ "look-up", 2, do_look_up },       /* NUMBERS NONE */
	{ "udp", 3, do_udp },               /* ADDRESS COUNT SIZE */
};

int main(int argc, char **argv)
{
	printf("PID=%d\n", getpid());
	fflush(stdout);
	for (size_t i = 0; argc > 1 && i < sizeof causes / sizeof *causes; i++) {
		if (strcmp(causes[i].name, argv[1]) != 0 || argc - 2 < causes[i].nargs)
			continue;
		causes[i].run(argv + 2);
		return 0;
	}
	fprintf(stderr, "cause: of what?\n");
	return 2;
}
