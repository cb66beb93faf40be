/* SPDX-License-Identifier: Apache-2.0 */
/*
 * XDP: counts packets by their protocol, and drops those to UDP port 9. Usage: xdp COMMAND
 *
 * The command runs in a network of its own, of which only the device lo is there:
 *
 *     xdp 'bash -c "echo lost >/dev/udp/127.0.0.1/9"'
 *
 * Introduces cbcc_attach_xdp, a network program's access to its packet, and BPF_ARRAY.
 */
#include <cbcc.h>
#include <inttypes.h>
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

static const char program[] =
	"BPF_ARRAY(packets, u64, 256);                   // number of a protocol -> packets\n"
	"BPF_ARRAY(dropped, u64, 1);\n"
	"int on_packet(struct xdp_md *ctx) {\n"
	"	void *end = (void *)(long)ctx->data_end; // nothing behind it may be touched\n"
	"	struct ethhdr *eth = (void *)(long)ctx->data;\n"
	"	struct iphdr *ip = (void *)(eth + 1);\n"
	"	struct udphdr *udp = (void *)(ip + 1);\n"
	"	if ((void *)(ip + 1) > end || eth->h_proto != htons(ETH_P_IP))\n"
	"		return XDP_PASS;\n"
	"	packets.increment(ip->protocol);\n"
	"	if (ip->protocol != IPPROTO_UDP || (void *)(udp + 1) > end || udp->dest != htons(9))\n"
	"		return XDP_PASS;\n"
	"	dropped.increment(0);\n"
	"	return XDP_DROP;\n"
	"}\n";

/* Takes this process to a new network namespace, and switches its device lo on. */
static int make_network(void)
{
	struct ifreq lo = { .ifr_name = "lo", .ifr_flags = IFF_UP };

	return unshare(CLONE_NEWNET) != 0 || ioctl(socket(AF_INET, SOCK_DGRAM, 0), SIOCSIFFLAGS, &lo) != 0;
}

static int print(void *ctx, const void *key, const void *leaf)
{
	if (*(const uint64_t *)leaf > 0)
		printf("%s %" PRIu32 ": %" PRIu64 "\n", (const char *)ctx, *(const uint32_t *)key, *(const uint64_t *)leaf);
	return 0;
}

int main(int argc, char **argv)
{
	struct cbcc *b;
	int err;

	if (argc < 2 || make_network() != 0) {
		perror("usage: xdp COMMAND; a new network");
		return 1;
	}
	b = cbcc_new(program, NULL);
	err = cbcc_attach_xdp(b, "lo", "on_packet", CBCC_XDP_SKB_MODE);
	if (err == 0 && system(argv[1]) != 0)
		fprintf(stderr, "xdp: the command has failed\n");
	if (err || (err = cbcc_table_for_each(cbcc_get_table(b, "packets"), print, "protocol")) != 0 ||
	    (err = cbcc_table_for_each(cbcc_get_table(b, "dropped"), print, "dropped")) != 0)
		fprintf(stderr, "xdp: %s\n", cbcc_last_error());
	cbcc_free(b);
	return err != 0;
}
