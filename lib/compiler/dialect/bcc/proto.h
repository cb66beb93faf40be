/*
 * Headers of packets. A program follows a packet by a cursor, which starts at 0 and is an offset, not an address:
 *
 *	u8 *cursor = 0;
 *	struct ethernet_t *ethernet = cursor_advance(cursor, sizeof(*ethernet));
 *
 * Reading ethernet->type loads from the packet that the function's struct __sk_buff * is, writing it stores there, and
 * values are in the host's byte order (passes/packets.cc). Fields stand in the order in which they are transmitted, bits
 * from the highest.
 */
#ifndef CBCC_PROTO_H
#define CBCC_PROTO_H

#define BPF_PACKET_HEADER __attribute__((packed, preserve_access_index, btf_decl_tag("cbcc:packet")))

struct ethernet_t {
	u64 dst : 48;
	u64 src : 48;
	u32 type : 16;
} BPF_PACKET_HEADER;

/* After ethernet_t, where its type is 0x8100. */
struct dot1q_t {
	u16 pri : 3;
	u16 cfi : 1;
	u16 vlanid : 12;
	u16 type;
} BPF_PACKET_HEADER;

struct arp_t {
	u16 htype;
	u16 ptype;
	u8 hlen;
	u8 plen;
	u16 oper;
	u64 sha : 48;
	u64 spa : 32;
	u64 tha : 48;
	u32 tpa;
} BPF_PACKET_HEADER;

struct ip_t {
	u8 ver : 4;
	u8 hlen : 4;
	u8 tos;
	u16 tlen;
	u16 identification;
	u16 ffo_unused : 1;
	u16 df : 1;
	u16 mf : 1;
	u16 foffset : 13;
	u8 ttl;
	u8 nextp;
	u16 hchecksum;
	u32 src;
	u32 dst;
} BPF_PACKET_HEADER;

struct icmp_t {
	u8 type;
	u8 code;
	u16 checksum;
} BPF_PACKET_HEADER;

struct ip6_t {
	u32 ver : 4;
	u32 priority : 8;
	u32 flow_label : 20;
	u16 payload_len;
	u8 next_header;
	u8 hop_limit;
	u64 src_hi;
	u64 src_lo;
	u64 dst_hi;
	u64 dst_lo;
} BPF_PACKET_HEADER;

struct ip6_opt_t {
	u8 next_header;
	u8 ext_len;
	u8 pad[6];
} BPF_PACKET_HEADER;

struct icmp6_t {
	u8 type;
	u8 code;
	u16 checksum;
} BPF_PACKET_HEADER;

struct udp_t {
	u16 sport;
	u16 dport;
	u16 length;
	u16 crc;
} BPF_PACKET_HEADER;

struct tcp_t {
	u16 src_port;
	u16 dst_port;
	u32 seq_num;
	u32 ack_num;
	u8 offset : 4;
	u8 reserved : 4;
	u8 flag_cwr : 1;
	u8 flag_ece : 1;
	u8 flag_urg : 1;
	u8 flag_ack : 1;
	u8 flag_psh : 1;
	u8 flag_rst : 1;
	u8 flag_syn : 1;
	u8 flag_fin : 1;
	u16 rcv_wnd;
	u16 cksum;
	u16 urg_ptr;
} BPF_PACKET_HEADER;

struct vxlan_t {
	u32 rsv1 : 4;
	u32 iflag : 1;
	u32 rsv2 : 3;
	u32 rsv3 : 24;
	u32 key : 24;
	u32 rsv4 : 8;
} BPF_PACKET_HEADER;

/* With a group's policy in what vxlan_t reserves. */
struct vxlan_gbp_t {
	u32 gflag : 1;
	u32 rsv1 : 3;
	u32 iflag : 1;
	u32 rsv2 : 3;
	u32 rsv3 : 1;
	u32 dflag : 1;
	u32 rsv4 : 2;
	u32 aflag : 1;
	u32 rsv5 : 3;
	u32 tag : 16;
	u32 key : 24;
	u32 rsv6 : 8;
} BPF_PACKET_HEADER;

#endif
