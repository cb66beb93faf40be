/* SPDX-License-Identifier: Apache-2.0 */
/* XDP, tc, and filters of sockets, in a network of the test's own: include/cbcc/net.h. */
#include "net.h"
#include "resources.h"
#include "run.h"
#include "trace.h"

#include <arpa/inet.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_link.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* Frames with 'd' first are dropped, with 'p' pass; "count" is how many came. */
static const char text[] =
	"static int seen;"
	"int count(void *ctx) { return seen; }"
	"static int mark(void *data, void *end) {"
	"	u8 *content = data + 14;"
	"	if (content + 1 > (u8 *)end || content[-2] != 0x88 || content[-1] != 0xb5) return 0;"
	"	return *content; }"
	"int drop(struct xdp_md *ctx) {"
	"	int m = mark((void *)(long)ctx->data, (void *)(long)ctx->data_end);"
	"	if (m) __sync_fetch_and_add(&seen, 1);"
	"	return m == 'd' ? XDP_DROP : XDP_PASS; }"
	"int drop_all(struct xdp_md *ctx) {"
	"	int m = mark((void *)(long)ctx->data, (void *)(long)ctx->data_end);"
	"	return m ? XDP_DROP : XDP_PASS; }"
	"int shot(struct __sk_buff *skb) {"
	"	int m = mark((void *)(long)skb->data, (void *)(long)skb->data_end);"
	"	if (m) __sync_fetch_and_add(&seen, 1);"
	"	return m == 'd' ? TC_ACT_SHOT : TC_ACT_OK; }"
	"int keep(struct __sk_buff *skb) { return load_byte(skb, 14) == 'p' ? -1 : 0; }"
	"int datagram(struct __sk_buff *skb) { return load_byte(skb, 8) == 'p' ? -1 : 0; }";

static struct cbcc *new_in_own_net(void)
{
	require_root();
	net_make_own();
	return compiled(text);
}

/* Sends three frames to drop and two to pass; how many of each kind arrive. */
static void expect_arrival(int fd, int dropped, int passed)
{
	net_send('d', 3);
	net_send('p', 2);
	int arrived[2] = { 0 };
	uint8_t frame[128];

	while (net_readable(fd, arrived[0] < dropped || arrived[1] < passed) &&
	       read(fd, frame, sizeof frame) > 0) {
		arrived[0] += frame[14] == 'd';
		arrived[1] += frame[14] == 'p';
	}
	assert_int_equal(arrived[0], dropped);
	assert_int_equal(arrived[1], passed);
}

/* Waits until so many frames are counted, and for a moment whether there are more. */
static void expect_count(struct cbcc *b, uint32_t expected)
{
	for (int i = 0; i < 2000 && run_function(b, "count") < expected; i++)
		usleep(10000);
	usleep(50000);
	assert_int_equal(run_function(b, "count"), expected);
}

static uint32_t xdp_id(const char *dev)
{
	uint32_t id = 0;

	bpf_xdp_query_id((int)if_nametoindex(dev), 0, &id);
	return id;
}

static void drop_by_xdp(unsigned int flags)
{
	struct cbcc *b = new_in_own_net();
	int fd = net_open_receiver("veth1");

	expect_arrival(fd, 3, 2);
	assert_ok(cbcc_attach_xdp(b, "veth1", "drop", flags));
	expect_arrival(fd, 0, 2);
	assert_int_equal(run_function(b, "count"), 5);
	assert_ok(cbcc_remove_xdp(b, "veth1", 0));
	assert_int_equal(xdp_id("veth1"), 0);
	expect_arrival(fd, 3, 2);
	assert_int_equal(run_function(b, "count"), 5);
	assert_int_equal(cbcc_remove_xdp(b, "veth1", 0), -ENOENT);
	close(fd);
	cbcc_free(b);
}

static void xdp_drops_in_the_driver(void **state)
{
	(void)state;
	drop_by_xdp(CBCC_XDP_DRV_MODE);
}

static void xdp_drops_in_generic_mode(void **state)
{
	(void)state;
	drop_by_xdp(CBCC_XDP_SKB_MODE);
}

static void xdp_chooses_a_mode(void **state)
{
	(void)state;
	drop_by_xdp(0);
}

static void an_xdp_program_of_the_handle_is_replaced(void **state)
{
	struct cbcc *b = new_in_own_net();
	int fd = net_open_receiver("veth1");
	uint32_t id;

	(void)state;
	assert_ok(cbcc_attach_xdp(b, "veth1", "drop", 0));
	id = xdp_id("veth1");
	assert_int_not_equal(id, 0);
	assert_int_equal(cbcc_attach_xdp(b, "veth1", "drop_all", CBCC_XDP_UPDATE_IF_NOEXIST), -EBUSY);
	assert_int_equal(cbcc_attach_xdp(b, "veth1", "drop_all", CBCC_XDP_SKB_MODE), -EBUSY);
	assert_error_has("'drop' is there, in another mode");
	assert_ok(cbcc_attach_xdp(b, "veth1", "drop_all", 0));
	assert_int_not_equal(xdp_id("veth1"), id);
	expect_arrival(fd, 0, 0);
	cbcc_free(b);
	assert_int_equal(xdp_id("veth1"), 0);
	expect_arrival(fd, 3, 2);
	close(fd);
}

/* A program without a link, as BCC attaches it, and as it stays there when nobody is left. */
static void attach_others(const char *dev)
{
	struct bpf_insn pass[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = 0, .imm = XDP_PASS },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	int fd = bpf_prog_load(BPF_PROG_TYPE_XDP, "others", "GPL", pass, 2, NULL);

	assert_true(fd >= 0);
	assert_int_equal(bpf_xdp_attach((int)if_nametoindex(dev), fd, 0, NULL), 0);
	close(fd);
}

static void anothers_xdp_program_is_replaced_only_if_asked_for(void **state)
{
	struct cbcc *b = new_in_own_net(), *other;
	int fd = net_open_receiver("veth1");

	(void)state;
	attach_others("veth1");
	assert_int_equal(cbcc_attach_xdp(b, "veth1", "drop", 0), -EBUSY);
	assert_error_has("CBCC_XDP_REPLACE");
	assert_ok(cbcc_attach_xdp(b, "veth1", "drop", CBCC_XDP_REPLACE));
	expect_arrival(fd, 0, 2);
	assert_ok(cbcc_attach_xdp(b, "veth1", "drop_all", 0));
	expect_arrival(fd, 0, 0);
	cbcc_free(b);
	assert_int_equal(xdp_id("veth1"), 0);

	attach_others("veth1");
	b = compiled(text);
	assert_ok(cbcc_remove_xdp(b, "veth1", 0));
	assert_int_equal(xdp_id("veth1"), 0);

	other = compiled(text);
	assert_ok(cbcc_attach_xdp(other, "veth1", "drop", 0));
	assert_int_equal(cbcc_attach_xdp(b, "veth1", "drop", CBCC_XDP_REPLACE), -EBUSY);
	assert_true(cbcc_remove_xdp(b, "veth1", 0) < 0); /* a link holds it */
	assert_int_not_equal(xdp_id("veth1"), 0);
	cbcc_free(other);
	cbcc_free(b);
	close(fd);
}

/* Undone in the namespace in which it was done. */
static void a_program_is_removed_where_it_was_attached(void **state)
{
	struct cbcc *b = new_in_own_net();
	struct cbcc_tc_opts clsact = { .sz = sizeof clsact, .clsact = true };
	int first = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);

	(void)state;
	attach_others("veth1");
	assert_ok(cbcc_attach_xdp(b, "veth1", "drop", CBCC_XDP_REPLACE));
	assert_ok(cbcc_attach_tc(b, "veth1", "shot", &clsact));
	net_make_own();
	attach_others("veth1");
	cbcc_free(b);
	assert_int_not_equal(xdp_id("veth1"), 0);
	assert_int_equal(setns(first, CLONE_NEWNET), 0);
	assert_int_equal(xdp_id("veth1"), 0);
	int fd = net_open_receiver("veth1");
	expect_arrival(fd, 3, 2);
	close(fd);
	close(first);
}

static void wrong_arguments_of_xdp_are_refused(void **state)
{
	struct cbcc *b = new_in_own_net();

	(void)state;
	assert_int_equal(cbcc_attach_xdp(b, "nonesuch", "drop", 0), -ENODEV);
	assert_error_has("there is no network device 'nonesuch'");
	assert_int_equal(cbcc_attach_xdp(b, NULL, "drop", 0), -EINVAL);
	assert_int_equal(cbcc_attach_xdp(b, "veth1", "nonesuch", 0), -ENOENT);
	assert_int_equal(cbcc_attach_xdp(b, "veth1", NULL, 0), -EINVAL);
	assert_int_equal(cbcc_attach_xdp(b, "veth1", "drop", 6), -EINVAL);
	assert_int_equal(cbcc_attach_xdp(b, "veth1", "drop", 32), -EINVAL);
	assert_true(cbcc_attach_xdp(b, "veth1", "drop", CBCC_XDP_HW_MODE) < 0);
	assert_int_equal(cbcc_remove_xdp(b, "nonesuch", 0), -ENODEV);
	assert_int_equal(cbcc_remove_xdp(NULL, "veth1", 0), -EINVAL);
	cbcc_free(b);
}

static void shoot(const struct cbcc_tc_opts *opts, const char *dev)
{
	struct cbcc *b = new_in_own_net();
	int fd = net_open_receiver("veth1");

	assert_ok(cbcc_attach_tc(b, dev, "shot", opts));
	assert_int_equal(cbcc_attach_tc(b, dev, "shot", opts), -EEXIST);
	/* What a device receives is seen by sockets before tc: they tell of what another one has sent. */
	net_send('d', 3);
	net_send('p', 2);
	expect_count(b, 5);
	if (opts && opts->egress)
		assert_int_equal(net_received(fd, 'd'), 0);
	assert_ok(cbcc_detach_tc(b, dev, "shot"));
	net_send('p', 2);
	expect_count(b, 5);
	assert_int_equal(cbcc_detach_tc(b, dev, NULL), -ENOENT);
	assert_ok(cbcc_attach_tc(b, dev, "shot", opts));
	close(fd);
	cbcc_free(b);
	b = compiled(text);
	fd = net_open_receiver("veth1");
	expect_arrival(fd, 3, 2);
	close(fd);
	cbcc_free(b);
}

static void tc_sees_what_is_received(void **state)
{
	(void)state;
	shoot(NULL, "veth1");
}

static void tc_shoots_what_is_sent(void **state)
{
	const struct cbcc_tc_opts opts = { .sz = sizeof opts, .egress = true };

	(void)state;
	shoot(&opts, "veth0");
}

static void filters_of_clsact_see_what_is_received(void **state)
{
	const struct cbcc_tc_opts opts = { .sz = sizeof opts, .clsact = true, .priority = 7 };

	(void)state;
	shoot(&opts, "veth1");
}

static void filters_of_clsact_shoot_what_is_sent(void **state)
{
	const struct cbcc_tc_opts opts = { .sz = sizeof opts, .clsact = true, .egress = true };

	(void)state;
	shoot(&opts, "veth0");
}

static void programs_with_sections_are_attached_in_the_same_way(void **state)
{
	struct cbcc_tc_opts egress = { .sz = sizeof egress, .egress = true };
	struct cbcc *b;
	int fd;

	(void)state;
	require_root();
	net_make_own();
	b = compiled("SEC(\"xdp\") int drop(struct xdp_md *ctx) { return XDP_DROP; }"
		     "SEC(\"tc\") int shot(struct __sk_buff *skb) { return TC_ACT_SHOT; }"
		     "SEC(\"socket\") int keep(struct __sk_buff *skb) { return -1; }");
	fd = cbcc_attach_raw_socket(b, "keep", "veth1");
	assert_ok(fd);
	expect_arrival(fd, 3, 2);
	assert_ok(cbcc_attach_xdp(b, "veth1", "drop", 0));
	expect_arrival(fd, 0, 0);
	assert_ok(cbcc_remove_xdp(b, "veth1", 0));
	expect_arrival(fd, 3, 2);
	assert_ok(cbcc_attach_tc(b, "veth0", "shot", &egress));
	expect_arrival(fd, 0, 0);
	cbcc_free(b);
}

static void wrong_arguments_of_tc_are_refused(void **state)
{
	const struct cbcc_tc_opts priority = { .sz = sizeof priority, .priority = 1 };
	struct cbcc *b = new_in_own_net();

	(void)state;
	assert_int_equal(cbcc_attach_tc(b, "nonesuch", "shot", NULL), -ENODEV);
	assert_int_equal(cbcc_attach_tc(b, "veth1", "nonesuch", NULL), -ENOENT);
	assert_int_equal(cbcc_attach_tc(b, "veth1", "shot", &priority), -EINVAL);
	assert_int_equal(cbcc_detach_tc(b, "veth1", NULL), -ENOENT);
	assert_int_equal(cbcc_detach_tc(b, "nonesuch", NULL), -ENODEV);
	cbcc_free(b);
}

static void a_raw_socket_gets_what_its_filter_keeps(void **state)
{
	struct cbcc *b = new_in_own_net();
	int fd = cbcc_attach_raw_socket(b, "keep", "veth1");

	(void)state;
	assert_ok(fd);
	expect_arrival(fd, 0, 2);
	assert_int_equal(cbcc_attach_raw_socket(b, "keep", "veth1"), -EEXIST);
	assert_ok(cbcc_attach_raw_socket(b, "keep", ""));
	assert_ok(cbcc_detach_raw_socket(b, "keep", "veth1"));
	assert_int_equal(fcntl(fd, F_GETFD), -1);
	assert_int_equal(cbcc_detach_raw_socket(b, "keep", "veth1"), -ENOENT);
	assert_int_equal(cbcc_attach_raw_socket(b, "keep", "nonesuch"), -ENODEV);
	assert_int_equal(cbcc_attach_raw_socket(b, "keep", NULL), -EINVAL);
	assert_int_equal(cbcc_attach_raw_socket(b, "drop", "veth1") < 0, true); /* it is no filter */
	cbcc_free(b);
}

/* Two datagrams, of which the filter keeps the one that begins with 'p'. */
static void expect_datagrams(int fd, const char *expected)
{
	struct sockaddr_in address;
	socklen_t size = sizeof address;
	char got[16] = "";
	int sender = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &size), 0);
	assert_int_equal(sendto(sender, "d", 1, 0, (struct sockaddr *)&address, size), 1);
	assert_int_equal(sendto(sender, "p", 1, 0, (struct sockaddr *)&address, size), 1);
	close(sender);
	for (char c; net_readable(fd, strlen(got) < strlen(expected)) && recv(fd, &c, 1, MSG_DONTWAIT) == 1;)
		got[strlen(got)] = c;
	assert_string_equal(got, expected);
}

static int open_datagram_socket(void)
{
	const struct sockaddr_in address = { .sin_family = AF_INET,
					     .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0);
	assert_int_equal(bind(fd, (const struct sockaddr *)&address, sizeof address), 0);
	return fd;
}

static void a_socket_of_the_application_gets_a_filter(void **state)
{
	struct cbcc *b = new_in_own_net();
	int fd = open_datagram_socket(), second;

	(void)state;
	expect_datagrams(fd, "dp");
	assert_ok(cbcc_attach_socket_filter(b, fd, "datagram"));
	expect_datagrams(fd, "p");
	assert_ok(cbcc_attach_socket_filter(b, fd, "datagram"));
	assert_ok(cbcc_detach_socket_filter(b, fd));
	expect_datagrams(fd, "dp");
	assert_int_equal(cbcc_detach_socket_filter(b, fd), -ENOENT);
	assert_ok(cbcc_attach_socket_filter(b, fd, "datagram"));
	/* Another socket under the same number keeps the filter that it got elsewhere. */
	close(fd);
	second = open_datagram_socket();
	assert_int_equal(second, fd);
	struct cbcc *other = compiled(text);
	assert_ok(cbcc_attach_socket_filter(other, second, "datagram"));
	cbcc_free(b);
	expect_datagrams(second, "p");
	cbcc_free(other);
	expect_datagrams(second, "dp");
	close(second);
	b = compiled(text);
	assert_int_equal(cbcc_attach_socket_filter(b, -1, "datagram"), -EBADF);
	assert_int_equal(cbcc_attach_socket_filter(b, 0, "datagram") < 0, true);
	cbcc_free(b);
}

static void tcps_numbers_have_names(void **state)
{
	char buf[64];

	(void)state;
	assert_string_equal(cbcc_tcp_state_name(1), "ESTABLISHED");
	assert_string_equal(cbcc_tcp_state_name(12), "NEW_SYN_RECV");
	assert_null(cbcc_tcp_state_name(0));
	assert_null(cbcc_tcp_state_name(13));
	assert_int_equal(cbcc_tcp_flags(0x12, buf, sizeof buf), 7);
	assert_string_equal(buf, "SYN|ACK");
	assert_int_equal(cbcc_tcp_flags(0xff, buf, 5), 31);
	assert_string_equal(buf, "FIN|");
	assert_int_equal(cbcc_tcp_flags(0, buf, sizeof buf), 0);
	assert_string_equal(buf, "");
	assert_int_equal(cbcc_tcp_flags(1, NULL, 0), 3);
	assert_int_equal(cbcc_tcp_flags(1, NULL, 1), -EINVAL);
}

/* A child that attaches, tells that it has, and is killed. */
static void attach_and_be_killed(bool tc)
{
	int told[2], status;
	char c;
	pid_t pid;

	assert_int_equal(pipe(told), 0);
	pid = fork();
	if (pid == 0) {
		struct cbcc *b = cbcc_new(text, NULL);

		if (!b || cbcc_attach_xdp(b, "veth1", "drop_all", 0) != 0 ||
		    (tc && cbcc_attach_tc(b, "veth1", "shot", NULL) != 0) ||
		    cbcc_attach_raw_socket(b, "keep", "veth1") < 0)
			_exit(1);
		if (write(told[1], "x", 1) == 1)
			pause();
		_exit(2);
	}
	close(told[1]);
	assert_int_equal(read(told[0], &c, 1), 1);
	close(told[0]);
	assert_int_not_equal(xdp_id("veth1"), 0);
	kill(pid, SIGKILL);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status));
}

static bool have_tcx(struct cbcc *b)
{
	struct cbcc_tc_opts opts = { .sz = sizeof opts };
	bool have;

	assert_ok(cbcc_attach_tc(b, "veth0", "shot", &opts));
	have = system("PATH=$PATH:/usr/sbin:/sbin; tc qdisc show dev veth0 | grep -q clsact") != 0;
	assert_ok(cbcc_detach_tc(b, "veth0", NULL));
	return have;
}

static void nothing_is_left_of_a_process_that_is_killed(void **state)
{
	struct cbcc *b = new_in_own_net();
	int fd = net_open_receiver("veth1");
	bool tcx = have_tcx(b);
	struct resources before;

	(void)state;
	attach_and_be_killed(tcx); /* what is made once */
	before = resources_now();
	attach_and_be_killed(tcx);
	for (int i = 0; i < 300 && xdp_id("veth1"); i++)
		usleep(100000);
	assert_int_equal(xdp_id("veth1"), 0);
	expect_arrival(fd, 3, 2);
	assert_nothing_left(&before);
	close(fd);
	cbcc_free(b);
}

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(xdp_drops_in_the_driver),
		cmocka_unit_test(xdp_drops_in_generic_mode),
		cmocka_unit_test(xdp_chooses_a_mode),
		cmocka_unit_test(an_xdp_program_of_the_handle_is_replaced),
		cmocka_unit_test(anothers_xdp_program_is_replaced_only_if_asked_for),
		cmocka_unit_test(a_program_is_removed_where_it_was_attached),
		cmocka_unit_test(wrong_arguments_of_xdp_are_refused),
		cmocka_unit_test(tc_sees_what_is_received),
		cmocka_unit_test(tc_shoots_what_is_sent),
		cmocka_unit_test(filters_of_clsact_see_what_is_received),
		cmocka_unit_test(filters_of_clsact_shoot_what_is_sent),
		cmocka_unit_test(programs_with_sections_are_attached_in_the_same_way),
		cmocka_unit_test(wrong_arguments_of_tc_are_refused),
		cmocka_unit_test(a_raw_socket_gets_what_its_filter_keeps),
		cmocka_unit_test(a_socket_of_the_application_gets_a_filter),
		cmocka_unit_test(tcps_numbers_have_names),
		cmocka_unit_test(nothing_is_left_of_a_process_that_is_killed),
	};

	return run_selected_tests(tests, argc, argv);
}
