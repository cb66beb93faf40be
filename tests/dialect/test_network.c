/* SPDX-License-Identifier: Apache-2.0 */
/* Programs of the network: their contexts, and the methods of maps that only they can call. */
#include "run.h"
#include "mounts.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_xdp.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "handle.h"
#include "loader/program.h"

/* Ethernet, IPv4, UDP. */
static const uint8_t packet[] = {
	0x02, 0x11, 0x22, 0x33, 0x44, 0x55, 0x06, 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0x08, 0x00, /* Ethernet */
	0x45, 0x00, 0x00, 0x24, 0x12, 0x34, 0x00, 0x00, 0x40, 0x11, 0xa5, 0x93,             /* IPv4 */
	0x7f, 0x00, 0x00, 0x01, 0x0a, 0x00, 0x00, 0xfe, 0xd4, 0x31, 0x00, 0x35, 0x00, 0x10,
	0x00, 0x00, /* UDP */
	0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08,
};

/* One for each context that there is: fields, of which the program takes one or the other, and where it is attached. */
static const struct {
	const char *context, *first, *second;
	enum bpf_prog_type type;
	enum bpf_attach_type attach_type;
} contexts[] = {
	{ "__sk_buff", "len", "mark", BPF_PROG_TYPE_SOCKET_FILTER, 0 },
	{ "__sk_buff", "len", "priority", BPF_PROG_TYPE_SCHED_CLS, 0 },
	{ "__sk_buff", "len", "tc_index", BPF_PROG_TYPE_SCHED_ACT, 0 },
	{ "__sk_buff", "len", "protocol", BPF_PROG_TYPE_CGROUP_SKB, 0 },
	{ "__sk_buff", "len", "protocol", BPF_PROG_TYPE_CGROUP_SKB, BPF_CGROUP_INET_EGRESS },
	{ "__sk_buff", "len", "mark", BPF_PROG_TYPE_LWT_IN, 0 },
	{ "__sk_buff", "len", "mark", BPF_PROG_TYPE_LWT_OUT, 0 },
	{ "__sk_buff", "len", "mark", BPF_PROG_TYPE_LWT_XMIT, 0 },
	{ "__sk_buff", "len", "local_port", BPF_PROG_TYPE_SK_SKB, 0 },
	{ "xdp_md", "ingress_ifindex", "rx_queue_index", BPF_PROG_TYPE_XDP, 0 },
	{ "bpf_sock_ops", "local_port", "snd_cwnd", BPF_PROG_TYPE_SOCK_OPS, 0 },
	{ "sk_msg_md", "local_port", "size", BPF_PROG_TYPE_SK_MSG, 0 },
	{ "bpf_sock", "type", "protocol", BPF_PROG_TYPE_CGROUP_SOCK, 0 },
	{ "bpf_sock", "src_port", "src_ip4", BPF_PROG_TYPE_CGROUP_SOCK, BPF_CGROUP_INET4_POST_BIND },
	{ "bpf_sock_addr", "user_port", "user_ip4", BPF_PROG_TYPE_CGROUP_SOCK_ADDR,
	  BPF_CGROUP_INET4_CONNECT },
	{ "bpf_sock_addr", "user_port", "user_ip6[3]", BPF_PROG_TYPE_CGROUP_SOCK_ADDR,
	  BPF_CGROUP_INET6_BIND },
	{ "bpf_sockopt", "level", "optname", BPF_PROG_TYPE_CGROUP_SOCKOPT, BPF_CGROUP_SETSOCKOPT },
	{ "bpf_sockopt", "level", "retval", BPF_PROG_TYPE_CGROUP_SOCKOPT, BPF_CGROUP_GETSOCKOPT },
	{ "bpf_cgroup_dev_ctx", "major", "minor", BPF_PROG_TYPE_CGROUP_DEVICE, 0 },
	{ "bpf_sysctl", "write", "file_pos", BPF_PROG_TYPE_CGROUP_SYSCTL, 0 },
	{ "bpf_sk_lookup", "local_port", "remote_ip4", BPF_PROG_TYPE_SK_LOOKUP, 0 },
	{ "sk_reuseport_md", "len", "hash", BPF_PROG_TYPE_SK_REUSEPORT, 0 },
};

/* The optimiser would make one load of the two, at an offset that the program chooses: the verifier refuses that. */
static const char *const context_forms[] = {
	"int f(struct %1$s *c) { return bpf_get_prandom_u32() & 1 ? c->%2$s == 7 : c->%3$s == 7; }",
	"int f(void *ctx) { struct %1$s *c = ctx; return bpf_get_prandom_u32() & 1 ? c->%2$s == 7 : c->%3$s "
	"== 7; }",
	"static int g(struct %1$s *c) { return bpf_get_prandom_u32() & 1 ? c->%2$s == 7 : c->%3$s == 7; }\n"
	"static int h(void *any) { void *p; p = any; return g(p); }\n"
	"int f(void *ctx) { return h(ctx); }",
};

static void load_with_context(size_t context, const char *form)
{
	const struct program_target target = { .type = contexts[context].attach_type };
	struct program *program;
	char text[512];
	struct cbcc *b;
	int err;

	snprintf(text, sizeof text, form, contexts[context].context, contexts[context].first,
		 contexts[context].second);
	b = compiled(text);
	err = target.type
		      ? program_get_for(b, handle_function(b, "f"), contexts[context].type, &target, &program)
		      : program_get(b, handle_function(b, "f"), contexts[context].type, &program);
	if (err)
		fail_msg("type %d: %s\n%s", contexts[context].type, text, cbcc_last_error());
	cbcc_free(b);
}

static void every_context_is_read_directly(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof contexts / sizeof *contexts; i++)
		for (size_t form = 0; form < sizeof context_forms / sizeof *context_forms; form++)
			load_with_context(i, context_forms[form]);
}

#define UDP_PORT(context)                                                                                    \
	"	struct ethhdr *ethernet = (void *)(long)" context "->data;\n"                                \
	"	struct iphdr *ip = (void *)(ethernet + 1);\n"                                                      \
	"	struct udphdr *udp = (void *)(ip + 1);\n"                                                          \
	"	if ((void *)(udp + 1) > (void *)(long)" context "->data_end) return 1;\n"                    \
	"	if (ethernet->h_proto != bpf_htons(ETH_P_IP) || ip->protocol != IPPROTO_UDP) return 2;\n"          \
	"	return bpf_ntohs(udp->dest);\n"

static void packets_are_read_directly(void **state)
{
	static const struct {
		const char *text;
		enum bpf_prog_type type;
	} cases[] = {
		{ "int f(struct xdp_md *ctx) {\n" UDP_PORT("ctx") "}", BPF_PROG_TYPE_XDP },
		{ "int f(struct __sk_buff *skb) {\n" UDP_PORT("skb") "}", BPF_PROG_TYPE_SCHED_CLS },
		{ "int f(void *ctx) {\n	struct xdp_md *xdp = ctx;\n" UDP_PORT("xdp") "}", BPF_PROG_TYPE_XDP },
		{ "int f(void *ctx) {\n" UDP_PORT("((struct __sk_buff *)ctx)") "}", BPF_PROG_TYPE_SCHED_CLS },
		{ "static int port(struct __sk_buff *skb) {\n" UDP_PORT(
			  "skb") "}\n"
				 "int f(void *packet) { return port(packet); }",
		  BPF_PROG_TYPE_SCHED_ACT },
		{ "static int port(void *ctx);\n"
		  "int f(void *packet) { return port(packet); }\n"
		  "static int port(void *ctx) {\n	struct xdp_md *xdp = ctx;\n" UDP_PORT("xdp") "}",
		  BPF_PROG_TYPE_XDP },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct network_run run = { .type = cases[i].type,
					   .packet = packet,
					   .packet_size = sizeof packet };
		struct cbcc *b = compiled(cases[i].text);

		assert_int_equal(run_on_network(b, "f", &run), 53);
		cbcc_free(b);
	}
}

static void a_packet_is_changed_and_shortened(void **state)
{
	uint8_t changed[128];
	struct network_run run = { .type = BPF_PROG_TYPE_XDP,
				   .packet = packet,
				   .packet_size = sizeof packet,
				   .changed = changed,
				   .changed_size = sizeof changed };
	struct cbcc *b = compiled("int f(struct xdp_md *ctx) {\n"
				  "	u8 *p = (void *)(long)ctx->data;\n"
				  "	if ((void *)(p + 6) > (void *)(long)ctx->data_end) return XDP_DROP;\n"
				  "	__builtin_memset(p, 0xff, 6);\n"
				  "	return bpf_xdp_adjust_tail(ctx, -8) ? XDP_ABORTED : XDP_TX;\n"
				  "}");

	(void)state;
	assert_int_equal(run_on_network(b, "f", &run), 3);
	assert_int_equal(run.changed_size, sizeof packet - 8);
	assert_memory_equal(changed, "\xff\xff\xff\xff\xff\xff\x06", 7);
	assert_memory_equal(changed + 6, packet + 6, run.changed_size - 6);
	cbcc_free(b);
}

/* Fields that the one who runs the program gives. */
static void a_contexts_fields_have_their_values(void **state)
{
	struct __sk_buff skb = { .mark = 42, .priority = 3, .cb = { 1, 2, 3, 4, 5 } };
	struct bpf_sk_lookup lookup = { .family = AF_INET,
					.protocol = IPPROTO_TCP,
					.remote_ip4 = htonl(0x7f000001),
					.remote_port = htons(1000),
					.local_ip4 = htonl(0x0a000001),
					.local_port = 80 };
	struct network_run classify = { .type = BPF_PROG_TYPE_SCHED_CLS,
					.packet = packet,
					.packet_size = sizeof packet,
					.ctx = &skb,
					.ctx_size = sizeof skb };
	struct network_run look = { .type = BPF_PROG_TYPE_SK_LOOKUP,
				    .ctx = &lookup,
				    .ctx_size = sizeof lookup };
	struct cbcc *b = compiled(
		"int f(struct __sk_buff *skb) {\n"
		"	return skb->mark * 1000 + skb->priority * 100 + skb->cb[4] * 10 + (skb->len == 50);\n"
		"}\n"
		"int g(struct bpf_sk_lookup *ctx) {\n"
		"	return ctx->family == 2 && ctx->protocol == IPPROTO_TCP && ctx->local_port == 80 &&\n"
		"	       ctx->local_ip4 == bpf_htonl(0x0a000001);\n"
		"}");

	(void)state;
	assert_int_equal(run_on_network(b, "f", &classify), 42351);
	assert_int_equal(run_on_network(b, "g", &look), 1);
	lookup = (struct bpf_sk_lookup){ .family = AF_INET, .protocol = IPPROTO_TCP, .local_port = 81 };
	assert_int_equal(run_on_network(b, "g", &look), 0);
	cbcc_free(b);
}

static void a_function_is_loaded_once_for_each_type_and_target(void **state)
{
	static const struct program_target connect4 = { .type = BPF_CGROUP_INET4_CONNECT },
					   connect6 = { .type = BPF_CGROUP_INET6_CONNECT };
	struct cbcc *b = compiled("int f(struct bpf_sock_addr *ctx) { return 1; }\n"
				  "int g(struct __sk_buff *skb) { return 1; }");
	const struct compiled_function *f = handle_function(b, "f"), *g = handle_function(b, "g");
	struct program *first, *second, *again;

	(void)state;
	assert_ok(program_get_for(b, f, BPF_PROG_TYPE_CGROUP_SOCK_ADDR, &connect4, &first));
	assert_ok(program_get_for(b, f, BPF_PROG_TYPE_CGROUP_SOCK_ADDR, &connect6, &second));
	assert_ok(program_get_for(b, f, BPF_PROG_TYPE_CGROUP_SOCK_ADDR, &connect4, &again));
	assert_ptr_not_equal(first, second);
	assert_ptr_equal(first, again);
	assert_int_equal(bpf_program__expected_attach_type(first->bpf), BPF_CGROUP_INET4_CONNECT);
	assert_int_equal(bpf_program__expected_attach_type(second->bpf), BPF_CGROUP_INET6_CONNECT);
	assert_ok(program_get(b, g, BPF_PROG_TYPE_SOCKET_FILTER, &first));
	assert_ok(program_get(b, g, BPF_PROG_TYPE_SCHED_CLS, &second));
	assert_ptr_not_equal(first, second);
	cbcc_free(b);
}

/* Methods of maps. */

static int map_fd(struct cbcc *b, const char *name)
{
	int fd = bpf_object__find_map_fd_by_name(b->programs->object, name);

	if (fd < 0)
		fail_msg("no map %s", name);
	return fd;
}

static void sockets_have_storage(void **state)
{
	(void)state;
	assert_int_equal(
		run_on_packet("BPF_SK_STORAGE(storage, u64);\n"
			      "int f(struct __sk_buff *skb) {\n"
			      "	u64 first = 40, *v; struct bpf_sock *sk = skb->sk;\n"
			      "	if (!sk || !(sk = bpf_sk_fullsock(sk))) return 1;\n"
			      "	if (storage.sk_storage_get(sk, NULL, 0)) return 2;\n"
			      "	v = storage.sk_storage_get(sk, &first, BPF_SK_STORAGE_GET_F_CREATE);\n"
			      "	if (!v) return 3;\n"
			      "	*v += 2;\n"
			      "	v = storage.sk_storage_get(sk, NULL, 0);\n"
			      "	u64 found = v ? *v : 4;\n"
			      "	if (storage.sk_storage_delete(sk)) return 5;\n"
			      "	if (storage.sk_storage_delete(sk) != -ENOENT) return 6;\n"
			      "	return storage.sk_storage_get(sk, NULL, 0) ? 7 : found;\n"
			      "}",
			      packet, sizeof packet),
		42);
}

static void tasks_have_storage(void **state)
{
	struct cbcc *b = compiled(
		"BPF_TASK_STORAGE(storage, u64);\n"
		"int f(void *ctx) {\n"
		"	u64 first = 40, *v; struct task_struct *task = bpf_get_current_task_btf();\n"
		"	v = storage.task_storage_get(task, &first, BPF_LOCAL_STORAGE_GET_F_CREATE);\n"
		"	return v ? ++*v : 0;\n"
		"}\n"
		"int g(void *ctx) { return storage.task_storage_delete(bpf_get_current_task_btf()); }");

	(void)state;
	assert_int_equal(run_function(b, "f"), 41);
	assert_int_equal(run_function(b, "f"), 42);
	assert_int_equal(run_function(b, "g"), 0);
	assert_int_equal((int)run_function(b, "g"), -ENOENT);
	assert_int_equal(run_function(b, "f"), 41);
	cbcc_free(b);
}

/* A run has storage of its own, which begins with 0. */
static void cgroups_have_storage(void **state)
{
	struct network_run run = { .type = BPF_PROG_TYPE_CGROUP_SKB,
				   .packet = packet,
				   .packet_size = sizeof packet };
	struct cbcc *b =
		compiled("BPF_CGROUP_STORAGE(shared, u64); BPF_PERCPU_CGROUP_STORAGE(own, u32);\n"
			 "int f(struct __sk_buff *skb) {\n"
			 "	u64 *v = shared.get_local_storage(0); u32 *w = own.get_local_storage(0);\n"
			 "	lock_xadd(v, 40); *w += 2;\n"
			 "	v = shared.get_local_storage(0);\n"
			 "	return *v + *own.get_local_storage(0) == 42;\n"
			 "}");

	(void)state;
	assert_int_equal(run_on_network(b, "f", &run), 1);
	cbcc_free(b);
}

/* With lo, which is up. */
static void enter_own_network(void)
{
	struct ifreq lo = { .ifr_name = "lo", .ifr_flags = IFF_UP };
	int fd;

	if (unshare(CLONE_NEWNET) != 0)
		skip_because("no network namespace can be made: %s", strerror(errno));
	fd = socket(AF_INET, SOCK_DGRAM, 0);
	assert_int_equal(ioctl(fd, SIOCSIFFLAGS, &lo), 0);
	close(fd);
}

/* The program's value where the map has the slot, and where it has not. */
static void expect_redirect(struct cbcc *b, uint32_t slot, uint32_t value)
{
	struct network_run run = { .type = BPF_PROG_TYPE_XDP,
				   .packet = packet,
				   .packet_size = sizeof packet };

	assert_int_equal(run_on_network(b, "f", &run), 2);
	assert_int_equal(bpf_map_update_elem(map_fd(b, "map"), &slot, &value, BPF_ANY), 0);
	assert_int_equal(run_on_network(b, "f", &run), 4);
	assert_int_equal(bpf_map_delete_elem(map_fd(b, "map"), &slot), 0);
	assert_int_equal(run_on_network(b, "f", &run), 2);
}

static void packets_are_redirected_to_devices(void **state)
{
	struct cbcc *b = compiled("BPF_DEVMAP(map, 4);\n"
				  "int f(struct xdp_md *ctx) { return map.redirect_map(2, XDP_PASS); }");

	(void)state;
	enter_own_network();
	expect_redirect(b, 2, 1);
	cbcc_free(b);
}

static void packets_are_redirected_to_processors(void **state)
{
	struct cbcc *b = compiled("BPF_CPUMAP(map, 1);\n"
				  "int f(struct xdp_md *ctx) { return map.redirect_map(0, XDP_PASS); }");

	(void)state;
	expect_redirect(b, 0, 192);
	cbcc_free(b);
}

static void packets_are_redirected_to_sockets(void **state)
{
	struct network_run run = { .type = BPF_PROG_TYPE_XDP,
				   .packet = packet,
				   .packet_size = sizeof packet };
	struct cbcc *b =
		compiled("BPF_XSKMAP(map, 4);\n"
			 "int f(struct xdp_md *ctx) { return map.redirect_map(3, XDP_PASS); }\n"
			 "int g(struct xdp_md *ctx) { int slot = 3; return map.lookup(&slot) ? 1 : 0; }");
	int entries = 8, fd = socket(AF_XDP, SOCK_RAW, 0);

	(void)state;
	if (fd < 0)
		skip_because("the kernel has no AF_XDP: %s", strerror(errno));
	assert_int_equal(setsockopt(fd, SOL_XDP, XDP_RX_RING, &entries, sizeof entries), 0);
	assert_int_equal(run_on_network(b, "g", &run), 0);
	expect_redirect(b, 3, fd);
	assert_int_equal(bpf_map_update_elem(map_fd(b, "map"), &(uint32_t){ 3 }, &fd, BPF_ANY), 0);
	assert_int_equal(run_on_network(b, "g", &run), 1);
	close(fd);
	cbcc_free(b);
}

struct sample {
	uint8_t bytes[128];
	uint32_t size, count;
};

static void take_sample(void *ctx, int cpu, void *data, uint32_t size)
{
	struct sample *sample = ctx;

	(void)cpu;
	sample->count++;
	sample->size = size;
	memcpy(sample->bytes, data, size < sizeof sample->bytes ? size : sizeof sample->bytes);
}

static void packets_are_sent_with_an_event(void **state)
{
	struct network_run run = { .type = BPF_PROG_TYPE_SCHED_CLS,
				   .packet = packet,
				   .packet_size = sizeof packet };
	struct cbcc *b =
		compiled("struct meta { u64 tag; };\n"
			 "BPF_PERF_OUTPUT(events);\n"
			 "int f(struct __sk_buff *skb) {\n"
			 "	struct meta meta = { 0x1122334455667788 };\n"
			 "	return events.perf_submit_skb(skb, skb->len - 8, &meta, sizeof meta);\n"
			 "}");
	struct sample sample = { .count = 0 };
	const uint64_t tag = 0x1122334455667788;
	struct perf_buffer *buffer;

	(void)state;
	assert_int_equal((int)run_on_network(b, "f", &run), -ENOENT);
	buffer = perf_buffer__new(map_fd(b, "events"), 8, take_sample, NULL, &sample, NULL);
	if (!buffer)
		skip_because("no perf buffer can be opened: %s", strerror(errno));
	assert_int_equal(run_on_network(b, "f", &run), 0);
	perf_buffer__poll(buffer, 1000);
	assert_int_equal(sample.count, 1);
	assert_true(sample.size >= 8 + sizeof packet - 8);
	assert_memory_equal(sample.bytes, &tag, 8);
	assert_memory_equal(sample.bytes + 8, packet, sizeof packet - 8);
	assert_string_equal(b->unit.maps[0].event, "struct meta");
	perf_buffer__free(buffer);
	cbcc_free(b);
}

/* A connection over lo. */
struct connection {
	int client, server;
};

static struct connection connect_over_lo(void)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	const struct timeval long_enough = { .tv_sec = 20 };
	socklen_t size = sizeof address;
	struct connection connection;
	int listener = socket(AF_INET, SOCK_STREAM, 0);

	assert_int_equal(bind(listener, (struct sockaddr *)&address, size), 0);
	assert_int_equal(listen(listener, 1), 0);
	assert_int_equal(getsockname(listener, (struct sockaddr *)&address, &size), 0);
	connection.client = socket(AF_INET, SOCK_STREAM, 0);
	assert_int_equal(connect(connection.client, (struct sockaddr *)&address, size), 0);
	connection.server = accept(listener, NULL, NULL);
	assert_true(connection.server >= 0);
	close(listener);
	setsockopt(connection.client, SOL_SOCKET, SO_RCVTIMEO, &long_enough, sizeof long_enough);
	setsockopt(connection.server, SOL_SOCKET, SO_RCVTIMEO, &long_enough, sizeof long_enough);
	return connection;
}

static void disconnect(struct connection connection)
{
	close(connection.client);
	close(connection.server);
}

static void attach_to_map(struct cbcc *b, const char *fn, enum bpf_prog_type type,
			  enum bpf_attach_type attach_type, const char *map)
{
	const struct program_target target = { .type = attach_type };
	struct program *program;

	assert_ok(program_get_for(b, handle_function(b, fn), type, &target, &program));
	assert_int_equal(bpf_prog_attach(bpf_program__fd(program->bpf), map_fd(b, map), attach_type, 0), 0);
}

static void expect_bytes(int fd, const char *expected)
{
	char bytes[16] = "";

	assert_int_equal(recv(fd, bytes, sizeof bytes, 0), (int)strlen(expected));
	assert_string_equal(bytes, expected);
}

/* What the client sends is not sent: it receives it itself. */
static void messages_are_redirected_between_sockets(void **state)
{
	struct cbcc *b = compiled("struct key { u32 a, b; };\n"
				  "BPF_SOCKHASH(sockets, struct key, 4);\n"
				  "int f(struct sk_msg_md *msg) {\n"
				  "	struct key key = { 1, msg->size };\n"
				  "	return sockets.msg_redirect_hash(msg, &key, BPF_F_INGRESS);\n"
				  "}");
	struct connection connection;
	uint32_t key[] = { 1, 5 };

	(void)state;
	enter_own_network();
	connection = connect_over_lo();
	attach_to_map(b, "f", BPF_PROG_TYPE_SK_MSG, BPF_SK_MSG_VERDICT, "sockets");
	assert_int_equal(bpf_map_update_elem(map_fd(b, "sockets"), key, &connection.client, BPF_ANY), 0);
	assert_int_equal(send(connection.client, "hello", 5, 0), 5);
	expect_bytes(connection.client, "hello");
	/* A key that is not there. */
	assert_int_equal(send(connection.client, "hello!", 6, 0), -1);
	assert_int_equal(errno, EACCES);
	disconnect(connection);
	cbcc_free(b);
}

/* What the server receives is sent back. */
static void streams_are_redirected_between_sockets(void **state)
{
	struct cbcc *b = compiled("BPF_SOCKHASH(sockets, u32, 4);\n"
				  "int f(struct __sk_buff *skb) {\n"
				  "	u32 key = skb->local_port ? 7 : 8;\n"
				  "	return sockets.sk_redirect_hash(skb, &key, 0);\n"
				  "}");
	struct connection connection;
	uint32_t key = 7;

	(void)state;
	enter_own_network();
	connection = connect_over_lo();
	attach_to_map(b, "f", BPF_PROG_TYPE_SK_SKB, BPF_SK_SKB_STREAM_VERDICT, "sockets");
	assert_int_equal(bpf_map_update_elem(map_fd(b, "sockets"), &key, &connection.server, BPF_ANY), 0);
	assert_int_equal(send(connection.client, "hello", 5, 0), 5);
	expect_bytes(connection.client, "hello");
	disconnect(connection);
	cbcc_free(b);
}

/* A control group that this process is in for a while, below a mount that nobody else sees. */
struct own_cgroup {
	char before[256], path[64];
	int fd;
};

static void move_to_cgroup(const char *path)
{
	char file[320];
	int fd;

	snprintf(file, sizeof file, "%s/cgroup.procs", path);
	fd = open(file, O_WRONLY);
	assert_int_equal(write(fd, "0", 1), 1);
	close(fd);
}

/* Where the process is, as /proc has it: "0::/PATH". */
static void find_cgroup(char path[256])
{
	FILE *file = fopen("/proc/self/cgroup", "r");
	char line[240];

	assert_non_null(file);
	strcpy(path, "/mnt");
	while (fgets(line, sizeof line, file))
		if (sscanf(line, "0::/%[^\n]", path + strlen("/mnt/")) == 1)
			path[strlen("/mnt")] = '/';
	fclose(file);
}

static void enter_own_cgroup(struct own_cgroup *own)
{
	find_cgroup(own->before);
	if (!mounts_make_own() || mount("cgroup2", "/mnt", "cgroup2", 0, NULL) != 0)
		skip_because("no control groups can be mounted: %s", strerror(errno));
	snprintf(own->path, sizeof own->path, "/mnt/cbcc-test-%d", getpid());
	assert_int_equal(mkdir(own->path, 0755), 0);
	move_to_cgroup(own->path);
	own->fd = open(own->path, O_RDONLY | O_DIRECTORY);
}

static void leave_own_cgroup(const struct own_cgroup *own)
{
	close(own->fd);
	move_to_cgroup(own->before);
	assert_int_equal(rmdir(own->path), 0);
	umount("/mnt");
}

static const char sock_ops_text[] =
	"BPF_SOCKMAP(list, 4); BPF_SOCKHASH(sockets, u32, 4);\n"
	"BPF_HASH(results, u32, int);\n"
	"static void note(u32 what, int result) { results.update(&what, &result); }\n"
	"int f(struct bpf_sock_ops *ops) {\n"
	"	u32 slot = 2, key = 77, none = 9;\n"
	"	if (ops->op != BPF_SOCK_OPS_ACTIVE_ESTABLISHED_CB) return 1;\n"
	"	note(1, list.sock_map_update(ops, &slot, BPF_ANY));\n"
	"	if (sockets.sock_hash_update(ops, &key, BPF_NOEXIST)) note(2, -1);\n"
	"	note(3, sockets.sock_hash_update(ops, &key, BPF_NOEXIST));\n"
	"	note(4, list.sock_map_update(ops, &none, BPF_ANY));\n"
	"	note(5, ops->family);\n"
	"	note(6, bpf_ntohl(ops->remote_port));\n"
	"	return 1;\n"
	"}";

static int result_of(struct cbcc *b, uint32_t what)
{
	int value = 12345;

	bpf_map_lookup_elem(map_fd(b, "results"), &what, &value);
	return value;
}

/* Connects while the program is attached to the process's group. Returns the port that was connected to. */
static int connect_watched(struct cbcc *b)
{
	struct sockaddr_in peer;
	socklen_t size = sizeof peer;
	struct connection connection;
	struct own_cgroup own;
	struct program *program;
	struct bpf_link *link;

	assert_ok(program_get(b, handle_function(b, "f"), BPF_PROG_TYPE_SOCK_OPS, &program));
	enter_own_cgroup(&own);
	enter_own_network();
	link = bpf_program__attach_cgroup(program->bpf, own.fd);
	assert_non_null(link);
	connection = connect_over_lo();
	assert_int_equal(getpeername(connection.client, (struct sockaddr *)&peer, &size), 0);
	disconnect(connection);
	bpf_link__destroy(link);
	leave_own_cgroup(&own);
	return ntohs(peer.sin_port);
}

static void sockets_are_added_when_they_connect(void **state)
{
	struct cbcc *b = compiled(sock_ops_text);
	int port = connect_watched(b);

	(void)state;
	assert_int_equal(result_of(b, 1), 0);
	assert_int_equal(result_of(b, 2), 12345);
	assert_int_equal(result_of(b, 3), -EEXIST);
	assert_int_equal(result_of(b, 4), -E2BIG);
	assert_int_equal(result_of(b, 5), AF_INET);
	assert_int_equal(result_of(b, 6), port);
	cbcc_free(b);
}

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_context_is_read_directly),
		cmocka_unit_test(packets_are_read_directly),
		cmocka_unit_test(a_packet_is_changed_and_shortened),
		cmocka_unit_test(a_contexts_fields_have_their_values),
		cmocka_unit_test(a_function_is_loaded_once_for_each_type_and_target),
		cmocka_unit_test(sockets_have_storage),
		cmocka_unit_test(tasks_have_storage),
		cmocka_unit_test(cgroups_have_storage),
		cmocka_unit_test(packets_are_redirected_to_devices),
		cmocka_unit_test(packets_are_redirected_to_processors),
		cmocka_unit_test(packets_are_redirected_to_sockets),
		cmocka_unit_test(packets_are_sent_with_an_event),
		cmocka_unit_test(messages_are_redirected_between_sockets),
		cmocka_unit_test(streams_are_redirected_between_sockets),
		cmocka_unit_test(sockets_are_added_when_they_connect),
	};

	return run_selected_tests(tests, argc, argv);
}
