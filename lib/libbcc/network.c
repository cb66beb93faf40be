/* SPDX-License-Identifier: Apache-2.0 */
/* Sockets and network devices. */
#include <arpa/inet.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <net/if.h>
#include <netpacket/packet.h>
#include <sys/socket.h>
#include <unistd.h>

#include "complain.h"
#include "libbcc.h"

static int bind_to(int sock, const char *name)
{
	struct sockaddr_ll address = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(ETH_P_ALL),
		.sll_ifindex = (int)if_nametoindex(name),
	};

	if (!address.sll_ifindex || bind(sock, (struct sockaddr *)&address, sizeof address) != 0)
		return -errno;
	return 0;
}

int bpf_open_raw_sock(const char *name)
{
	int sock = socket(PF_PACKET, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, htons(ETH_P_ALL)), err;

	if (sock < 0)
		return failed_to(-errno, "opening a raw socket");
	err = name && *name ? bind_to(sock, name) : 0;
	if (!err)
		return sock;
	close(sock);
	return failed_to(err, "binding a raw socket to %s", name);
}

int bpf_attach_socket(int sockfd, int progfd)
{
	return setsockopt(sockfd, SOL_SOCKET, SO_ATTACH_BPF, &progfd, sizeof progfd);
}

int bpf_attach_xdp(const char *dev_name, int progfd, uint32_t flags)
{
	unsigned int index = if_nametoindex(dev_name);
	int err = index ? bpf_xdp_attach((int)index, progfd, flags, NULL) : -errno;

	return err ? failed_to(err, "%s %s", progfd < 0 ? "detaching from" : "attaching to", dev_name) : 0;
}
