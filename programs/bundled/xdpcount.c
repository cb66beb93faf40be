// SPDX-License-Identifier: Apache-2.0
/*
 * xdpcount: packets that a network device receives, by protocol.
 *
 * Counts packets and their bytes, from the ethernet header on, where the driver hands them over, and lets all pass.
 *
 * usage: xdpcount DEVICE [SECONDS]
 *
 * The counts of every SECONDS, 1 if not given. In place of another XDP program it is not put.
 *
 * examples:
 *   cbcc xdpcount eth0
 *   cbcc xdpcount eth0 10
 *
 * cbcc: --clear --xdp $1=count -i ${2:-1}
 */
enum protocol { OTHER = 0, ICMP = 1, IGMP = 2, TCP = 6, UDP = 17, GRE = 47, ESP = 50, ICMPV6 = 58, SCTP = 132, ARP = 256 };

struct key {
	enum protocol protocol;
};

struct leaf {
	u64 bytes;
	u64 packets;
};

BPF_HASH(packets, struct key, struct leaf);

/* Of the innermost header that stands directly behind ethernet's and at most one VLAN's. */
static enum protocol protocol_of(void *data, void *end)
{
	struct ethhdr *eth = data;
	u16 type;

	if ((void *)(eth + 1) > end)
		return OTHER;
	type = eth->h_proto;
	data = eth + 1;
	if (type == bpf_htons(ETH_P_8021Q) || type == bpf_htons(ETH_P_8021AD)) {
		struct vlan_hdr *vlan = data;

		if ((void *)(vlan + 1) > end)
			return OTHER;
		type = vlan->h_vlan_encapsulated_proto;
		data = vlan + 1;
	}
	if (type == bpf_htons(ETH_P_ARP))
		return ARP;
	if (type == bpf_htons(ETH_P_IP) && data + sizeof(struct iphdr) <= end)
		return ((struct iphdr *)data)->protocol;
	if (type == bpf_htons(ETH_P_IPV6) && data + sizeof(struct ipv6hdr) <= end)
		return ((struct ipv6hdr *)data)->nexthdr;
	return OTHER;
}

int count(struct xdp_md *ctx)
{
	void *data = (void *)(long)ctx->data, *end = (void *)(long)ctx->data_end;
	struct key key = { .protocol = protocol_of(data, end) };
	struct leaf none = {}, *leaf = packets.lookup_or_try_init(&key, &none);

	if (leaf) {
		lock_xadd(&leaf->bytes, end - data);
		lock_xadd(&leaf->packets, 1);
	}
	return XDP_PASS;
}
