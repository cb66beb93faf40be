/* SPDX-License-Identifier: Apache-2.0 */
/* Sockets and network devices. */
#include <bpf/libbpf.h>
#include <errno.h>
#include <net/if.h>
#include <sys/socket.h>
#include <unistd.h>

#include "complain.h"
#include "libbcc.h"
#include "links/socket.h"

/* Of one device, or of all. */
static int bind_by_name(int sock, const char *name)
{
	unsigned int index = 0;

	if (name && *name) {
		index = if_nametoindex(name);
		if (!index)
			return -errno;
	}
	return raw_socket_bind(sock, (int)index);
}

int bpf_open_raw_sock(const char *name)
{
	int sock = raw_socket_open(), err;

	if (sock < 0)
		return failed_to(sock, "opening a raw socket");
	err = bind_by_name(sock, name);
	if (!err)
		return sock;
	close(sock);
	return failed_to(err, "binding a raw socket to %s", name && *name ? name : "all devices");
}

int bpf_attach_socket(int sockfd, int progfd)
{
	return setsockopt(sockfd, SOL_SOCKET, SO_ATTACH_BPF, &progfd, sizeof progfd);
}

int bpf_attach_xdp(const char *dev_name, int progfd, uint32_t flags)
{
	unsigned int index = dev_name ? if_nametoindex(dev_name) : 0;
	int err = !dev_name ? -EINVAL : index ? bpf_xdp_attach((int)index, progfd, flags, NULL) : -errno;

	return err ? failed_to(err, "%s %s", progfd < 0 ? "detaching from" : "attaching to",
			       dev_name ? dev_name : "no device")
		   : 0;
}
