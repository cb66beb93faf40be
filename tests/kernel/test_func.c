/* SPDX-License-Identifier: Apache-2.0 */
/* Programs of cgroups, of maps of sockets, and of network namespaces: cbcc_attach_func(). */
#include "net.h"
#include "resources.h"
#include "run.h"
#include "trace.h"

#include <arpa/inet.h>
#include <bpf/bpf.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/version.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kernel/release.h"

/* A text, a network and a cgroup, in which the test runs. */
struct place {
	char cgroup[256];
	int fd;
	struct cbcc *b;
};

static struct place enter_own(const char *text)
{
	struct place place;

	require_root();
	net_make_own();
	place.fd = cgroup_make(place.cgroup, sizeof place.cgroup);
	cgroup_enter(place.cgroup);
	place.b = compiled(text);
	return place;
}

static void leave(struct place *place)
{
	cbcc_free(place->b);
	cgroup_remove(place->cgroup, place->fd);
}

static struct sockaddr_in loopback(uint16_t port)
{
	return (struct sockaddr_in){
		.sin_family = AF_INET,
		.sin_port = htons(port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
}

static uint16_t port_of(int fd)
{
	struct sockaddr_in address;
	socklen_t size = sizeof address;

	assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &size), 0);
	return ntohs(address.sin_port);
}

static int open_udp(void)
{
	struct sockaddr_in address = loopback(0);
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
	return fd;
}

/* Sends that many datagrams to a socket of this process; how many arrive. Those that have to are waited for. */
static int send_datagrams(int count, int expected)
{
	int receiver = open_udp(), sender = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), arrived = 0;
	struct sockaddr_in address = loopback(port_of(receiver));
	char c;

	for (int i = 0; i < count; i++)
		sendto(sender, "x", 1, 0, (struct sockaddr *)&address, sizeof address);
	while (net_readable(receiver, arrived < expected) && recv(receiver, &c, 1, MSG_DONTWAIT) == 1)
		arrived++;
	close(sender);
	close(receiver);
	return arrived;
}

static void packets_of_a_cgroup_are_counted_and_dropped(void **state)
{
	struct place place =
		enter_own("static int seen; int count(void *ctx) { return seen; }"
			  "int pass(struct __sk_buff *skb) { __sync_fetch_and_add(&seen, 1); return 1; }"
			  "int drop(struct __sk_buff *skb) { return 0; }");
	struct cbcc *b = place.b;

	(void)state;
	assert_int_equal(send_datagrams(10, 10), 10);
	assert_ok(cbcc_attach_func(b, "pass", place.fd, BPF_CGROUP_INET_EGRESS, 0));
	assert_int_equal(send_datagrams(10, 10), 10);
	assert_int_equal(run_function(b, "count"), 10);
	assert_ok(cbcc_attach_func(b, "pass", place.fd, BPF_CGROUP_INET_INGRESS, 0));
	assert_int_equal(send_datagrams(10, 10), 10);
	assert_int_equal(run_function(b, "count"), 30);
	assert_int_equal(cbcc_attach_func(b, "pass", place.fd, BPF_CGROUP_INET_INGRESS, 0), -EEXIST);
	assert_ok(cbcc_attach_func(b, "drop", place.fd, BPF_CGROUP_INET_INGRESS, 0));
	assert_int_equal(send_datagrams(10, 0), 0);
	/* By another descriptor of the same cgroup. */
	int again = open(place.cgroup, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_ok(cbcc_detach_func(b, "drop", again, BPF_CGROUP_INET_INGRESS));
	close(again);
	assert_int_equal(send_datagrams(10, 10), 10);
	assert_int_equal(cbcc_detach_func(b, "drop", place.fd, BPF_CGROUP_INET_INGRESS), -ENOENT);
	leave(&place);
}

static void programs_with_sections_are_attached_in_the_same_way(void **state)
{
	struct place place =
		enter_own("SEC(\"cgroup_skb/egress\") int drop(struct __sk_buff *skb) { return 0; }"
			  "SEC(\"cgroup/connect4\") int refuse(struct bpf_sock_addr *ctx) { return 0; }");
	struct sockaddr_in address = loopback(1);
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	(void)state;
	assert_ok(cbcc_attach_func(place.b, "refuse", place.fd, BPF_CGROUP_INET4_CONNECT, 0));
	assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof address), -1);
	close(fd);
	assert_ok(cbcc_attach_func(place.b, "drop", place.fd, BPF_CGROUP_INET_EGRESS, 0));
	assert_int_equal(send_datagrams(3, 0), 0);
	leave(&place);
}

static void flags_attach_as_bcc_does(void **state)
{
	struct place place = enter_own("int drop(struct __sk_buff *skb) { return 0; }");
	struct cbcc *b = place.b;

	(void)state;
	assert_ok(cbcc_attach_func(b, "drop", place.fd, BPF_CGROUP_INET_EGRESS, BPF_F_ALLOW_MULTI));
	assert_int_equal(send_datagrams(3, 0), 0);
	assert_ok(cbcc_detach_func(b, "drop", place.fd, BPF_CGROUP_INET_EGRESS));
	assert_int_equal(send_datagrams(3, 3), 3);
	assert_ok(cbcc_attach_func(b, "drop", place.fd, BPF_CGROUP_INET_EGRESS, BPF_F_ALLOW_OVERRIDE));
	assert_int_equal(send_datagrams(3, 0), 0);
	cbcc_free(b);
	assert_int_equal(send_datagrams(3, 3), 3);
	place.b = NULL;
	leave(&place);
}

static void connections_of_a_cgroup_are_redirected_and_refused(void **state)
{
	struct place place = enter_own("int redirect(struct bpf_sock_addr *ctx) {"
				       "	if (ctx->user_port == htons(1)) ctx->user_port = htons(2);"
				       "	return 1; }"
				       "int refuse(struct bpf_sock_addr *ctx) { return 0; }");
	struct sockaddr_in address = loopback(1), peer;
	socklen_t size = sizeof peer;
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	(void)state;
	assert_ok(cbcc_attach_func(place.b, "redirect", place.fd, BPF_CGROUP_INET4_CONNECT, 0));
	assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof address), 0);
	assert_int_equal(getpeername(fd, (struct sockaddr *)&peer, &size), 0);
	assert_int_equal(ntohs(peer.sin_port), 2);
	assert_ok(cbcc_attach_func(place.b, "refuse", place.fd, BPF_CGROUP_INET4_CONNECT, 0));
	assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof address), -1);
	assert_int_equal(errno, EPERM);
	assert_ok(cbcc_detach_func(place.b, "refuse", place.fd, BPF_CGROUP_INET4_CONNECT));
	assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof address), 0);
	close(fd);
	leave(&place);
}

static void sockets_of_a_cgroup_are_refused(void **state)
{
	struct place place = enter_own("int f(struct bpf_sock *ctx) { return ctx->type != SOCK_DGRAM; }");

	(void)state;
	assert_ok(cbcc_attach_func(place.b, "f", place.fd, BPF_CGROUP_INET_SOCK_CREATE, 0));
	assert_int_equal(socket(AF_INET, SOCK_DGRAM, 0), -1);
	assert_int_equal(errno, EPERM);
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	assert_true(fd >= 0);
	close(fd);
	assert_ok(cbcc_detach_func(place.b, "f", place.fd, BPF_CGROUP_INET_SOCK_CREATE));
	assert_int_equal(send_datagrams(1, 1), 1);
	leave(&place);
}

static void devices_of_a_cgroup_are_refused(void **state)
{
	struct place place =
		enter_own("int f(struct bpf_cgroup_dev_ctx *ctx) {"
			  "	return !(ctx->major == 1 && ctx->minor == 5); }"); /* /dev/zero */
	int fd;

	(void)state;
	assert_ok(cbcc_attach_func(place.b, "f", place.fd, BPF_CGROUP_DEVICE, 0));
	assert_int_equal(open("/dev/zero", O_RDONLY), -1);
	assert_int_equal(errno, EPERM);
	fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	assert_true(fd >= 0);
	close(fd);
	assert_ok(cbcc_detach_func(place.b, "f", place.fd, BPF_CGROUP_DEVICE));
	fd = open("/dev/zero", O_RDONLY | O_CLOEXEC);
	assert_true(fd >= 0);
	close(fd);
	leave(&place);
}

static int read_hostname(void)
{
	char name[64];
	int fd = open("/proc/sys/kernel/hostname", O_RDONLY | O_CLOEXEC), n;

	assert_true(fd >= 0);
	n = read(fd, name, sizeof name) > 0 ? 0 : -errno;
	close(fd);
	return n;
}

static void sysctls_of_a_cgroup_are_refused(void **state)
{
	struct place place = enter_own("int f(struct bpf_sysctl *ctx) { return ctx->write ? 1 : 0; }");

	(void)state;
	assert_ok(cbcc_attach_func(place.b, "f", place.fd, BPF_CGROUP_SYSCTL, 0));
	assert_int_equal(read_hostname(), -EPERM);
	assert_ok(cbcc_detach_func(place.b, "f", place.fd, BPF_CGROUP_SYSCTL));
	assert_int_equal(read_hostname(), 0);
	leave(&place);
}

static void options_of_a_cgroups_sockets_are_refused(void **state)
{
	struct place place =
		enter_own("int f(struct bpf_sockopt *ctx) {"
			  "	return !(ctx->level == SOL_SOCKET && ctx->optname == SO_PRIORITY); }");
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), value = 3;

	(void)state;
	assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_PRIORITY, &value, sizeof value), 0);
	assert_ok(cbcc_attach_func(place.b, "f", place.fd, BPF_CGROUP_SETSOCKOPT, 0));
	assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_PRIORITY, &value, sizeof value), -1);
	assert_int_equal(errno, EPERM);
	assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_MARK, &value, sizeof value), 0);
	close(fd);
	leave(&place);
}

/* Two ends of a connection over lo. */
static void connect_pair(int ends[2])
{
	struct sockaddr_in address = loopback(0);
	int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_int_equal(bind(listener, (struct sockaddr *)&address, sizeof address), 0);
	assert_int_equal(listen(listener, 1), 0);
	address = loopback(port_of(listener));
	ends[0] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(connect(ends[0], (struct sockaddr *)&address, sizeof address), 0);
	ends[1] = accept(listener, NULL, NULL);
	assert_true(ends[1] >= 0);
	close(listener);
}

static void close_pair(int ends[2])
{
	close(ends[0]);
	close(ends[1]);
}

static void expect_text(int fd, const char *expected)
{
	char got[32] = "";
	ssize_t n = net_readable(fd, *expected) ? recv(fd, got, sizeof got - 1, MSG_DONTWAIT) : -1;

	assert_int_equal(n, *expected ? (ssize_t)strlen(expected) : -1);
	assert_string_equal(got, expected);
}

static void connections_of_a_cgroup_are_seen(void **state)
{
	struct place place =
		enter_own("static int connected, accepted;"
			  "int count(void *ctx) { return connected << 8 | accepted; }"
			  "int f(struct bpf_sock_ops *ctx) {"
			  "	if (ctx->op == BPF_SOCK_OPS_ACTIVE_ESTABLISHED_CB) connected++;"
			  "	if (ctx->op == BPF_SOCK_OPS_PASSIVE_ESTABLISHED_CB) accepted++;"
			  "	return 1; }");
	int ends[2];

	(void)state;
	assert_ok(cbcc_attach_func(place.b, "f", place.fd, BPF_CGROUP_SOCK_OPS, 0));
	connect_pair(ends);
	close_pair(ends);
	assert_int_equal(run_function(place.b, "count"), 0x101);
	assert_ok(cbcc_detach_func(place.b, "f", place.fd, BPF_CGROUP_SOCK_OPS));
	connect_pair(ends);
	close_pair(ends);
	assert_int_equal(run_function(place.b, "count"), 0x101);
	leave(&place);
}

static void put_socket(struct cbcc *b, int fd)
{
	uint32_t key = 0;

	assert_int_equal(bpf_map_update_elem(cbcc_table_fd(cbcc_get_table(b, "sockets")), &key, &fd, BPF_ANY),
			 0);
}

static void messages_of_a_sockmap_are_dropped(void **state)
{
	struct cbcc *b;
	int ends[2], map;

	(void)state;
	require_root();
	net_make_own();
	b = compiled("BPF_SOCKMAP(sockets, 2); static u32 bytes; int count(void *ctx) { return bytes; }"
		     "int f(struct sk_msg_md *msg) {"
		     "	char *data = (char *)(long)msg->data;"
		     "	bytes += msg->size;"
		     "	if (data + 1 > (char *)(long)msg->data_end) return SK_PASS;"
		     "	return *data == 'd' ? SK_DROP : SK_PASS; }");
	map = cbcc_table_fd(cbcc_get_table(b, "sockets"));
	assert_ok(cbcc_attach_func(b, "f", map, BPF_SK_MSG_VERDICT, 0));
	connect_pair(ends);
	put_socket(b, ends[0]);
	assert_int_equal(send(ends[0], "passed", 6, 0), 6);
	expect_text(ends[1], "passed");
	send(ends[0], "drop", 4, 0);
	expect_text(ends[1], "");
	assert_int_equal(run_function(b, "count"), 10);
	close_pair(ends);
	assert_ok(cbcc_detach_func(b, "f", map, BPF_SK_MSG_VERDICT));
	assert_int_equal(cbcc_detach_func(b, "f", map, BPF_SK_MSG_VERDICT), -ENOENT);
	cbcc_free(b);
}

static void what_the_sockets_of_a_sockmap_receive_is_dropped(void **state)
{
	struct cbcc *b;
	int ends[2], map;

	(void)state;
	require_root();
	if (kernel_version_code() < KERNEL_VERSION(5, 11, 0))
		skip_other_kernel("Linux 5.10 does not let a process go whose socket has a verdict program");
	net_make_own();
	b = compiled("BPF_SOCKMAP(sockets, 2);"
		     "int parse(struct __sk_buff *skb) { return skb->len; }"
		     "int f(struct __sk_buff *skb) {"
		     "	u8 first = 0;"
		     "	bpf_skb_load_bytes(skb, 0, &first, 1);"
		     "	return first == 'd' ? SK_DROP : SK_PASS; }");
	map = cbcc_table_fd(cbcc_get_table(b, "sockets"));
	assert_ok(cbcc_attach_func(b, "parse", map, BPF_SK_SKB_STREAM_PARSER, 0));
	assert_ok(cbcc_attach_func(b, "f", map, BPF_SK_SKB_STREAM_VERDICT, 0));
	connect_pair(ends);
	put_socket(b, ends[1]);
	assert_int_equal(send(ends[0], "drop", 4, 0), 4);
	expect_text(ends[1], "");
	assert_int_equal(send(ends[0], "passed", 6, 0), 6);
	expect_text(ends[1], "passed");
	close_pair(ends);
	cbcc_free(b);
}

/* A datagram for one port is given to the socket of another. */
static void sockets_of_a_namespace_are_looked_up(void **state)
{
	struct sockaddr_in address = loopback(9);
	int receiver, sender, netns;
	struct cbcc *b;

	(void)state;
	require_root();
	net_make_own();
	b = compiled("int f(struct bpf_sk_lookup *ctx) { return ctx->local_port == 9 ? SK_DROP : SK_PASS; }");
	netns = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	receiver = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(receiver, (struct sockaddr *)&address, sizeof address), 0);
	sender = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	assert_ok(cbcc_attach_func(b, "f", 0, BPF_SK_LOOKUP, 0));
	sendto(sender, "1", 1, 0, (struct sockaddr *)&address, sizeof address);
	assert_false(net_readable(receiver, false));
	assert_ok(cbcc_detach_func(b, "f", 0, BPF_SK_LOOKUP));
	sendto(sender, "2", 1, 0, (struct sockaddr *)&address, sizeof address);
	assert_true(net_readable(receiver, true));
	char got[8] = "";
	assert_int_equal(recv(receiver, got, 1, MSG_DONTWAIT), 1);
	assert_string_equal(got, "2");
	assert_ok(cbcc_attach_func(b, "f", netns, BPF_SK_LOOKUP, 0));
	sendto(sender, "3", 1, 0, (struct sockaddr *)&address, sizeof address);
	assert_false(net_readable(receiver, false));
	close(netns);
	close(sender);
	close(receiver);
	cbcc_free(b);
}

static void wrong_targets_are_refused(void **state)
{
	struct place place = enter_own("int drop(struct __sk_buff *skb) { return 0; }");
	struct cbcc *b = place.b;
	int file = open("/dev/null", O_RDONLY | O_CLOEXEC);

	(void)state;
	assert_true(cbcc_attach_func(b, "drop", file, BPF_CGROUP_INET_EGRESS, 0) < 0);
	assert_error_has("cannot attach 'drop' to attach type 1");
	assert_int_equal(cbcc_attach_func(b, "drop", 12345, BPF_CGROUP_INET_EGRESS, 0), -EBADF);
	assert_int_equal(cbcc_attach_func(b, "drop", -1, BPF_CGROUP_INET_EGRESS, 0), -EBADF);
	assert_int_equal(cbcc_attach_func(b, "drop", place.fd, BPF_LIRC_MODE2, 0), -EOPNOTSUPP);
	assert_int_equal(cbcc_attach_func(b, "drop", place.fd, 1000, 0), -EOPNOTSUPP);
	assert_int_equal(cbcc_attach_func(b, "drop", place.fd, BPF_CGROUP_INET_EGRESS, BPF_F_REPLACE),
			 -EINVAL);
	assert_int_equal(cbcc_attach_func(b, "nonesuch", place.fd, BPF_CGROUP_INET_EGRESS, 0), -ENOENT);
	assert_int_equal(cbcc_attach_func(b, NULL, place.fd, BPF_CGROUP_INET_EGRESS, 0), -EINVAL);
	assert_int_equal(cbcc_detach_func(b, "drop", place.fd, BPF_CGROUP_INET_EGRESS), -ENOENT);
	close(file);
	leave(&place);
}

/* A child attaches to the cgroup, tells that it has, and is killed. */
static void nothing_is_left_of_a_process_that_is_killed(void **state)
{
	static const char text[] = "int drop(struct __sk_buff *skb) { return 0; }";
	struct place place = enter_own(text);
	int told[2], status;
	char c;
	pid_t pid;

	(void)state;
	assert_int_equal(pipe(told), 0);
	pid = fork();
	if (pid == 0) {
		struct cbcc *b = cbcc_new(text, NULL);

		if (!b || cbcc_attach_func(b, "drop", place.fd, BPF_CGROUP_INET_EGRESS, 0) != 0)
			_exit(1);
		if (write(told[1], "x", 1) == 1)
			pause();
		_exit(2);
	}
	close(told[1]);
	assert_int_equal(read(told[0], &c, 1), 1);
	close(told[0]);
	assert_int_equal(send_datagrams(3, 0), 0);
	kill(pid, SIGKILL);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	for (int i = 0; i < 300 && send_datagrams(1, 0) == 0; i++)
		usleep(100000);
	assert_int_equal(send_datagrams(3, 3), 3);
	leave(&place);
}

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(packets_of_a_cgroup_are_counted_and_dropped),
		cmocka_unit_test(programs_with_sections_are_attached_in_the_same_way),
		cmocka_unit_test(flags_attach_as_bcc_does),
		cmocka_unit_test(connections_of_a_cgroup_are_redirected_and_refused),
		cmocka_unit_test(sockets_of_a_cgroup_are_refused),
		cmocka_unit_test(devices_of_a_cgroup_are_refused),
		cmocka_unit_test(sysctls_of_a_cgroup_are_refused),
		cmocka_unit_test(options_of_a_cgroups_sockets_are_refused),
		cmocka_unit_test(connections_of_a_cgroup_are_seen),
		cmocka_unit_test(messages_of_a_sockmap_are_dropped),
		cmocka_unit_test(what_the_sockets_of_a_sockmap_receive_is_dropped),
		cmocka_unit_test(sockets_of_a_namespace_are_looked_up),
		cmocka_unit_test(wrong_targets_are_refused),
		cmocka_unit_test(nothing_is_left_of_a_process_that_is_killed),
	};

	return run_selected_tests(tests, argc, argv);
}
