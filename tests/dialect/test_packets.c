/* SPDX-License-Identifier: Apache-2.0 */
/* Packets by their headers' fields: <bcc/proto.h>. Every value is one of the packets below. */
#include "run.h"

#include <arpa/inet.h>

/* Ethernet, VLAN 5 of priority 3, IPv4 with options' length 0, TCP with SYN and ACK and ECE. */
static const uint8_t tcp_packet[] = {
	0x02, 0x11, 0x22, 0x33, 0x44, 0x55, 0x06, 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0x81, 0x00, /* Ethernet */
	0x70, 0x05, 0x08, 0x00, /* VLAN: priority 3, cfi, id 5 */
	0x45, 0x10, 0x00, 0x2c, 0x12, 0x34, 0x5f, 0xff, 0x40, 0x06, 0x1a, 0x2b, /* IPv4 */
	0xc0, 0xa8, 0x01, 0x02, 0x0a, 0x00, 0x00, 0xfe, /* from 192.168.1.2 to 10.0.0.254 */
	0xd4, 0x31, 0x01, 0xbb, 0x89, 0xab, 0xcd, 0xef, 0x01, 0x02, 0x03, 0x04, /* TCP */
	0x6a, 0x52, 0xfa, 0xf0, 0xbe, 0xef, 0x00, 0x07, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08,
};

#define TCP_HEADERS                                                                                          \
	"#include <bcc/proto.h>\n"                                                                           \
	"int f(struct __sk_buff *skb) {\n"                                                                   \
	"	u8 *cursor = 0;\n"                                                                                 \
	"	struct ethernet_t *ethernet = cursor_advance(cursor, sizeof(*ethernet));\n"                        \
	"	struct dot1q_t *vlan = cursor_advance(cursor, sizeof(*vlan));\n"                                   \
	"	struct ip_t *ip = cursor_advance(cursor, sizeof(*ip));\n"                                          \
	"	struct tcp_t *tcp = cursor_advance(cursor, sizeof(*tcp));\n"

/* Ethernet, IPv6, UDP, VXLAN. */
static const uint8_t udp_packet[] = {
	0x02, 0x11, 0x22, 0x33, 0x44, 0x55, 0x06, 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0x86, 0xdd, /* Ethernet */
	0x6c, 0xdb, 0xca, 0x98, 0x00, 0x10, 0x11, 0x3f,                                     /* IPv6 */
	0x20, 0x01, 0x0d, 0xb8, 0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
	0x00, 0x02, 0xfe, 0x80, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x00, 0x5e, 0xff,
	0xfe, 0x00, 0x53, 0x01, 0x12, 0xb5, 0x12, 0xb6, 0x00, 0x10, 0x9a, 0xbc, /* UDP */
	0x88, 0x48, 0x80, 0x01, 0xab, 0xcd, 0xef, 0x77, /* VXLAN with a group's policy */
};

#define UDP_HEADERS                                                                                          \
	"#include <bcc/proto.h>\n"                                                                           \
	"int f(struct __sk_buff *skb) {\n"                                                                   \
	"	u8 *cursor = 0;\n"                                                                                 \
	"	struct ethernet_t *ethernet = cursor_advance(cursor, sizeof(*ethernet));\n"                        \
	"	struct ip6_t *ip = cursor_advance(cursor, sizeof(*ip));\n"                                         \
	"	struct udp_t *udp = cursor_advance(cursor, sizeof(*udp));\n"                                       \
	"	struct vxlan_t *vxlan = (void *)cursor;\n"                                                         \
	"	struct vxlan_gbp_t *gbp = cursor_advance(cursor, sizeof(*gbp));\n"

/* Ethernet, ARP; behind it what ICMP and an option of IPv6 are read from. */
static const uint8_t arp_packet[] = {
	0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x06, 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0x08, 0x06, /* Ethernet */
	0x00, 0x01, 0x08, 0x00, 0x06, 0x04, 0x00, 0x02,                                     /* ARP */
	0x06, 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xc0, 0xa8, 0x01, 0x02, 0x02, 0x11, 0x22, 0x33,
	0x44, 0x55, 0xc0, 0xa8, 0x01, 0x01, 0x08, 0x03, 0xf7, 0xe6, 0x80, 0x01, 0xab, 0xcd, /* ICMP, ICMPv6 */
	0x3a, 0x02, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06,                                     /* an option */
};

#define ARP_HEADERS                                                                                          \
	"#include <bcc/proto.h>\n"                                                                           \
	"int f(struct __sk_buff *skb) {\n"                                                                   \
	"	u8 *cursor = 0;\n"                                                                                 \
	"	struct ethernet_t *ethernet = cursor_advance(cursor, sizeof(*ethernet));\n"                        \
	"	struct arp_t *arp = cursor_advance(cursor, sizeof(*arp));\n"                                       \
	"	struct icmp_t *icmp = cursor_advance(cursor, sizeof(*icmp));\n"                                    \
	"	struct icmp6_t *icmp6 = cursor_advance(cursor, sizeof(*icmp6));\n"                                 \
	"	struct ip6_opt_t *option = cursor_advance(cursor, sizeof(*option));\n"

struct field {
	const char *name;
	uint64_t value;
};

static void expect_fields(const char *headers, const uint8_t *packet, size_t size, const struct field *fields,
			  size_t count)
{
	char text[2048];

	for (size_t i = 0; i < count; i++) {
		snprintf(text, sizeof text, "%s	return %s == %#llxull ? 42 : 7;\n}", headers, fields[i].name,
			 (unsigned long long)fields[i].value);
		if (run_on_packet(text, packet, size) != 42)
			fail_msg("%s is not %#llx", fields[i].name, (unsigned long long)fields[i].value);
	}
}

#define EXPECT_FIELDS(headers, packet, fields)                                                               \
	expect_fields(headers, packet, sizeof packet, fields, sizeof fields / sizeof *(fields))

static void fields_of_tcp_over_vlan_are_read(void **state)
{
	static const struct field fields[] = {
		{ "ethernet->dst", 0x021122334455 },
		{ "ethernet->src", 0x06aabbccddee },
		{ "ethernet->type", 0x8100 },
		{ "vlan->pri", 3 },
		{ "vlan->cfi", 1 },
		{ "vlan->vlanid", 5 },
		{ "vlan->type", 0x0800 },
		{ "ip->ver", 4 },
		{ "ip->hlen", 5 },
		{ "ip->tos", 0x10 },
		{ "ip->tlen", 44 },
		{ "ip->identification", 0x1234 },
		{ "ip->ffo_unused", 0 },
		{ "ip->df", 1 },
		{ "ip->mf", 0 },
		{ "ip->foffset", 0x1fff },
		{ "ip->ttl", 64 },
		{ "ip->nextp", 6 },
		{ "ip->hchecksum", 0x1a2b },
		{ "ip->src", 0xc0a80102 },
		{ "ip->dst", 0x0a0000fe },
		{ "tcp->src_port", 54321 },
		{ "tcp->dst_port", 443 },
		{ "tcp->seq_num", 0x89abcdef },
		{ "tcp->ack_num", 0x01020304 },
		{ "tcp->offset", 6 },
		{ "tcp->reserved", 10 },
		{ "tcp->flag_cwr", 0 },
		{ "tcp->flag_ece", 1 },
		{ "tcp->flag_urg", 0 },
		{ "tcp->flag_ack", 1 },
		{ "tcp->flag_psh", 0 },
		{ "tcp->flag_rst", 0 },
		{ "tcp->flag_syn", 1 },
		{ "tcp->flag_fin", 0 },
		{ "tcp->rcv_wnd", 0xfaf0 },
		{ "tcp->cksum", 0xbeef },
		{ "tcp->urg_ptr", 7 },
	};

	(void)state;
	EXPECT_FIELDS(TCP_HEADERS, tcp_packet, fields);
}

static void fields_of_vxlan_over_ipv6_are_read(void **state)
{
	static const struct field fields[] = {
		{ "ethernet->type", 0x86dd },
		{ "ip->ver", 6 },
		{ "ip->priority", 0xcd },
		{ "ip->flow_label", 0xbca98 },
		{ "ip->payload_len", 16 },
		{ "ip->next_header", 17 },
		{ "ip->hop_limit", 63 },
		{ "ip->src_hi", 0x20010db800000001 },
		{ "ip->src_lo", 2 },
		{ "ip->dst_hi", 0xfe80000000000000 },
		{ "ip->dst_lo", 0x02005efffe005301 },
		{ "udp->sport", 4789 },
		{ "udp->dport", 4790 },
		{ "udp->length", 16 },
		{ "udp->crc", 0x9abc },
		{ "vxlan->rsv1", 8 },
		{ "vxlan->iflag", 1 },
		{ "vxlan->rsv2", 0 },
		{ "vxlan->rsv3", 0x488001 },
		{ "vxlan->key", 0xabcdef },
		{ "vxlan->rsv4", 0x77 },
		{ "gbp->gflag", 1 },
		{ "gbp->rsv1", 0 },
		{ "gbp->iflag", 1 },
		{ "gbp->rsv2", 0 },
		{ "gbp->rsv3", 0 },
		{ "gbp->dflag", 1 },
		{ "gbp->rsv4", 0 },
		{ "gbp->aflag", 1 },
		{ "gbp->rsv5", 0 },
		{ "gbp->tag", 0x8001 },
		{ "gbp->key", 0xabcdef },
		{ "gbp->rsv6", 0x77 },
		{ "sizeof(*ip)", 40 },
		{ "sizeof(*vxlan)", 8 },
		{ "sizeof(*gbp)", 8 },
	};

	(void)state;
	EXPECT_FIELDS(UDP_HEADERS, udp_packet, fields);
}

static void fields_of_arp_and_icmp_are_read(void **state)
{
	static const struct field fields[] = {
		{ "ethernet->dst", 0xffffffffffff },
		{ "arp->htype", 1 },
		{ "arp->ptype", 0x0800 },
		{ "arp->hlen", 6 },
		{ "arp->plen", 4 },
		{ "arp->oper", 2 },
		{ "arp->sha", 0x06aabbccddee },
		{ "arp->spa", 0xc0a80102 },
		{ "arp->tha", 0x021122334455 },
		{ "arp->tpa", 0xc0a80101 },
		{ "icmp->type", 8 },
		{ "icmp->code", 3 },
		{ "icmp->checksum", 0xf7e6 },
		{ "icmp6->type", 0x80 },
		{ "icmp6->code", 1 },
		{ "icmp6->checksum", 0xabcd },
		{ "option->next_header", 0x3a },
		{ "option->ext_len", 2 },
		{ "option->pad[0]", 1 },
		{ "option->pad[5]", 6 },
	};

	(void)state;
	EXPECT_FIELDS(ARP_HEADERS, arp_packet, fields);
}

/* What a statement makes of the packet's bytes: those at `at`. The others stay as they are. */
struct change {
	const char *statement;
	size_t at, size;
	uint8_t bytes[12];
};

static void expect_change(const char *headers, const uint8_t *packet, size_t size,
			  const struct change *change)
{
	uint8_t expected[128], changed[128] = { 0 };
	struct network_run run = { .type = BPF_PROG_TYPE_SCHED_CLS,
				   .packet = packet,
				   .packet_size = size,
				   .changed = changed,
				   .changed_size = sizeof changed };
	char text[2048];
	struct cbcc *b;

	snprintf(text, sizeof text, "%s	%s;\n	return 42;\n}", headers, change->statement);
	memcpy(expected, packet, size);
	memcpy(expected + change->at, change->bytes, change->size);
	b = compiled(text);
	assert_int_equal(run_on_network(b, "f", &run), 42);
	cbcc_free(b);
	assert_int_equal(run.changed_size, size);
	for (size_t i = 0; i < size; i++)
		if (changed[i] != expected[i])
			fail_msg("%s: byte %zu is %#x, not %#x", change->statement, i, changed[i],
				 expected[i]);
}

static void fields_are_written(void **state)
{
	static const struct change changes[] = {
		{ "ethernet->dst = 0x0a0b0c0d0e0f", 0, 6, { 0x0a, 0x0b, 0x0c, 0x0d, 0x0e, 0x0f } },
		{ "ethernet->src = ethernet->dst", 6, 6, { 0x02, 0x11, 0x22, 0x33, 0x44, 0x55 } },
		{ "ethernet->type = 0x88a8", 12, 2, { 0x88, 0xa8 } },
		{ "vlan->pri = 6", 14, 2, { 0xd0, 0x05 } },
		{ "vlan->cfi = 0", 14, 2, { 0x60, 0x05 } },
		{ "vlan->vlanid = 0xabc", 14, 2, { 0x7a, 0xbc } },
		{ "ip->ver = 6", 18, 1, { 0x65 } },
		{ "ip->hlen = 15", 18, 1, { 0x4f } },
		{ "ip->tlen = 0x1122", 20, 2, { 0x11, 0x22 } },
		{ "ip->df = 0", 24, 2, { 0x1f, 0xff } },
		{ "ip->mf = 1", 24, 2, { 0x7f, 0xff } },
		{ "ip->foffset = 0x123", 24, 2, { 0x41, 0x23 } },
		{ "ip->src = 0x7f000001", 30, 4, { 0x7f, 0, 0, 1 } },
		{ "tcp->dst_port = 8080", 40, 2, { 0x1f, 0x90 } },
		{ "tcp->flag_fin = 1", 51, 1, { 0x53 } },
		{ "tcp->flag_syn = 0", 51, 1, { 0x50 } },
		{ "tcp->offset = 5", 50, 1, { 0x5a } },
		{ "tcp->reserved = 0x1f", 50, 1, { 0x6f } },
		/* Of values that are known only when it runs. */
		{ "tcp->seq_num = skb->len", 42, 4, { 0, 0, 0, 66 } },
		{ "ip->foffset = skb->len", 24, 2, { 0x40, 66 } },
		{ "vlan->vlanid = (skb->len & 15)", 14, 2, { 0x70, 2 } },
		/* Operators that read and write. */
		{ "ip->ttl--", 26, 1, { 63 } },
		{ "--ip->ttl", 26, 1, { 63 } },
		{ "ip->ttl -= 4", 26, 1, { 60 } },
		{ "ip->tlen += 0x100", 20, 2, { 0x01, 0x2c } },
		{ "ip->tos |= 3", 19, 1, { 0x13 } },
		{ "ip->foffset++", 24, 2, { 0x40, 0 } },
		{ "vlan->vlanid += 0xffb", 14, 2, { 0x70, 0 } },
		{ "vlan->vlanid <<= 4", 14, 2, { 0x70, 0x50 } },
		{ "ethernet->dst ^= 0xff", 0, 6, { 0x02, 0x11, 0x22, 0x33, 0x44, 0xaa } },
		{ "tcp->flag_ack ^= 1", 51, 1, { 0x42 } },
		{ "ip->src = ip->dst = 0x01020304", 30, 8, { 1, 2, 3, 4, 1, 2, 3, 4 } },
		{ "u32 old = ip->src; ip->src = ip->dst; ip->dst = old",
		  30,
		  8,
		  { 0x0a, 0, 0, 0xfe, 0xc0, 0xa8, 1, 2 } },
		/* By number. */
		{ "bpf_dins_pkt(skb, 24, 1, 1, 0)", 24, 2, { 0x1f, 0xff } },
		{ "bpf_dins_pkt(skb, 24, 3, 13, 0x123)", 24, 2, { 0x41, 0x23 } },
		{ "bpf_dins_pkt(skb, 26, 0, 8, 9)", 26, 1, { 9 } },
		{ "bpf_dins_pkt(skb, 40, 0, 16, 8080)", 40, 2, { 0x1f, 0x90 } },
		{ "bpf_dins_pkt(skb, 30, 4, 24, 0xabcdef)", 30, 4, { 0xca, 0xbc, 0xde, 0xf2 } },
		{ "bpf_dins_pkt(skb, 42, 0, 64, 0x1112131415161718)",
		  42,
		  8,
		  { 0x11, 0x12, 0x13, 0x14, 0x15, 0x16, 0x17, 0x18 } },
	};

	(void)state;
	for (size_t i = 0; i < sizeof changes / sizeof *changes; i++)
		expect_change(TCP_HEADERS, tcp_packet, sizeof tcp_packet, &changes[i]);
}

static void wide_and_crossing_fields_are_written(void **state)
{
	static const struct change changes[] = {
		{ "ip->priority = 0x12", 14, 4, { 0x61, 0x2b, 0xca, 0x98 } },
		{ "ip->flow_label = 0x34567", 14, 4, { 0x6c, 0xd3, 0x45, 0x67 } },
		{ "ip->dst_hi = 0x1112131415161718",
		  38,
		  8,
		  { 0x11, 0x12, 0x13, 0x14, 0x15, 0x16, 0x17, 0x18 } },
		{ "ip->src_lo++", 30, 8, { 0, 0, 0, 0, 0, 0, 0, 3 } },
		{ "vxlan->key = 0x123456", 66, 4, { 0x12, 0x34, 0x56, 0x77 } },
		{ "vxlan->rsv4++", 66, 4, { 0xab, 0xcd, 0xef, 0x78 } },
		{ "gbp->tag = 0x4321", 62, 4, { 0x88, 0x48, 0x43, 0x21 } },
	};

	(void)state;
	for (size_t i = 0; i < sizeof changes / sizeof *changes; i++)
		expect_change(UDP_HEADERS, udp_packet, sizeof udp_packet, &changes[i]);
}

static void bits_are_read_by_number(void **state)
{
	static const struct field fields[] = {
		{ "bpf_dext_pkt(skb, 12, 0, 16)", 0x8100 },
		{ "bpf_dext_pkt(skb, 18, 0, 4)", 4 },
		{ "bpf_dext_pkt(skb, 18, 4, 4)", 5 },
		{ "bpf_dext_pkt(skb, 24, 1, 1)", 1 },
		{ "bpf_dext_pkt(skb, 24, 3, 13)", 0x1fff },
		{ "bpf_dext_pkt(skb, 30, 0, 32)", 0xc0a80102 },
		{ "bpf_dext_pkt(skb, 30, 4, 24)", 0x0a8010 },
		{ "bpf_dext_pkt(skb, 0, 0, 48)", 0x021122334455 },
		{ "bpf_dext_pkt(skb, 0, 0, 64)", 0x02112233445506aa },
		{ "bpf_dext_pkt(skb, (u64)&tcp->dst_port, 0, 16)", 443 },
		{ "load_byte(skb, 26)", 64 },
		{ "load_half(skb, 40)", 443 },
		{ "load_word(skb, 30)", 0xc0a80102 },
		{ "load_dword(skb, 30)", 0xc0a801020a0000fe },
		{ "load_half(skb, (u64)cursor)", 0x0102 },
	};

	(void)state;
	EXPECT_FIELDS(TCP_HEADERS, tcp_packet, fields);
}

/* What BCC's rewriting of the text does not understand. */
static void fields_are_read_in_any_expression(void **state)
{
	static const struct field fields[] = {
		{ "(*ip).ttl", 64 },
		{ "((struct ip_t *)18)->src", 0xc0a80102 },
		{ "(tcp->flag_syn && tcp->flag_ack && !tcp->flag_fin)", 1 },
		{ "(tcp + 0)->dst_port", 443 },
		{ "({ u64 v = tcp->dst_port; v * 2; })", 886 },
		{ "(ip->ttl > 63 ? ip->src : ip->dst)", 0xc0a80102 },
		{ "*(&ip->dst)", 0x0a0000fe },
		{ "({ struct tcp_t *next = (void *)ip + (ip->hlen << 2); next->src_port; })", 54321 },
		{ "({ u8 m[6]; __builtin_memcpy(m, &ip->src, 4); m[0] << 8 | m[3]; })", 0xc002 },
		{ "bpf_ntohl(bpf_htonl(ip->dst))", 0x0a0000fe },
	};

	(void)state;
	EXPECT_FIELDS(TCP_HEADERS, tcp_packet, fields);
}

static void fields_are_used_in_macros_and_functions(void **state)
{
	static const char text[] = "#include <bcc/proto.h>\n"
				   "#define PORT(header) ((header)->dst_port)\n"
				   "#define LOWER(header) (header)->ttl -= 1\n"
				   "static int ports(struct tcp_t *tcp, struct __sk_buff *skb) { return "
				   "tcp->src_port + PORT(tcp); }\n"
				   "static void lower(void *packet, struct ip_t *ip) { LOWER(ip); }\n"
				   "int f(struct __sk_buff *skb) {\n"
				   "	u8 *cursor = (void *)18;\n"
				   "	struct ip_t *ip = cursor_advance(cursor, sizeof(*ip));\n"
				   "	struct tcp_t *tcp = cursor_advance(cursor, sizeof(*tcp));\n"
				   "	lower(skb, ip); lower(skb, ip);\n"
				   "	return 100000 * ip->ttl + ports(tcp, skb);\n"
				   "}";

	(void)state;
	assert_int_equal(run_on_packet(text, tcp_packet, sizeof tcp_packet), 6200000 + 54321 + 443);
}

/* In several registers, or in memory. */
static void functions_around_fields_take_and_return_structs(void **state)
{
	static const char text[] =
		"#include <bcc/proto.h>\n"
		"struct pair { u64 a, b; }; struct many { u64 a[5]; };\n"
		"static int first(struct __sk_buff *skb, struct pair p) { struct ip_t *ip = (void *)18; "
		"return ip->ttl + p.b; }\n"
		"static struct many many(int n, struct __sk_buff *skb) {\n"
		"	struct ip_t *ip = (void *)18; struct many m = {}; m.a[n] = ip->ttl; return m;\n"
		"}\n"
		"int f(struct __sk_buff *skb) {\n"
		"	struct pair p = { 1, 2 };\n"
		"	return first(skb, p) * 1000 + many(3, skb).a[3];\n"
		"}";

	(void)state;
	assert_int_equal(run_on_packet(text, tcp_packet, sizeof tcp_packet), 66064);
}

static void a_loop_walks_over_headers(void **state)
{
	static const char text[] = "#include <bcc/proto.h>\n"
				   "struct byte { u8 high : 4, low : 4; } BPF_PACKET_HEADER;\n"
				   "int f(struct __sk_buff *skb) {\n"
				   "	u8 *cursor = (void *)58; int sum = 0;\n"
				   "	for (int i = 0; i < 8; i++) {\n"
				   "		struct byte *b = cursor_advance(cursor, 1);\n"
				   "		if (b->high) return 1;\n"
				   "		sum += b->low;\n"
				   "	}\n"
				   "	return sum;\n"
				   "}";

	(void)state;
	assert_int_equal(run_on_packet(text, tcp_packet, sizeof tcp_packet), 36);
}

#define OWN_HEADER                                                                                           \
	"#include <bcc/proto.h>\n"                                                                           \
	"struct mac { u8 b[6]; };\n"                                                                         \
	"struct place { u16 tag; u8 low : 3, high : 5; } BPF_PACKET_HEADER;\n"                               \
	"struct own {\n"                                                                                     \
	"	struct mac to, from;\n"                                                                            \
	"	u16 type;\n"                                                                                       \
	"	u64 across : 5, b : 30, c : 29;\n"                                                                 \
	"	int below : 4;\n"                                                                                  \
	"	int rest : 4;\n"                                                                                   \
	"	union { u16 half; u8 bytes[2]; struct { u8 x : 2, y : 6; }; };\n"                                  \
	"	bool yes;\n"                                                                                       \
	"	unsigned __int128 all;\n"                                                                          \
	"	struct place places[2];\n"                                                                         \
	"	u32 numbers[2];\n"                                                                                 \
	"} BPF_PACKET_HEADER;\n"                                                                             \
	"int f(struct __sk_buff *skb) {\n"                                                                   \
	"	struct own *own = 0;\n"

static const uint8_t
	own_packet[] = {
		0x02, 0x11, 0x22, 0x33, 0x44, 0x55, 0x06, 0xaa, 0xbb, 0xcc, 0xdd,
		0xee, 0x12, 0x34, 0xa9, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef, /* across, b, c */
		0xf7, 0xc5, 0x01, 0x01, /* below and rest, the union, yes */
		0x10, 0x11, 0x12, 0x13, 0x14, 0x15, 0x16, 0x17, 0x18, 0x19, 0x1a,
		0x1b, 0x1c, 0x1d, 0x1e, 0x1f,                   /* all */
		0x00, 0x01, 0x21, 0x00, 0x02, 0x43,             /* places */
		0xde, 0xad, 0xbe, 0xef, 0xca, 0xfe, 0xba, 0xbe, /* numbers */
	};

static void headers_of_the_programs_own_are_read(void **state)
{
	static const struct field fields[] = {
		{ "own->type", 0x1234 },
		{ "own->across", 0x15 },
		{ "own->b", 0xa923456789abcdefull >> 29 & 0x3fffffff },
		{ "own->c", 0x89abcdef & 0x1fffffff },
		{ "(u64)own->below", (uint64_t)-1 },
		{ "own->rest", 7 },
		{ "own->half", 0xc501 },
		{ "own->bytes[1]", 1 },
		{ "own->x", 3 },
		{ "own->y", 5 },
		{ "own->yes", 1 },
		{ "(u64)(own->all >> 64)", 0x1011121314151617 },
		{ "(u64)own->all", 0x18191a1b1c1d1e1f },
		{ "own->places[1].tag", 2 },
		{ "own->places[1].low", 2 },
		{ "own->places[skb->len - 55].high", 3 },
		{ "own->numbers[skb->len - 55]", 0xcafebabe },
		{ "({ struct mac m = own->from; m.b[5]; })", 0xee },
		{ "({ struct mac m; m = own->to; m.b[1]; })", 0x11 },
		{ "(u64)&own->places[1].tag", 45 },
	};

	(void)state;
	assert_int_equal(sizeof own_packet, 56);
	EXPECT_FIELDS(OWN_HEADER, own_packet, fields);
}

static void headers_of_the_programs_own_are_written(void **state)
{
	static const struct change changes[] = {
		{ "own->across = 0", 14, 1, { 0x01 } },
		{ "own->b = 0", 14, 8, { 0xa8, 0, 0, 0, 0x09, 0xab, 0xcd, 0xef } },
		{ "own->c = 1", 14, 8, { 0xa9, 0x23, 0x45, 0x67, 0x80, 0, 0, 1 } },
		{ "own->below = -2", 22, 1, { 0xe7 } },
		{ "own->x = 0", 23, 1, { 0x05 } },
		{ "own->half++", 23, 2, { 0xc5, 2 } },
		{ "own->yes = skb->len < 3", 25, 1, { 0 } },
		{ "own->all += ((u64)-1 - 0x18191a1b1c1d1e1f + 1)", 33, 9, { 0x18 } },
		{ "own->places[1].high = 0x1f", 47, 1, { 0x5f } },
		{ "own->numbers[1] = own->numbers[0]", 52, 4, { 0xde, 0xad, 0xbe, 0xef } },
		{ "struct mac m = { { 1, 2, 3, 4, 5, 6 } }; own->to = m", 0, 6, { 1, 2, 3, 4, 5, 6 } },
		{ "own->to = own->from", 0, 6, { 0x06, 0xaa, 0xbb, 0xcc, 0xdd, 0xee } },
		{ "own->to = own->to", 0, 0, { 0 } },
		{ "__builtin_memcpy(&own->numbers[1], &own->numbers[0], 4)",
		  52,
		  4,
		  { 0xde, 0xad, 0xbe, 0xef } },
	};

	(void)state;
	for (size_t i = 0; i < sizeof changes / sizeof *changes; i++)
		expect_change(OWN_HEADER, own_packet, sizeof own_packet, &changes[i]);
}

/* RFC 1071. */
static uint16_t checksum(const uint8_t *bytes, size_t size)
{
	uint32_t sum = 0;

	for (size_t i = 0; i < size; i += 2)
		sum += bytes[i] << 8 | bytes[i + 1];
	sum = (sum & 0xffff) + (sum >> 16);
	return ~(sum + (sum >> 16));
}

static void check_checksums(const char *statements)
{
	uint8_t packet[sizeof tcp_packet], changed[128];
	struct network_run run = { .type = BPF_PROG_TYPE_SCHED_CLS,
				   .packet = packet,
				   .packet_size = sizeof packet,
				   .changed = changed,
				   .changed_size = sizeof changed };
	char text[2048];
	struct cbcc *b;
	uint16_t sum;

	memcpy(packet, tcp_packet, sizeof packet);
	memset(packet + 28, 0, 2);
	sum = checksum(packet + 18, 20);
	packet[28] = sum >> 8;
	packet[29] = sum;
	assert_int_equal(checksum(packet + 18, 20), 0);
	snprintf(text, sizeof text, "%s	%s	return 42;\n}", TCP_HEADERS, statements);
	b = compiled(text);
	assert_int_equal(run_on_network(b, "f", &run), 42);
	cbcc_free(b);
	assert_memory_not_equal(packet + 18, changed + 18, 20);
	assert_int_equal(checksum(changed + 18, 20), 0);
}

static void checksums_are_kept_right(void **state)
{
	(void)state;
	check_checksums(
		"u16 old = ip->tlen; ip->tlen = 0x4321; incr_cksum_l3(&ip->hchecksum, old, ip->tlen);\n");
	check_checksums("u32 old = ip->src, now = 0x7f000001;\n"
			"ip->src = now; incr_cksum_l3(&ip->hchecksum, old, now);\n");
}

/* That of TCP covers the addresses, too, in a pseudo header. */
static void checksums_of_layer_4_are_replaced(void **state)
{
	static const struct change changes[] = {
		/* ~(~0xbeef + ~0x01bb + 0x1f90), in one's complement */
		{ "u16 old = tcp->dst_port, now = 8080; incr_cksum_l4(&tcp->cksum, old, now, 0)",
		  54,
		  2,
		  { 0xa1, 0x1a } },
		{ "u32 old = ip->src, now = 0xc0a80103; incr_cksum_l4(&tcp->cksum, old, now, 1)",
		  54,
		  2,
		  { 0xbe, 0xee } },
	};

	(void)state;
	for (size_t i = 0; i < sizeof changes / sizeof *changes; i++)
		expect_change(TCP_HEADERS, tcp_packet, sizeof tcp_packet, &changes[i]);
}

/* As BCC's loads do. */
static void a_program_ends_with_0_where_the_packet_ends(void **state)
{
	(void)state;
	assert_int_equal(run_on_packet(TCP_HEADERS "	return (&tcp[1])->urg_ptr + 42;\n}", tcp_packet,
				       sizeof tcp_packet),
			 0);
	/* The last bytes are read without those behind them. */
	assert_int_equal(
		run_on_packet("#include <bcc/proto.h>\n"
			      "struct last { u64 v : 24; } BPF_PACKET_HEADER;\n"
			      "int f(struct __sk_buff *skb) { struct last *l = (void *)63; return l->v; }",
			      tcp_packet, sizeof tcp_packet),
		0x060708);
}

static void the_packet_may_be_a_void_pointer(void **state)
{
	(void)state;
	assert_int_equal(
		run_on_packet("#include <bcc/proto.h>\n"
			      "int f(void *packet) { struct ip_t *ip = (void *)18; return ip->ttl; }",
			      tcp_packet, sizeof tcp_packet),
		64);
}

static void wrong_uses_are_errors_at_their_line(void **state)
{
	static const struct {
		const char *text, *error;
	} cases[] = {
		{ "int f(struct xdp_md *ctx) {\n	struct ip_t *ip = 0;\n	return ip->ttl;\n}",
		  "<text>:4:13: error: a packet's fields can only be used in a function with a parameter of "
		  "type "
		  "struct __sk_buff *" },
		{ "static int ttl(struct ip_t *ip) {\n	return ip->ttl;\n}\n"
		  "int f(struct __sk_buff *skb) { return ttl(0); }",
		  "<text>:3:13: error: a packet's fields can only be used" },
		{ "struct mac { u8 b[6]; };\nstruct own { struct mac m; } BPF_PACKET_HEADER;\n"
		  "int f(struct __sk_buff *skb) {\n	return ((struct own *)0)->m.b[2];\n}",
		  "<text>:5:9: error: a struct in a BPF_PACKET_HEADER must be one, too" },
		{ "int f(struct __sk_buff *skb) {\n	struct ip_t *ip = 0;\n"
		  "	__sync_fetch_and_add(&ip->src, 1);\n	return 0;\n}",
		  "<text>:4:2: error: a packet's field can only be read, written or copied" },
	};
	char text[512];

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		snprintf(text, sizeof text, "#include <bcc/proto.h>\n%s", cases[i].text);
		if (cbcc_new(text, NULL))
			fail_msg("this compiles: %s", text);
		assert_error_has(cases[i].error);
	}
}

/* As BCC's http_filter has it: that the loop fills the array, the optimiser sees, but not that nothing gets around it. */
static void a_loop_fills_an_array_from_the_packet(void **state)
{
	static const char text[] =
		"int f(struct __sk_buff *skb) {\n"
		"	u32 ip = (load_byte(skb, 14) & 15) << 2;\n"
		"	if (ip < 20) return 1;\n"
		"	u32 tcp = (load_byte(skb, 14 + ip + 12) >> 4 & 15) << 2, payload = 14 + ip + tcp;\n"
		"	if ((u16)load_half(skb, 16) - ip - tcp < 7) return 2;\n"
		"	unsigned long p[7];\n"
		"	int j = 0;\n"
		"	const int end = payload + 7;\n"
		"	for (int i = payload; i < end; i++) { p[j] = load_byte(skb, i); j++; }\n"
		"	if (p[0] == 'H' && p[1] == 'T' && p[2] == 'T' && p[3] == 'P') return 3;\n"
		"	if (p[0] == 'P' && p[1] == 'U' && p[2] == 'T') return 4;\n"
		"	if (p[0] == 'D' && p[1] == 'E' && p[2] == 'L' && p[4] == 'T') return 5;\n"
		"	return 6;\n"
		"}";
	uint8_t packet[64] = { [12] = 8, [14] = 0x45, [17] = 50, [46] = 0x50 };

	(void)state;
	for (int i = 0; i < 3; i++) {
		static const char *const methods[] = { "HTTP/1.1", "PUT /put", "DELETE /" };

		memcpy(packet + 54, methods[i], strlen(methods[i]));
		assert_int_equal(run_on_packet(text, packet, sizeof packet), 3 + i);
	}
	memcpy(packet + 54, "BREW /pot", 9);
	assert_int_equal(run_on_packet(text, packet, sizeof packet), 6);
}

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(fields_of_tcp_over_vlan_are_read),
		cmocka_unit_test(fields_of_vxlan_over_ipv6_are_read),
		cmocka_unit_test(fields_of_arp_and_icmp_are_read),
		cmocka_unit_test(fields_are_written),
		cmocka_unit_test(wide_and_crossing_fields_are_written),
		cmocka_unit_test(bits_are_read_by_number),
		cmocka_unit_test(fields_are_read_in_any_expression),
		cmocka_unit_test(fields_are_used_in_macros_and_functions),
		cmocka_unit_test(functions_around_fields_take_and_return_structs),
		cmocka_unit_test(a_loop_walks_over_headers),
		cmocka_unit_test(a_loop_fills_an_array_from_the_packet),
		cmocka_unit_test(headers_of_the_programs_own_are_read),
		cmocka_unit_test(headers_of_the_programs_own_are_written),
		cmocka_unit_test(checksums_are_kept_right),
		cmocka_unit_test(checksums_of_layer_4_are_replaced),
		cmocka_unit_test(a_program_ends_with_0_where_the_packet_ends),
		cmocka_unit_test(the_packet_may_be_a_void_pointer),
		cmocka_unit_test(wrong_uses_are_errors_at_their_line),
	};

	return run_selected_tests(tests, argc, argv);
}
