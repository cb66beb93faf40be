/* SPDX-License-Identifier: Apache-2.0 */
/* Network devices and cgroups. */
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "probes.h"

/* Splits "A:B" at the last colon; *b stays NULL without one. To be freed. */
static char *split(const char *where, const char **b)
{
	char *a = copy_text(where, strlen(where)), *colon = strrchr(a, ':');

	*b = NULL;
	if (colon) {
		*colon = '\0';
		*b = colon + 1;
	}
	return a;
}

int attach_xdp(struct session *session, const char *where, const char *function)
{
	const char *mode;
	char *device = split(where, &mode);
	unsigned int flags = !mode ? 0 : strcmp(mode, "generic") == 0 ? CBCC_XDP_SKB_MODE : CBCC_XDP_DRV_MODE;
	int err = PROBE_COMPLAINED;

	if (mode && strcmp(mode, "generic") != 0 && strcmp(mode, "driver") != 0)
		complain("'%s': XDP's mode is generic or driver", where);
	else
		err = cbcc_attach_xdp(session->b, device, function, flags);
	free(device);
	return err ? err : 1;
}

int attach_tc(struct session *session, const char *where, const char *function)
{
	struct cbcc_tc_opts opts = { .sz = sizeof opts };
	const char *direction;
	char *device = split(where, &direction);
	int err = PROBE_COMPLAINED;

	opts.egress = direction && strcmp(direction, "egress") == 0;
	if (direction && !opts.egress && strcmp(direction, "ingress") != 0)
		complain("'%s': the direction is ingress or egress", where);
	else
		err = cbcc_attach_tc(session->b, device, function, &opts);
	free(device);
	return err ? err : 1;
}

static const struct {
	const char *name;
	int type;
} cgroup_types[] = {
	{ "ingress", BPF_CGROUP_INET_INGRESS },
	{ "egress", BPF_CGROUP_INET_EGRESS },
	{ "sock_create", BPF_CGROUP_INET_SOCK_CREATE },
	{ "sock_release", BPF_CGROUP_INET_SOCK_RELEASE },
	{ "bind4", BPF_CGROUP_INET4_BIND },
	{ "bind6", BPF_CGROUP_INET6_BIND },
	{ "post_bind4", BPF_CGROUP_INET4_POST_BIND },
	{ "post_bind6", BPF_CGROUP_INET6_POST_BIND },
	{ "connect4", BPF_CGROUP_INET4_CONNECT },
	{ "connect6", BPF_CGROUP_INET6_CONNECT },
	{ "sendmsg4", BPF_CGROUP_UDP4_SENDMSG },
	{ "sendmsg6", BPF_CGROUP_UDP6_SENDMSG },
	{ "recvmsg4", BPF_CGROUP_UDP4_RECVMSG },
	{ "recvmsg6", BPF_CGROUP_UDP6_RECVMSG },
	{ "getsockopt", BPF_CGROUP_GETSOCKOPT },
	{ "setsockopt", BPF_CGROUP_SETSOCKOPT },
	{ "sock_ops", BPF_CGROUP_SOCK_OPS },
	{ "device", BPF_CGROUP_DEVICE },
	{ "sysctl", BPF_CGROUP_SYSCTL },
};

static int cgroup_type(const char *name)
{
	for (size_t i = 0; name && i < sizeof cgroup_types / sizeof *cgroup_types; i++)
		if (strcmp(name, cgroup_types[i].name) == 0)
			return cgroup_types[i].type;
	complain("'%s' is no way to attach to a cgroup; these are:", name ? name : "");
	for (size_t i = 0; i < sizeof cgroup_types / sizeof *cgroup_types; i++)
		fprintf(stderr, "%s%s", i ? ", " : "  ", cgroup_types[i].name);
	fputc('\n', stderr);
	return -1;
}

int attach_cgroup(struct session *session, const char *where, const char *function)
{
	const char *name;
	char *path = split(where, &name);
	int type = cgroup_type(name), fd = -1, err = PROBE_COMPLAINED;

	if (type >= 0)
		fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (type >= 0 && fd < 0)
		complain("cannot open the cgroup %s: %s", path, strerror(errno));
	if (fd >= 0) {
		err = cbcc_attach_func(session->b, function, fd, type, 0);
		close(fd);
	}
	free(path);
	return err ? err : 1;
}
