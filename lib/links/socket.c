/* SPDX-License-Identifier: Apache-2.0 */
/* Programs that filter what sockets get: raw sockets of the handle's own, and sockets of the application's. */
#include <arpa/inet.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/error.h"
#include "links/device.h"
#include "links/link.h"
#include "links/socket.h"
#include "loader/program.h"

int raw_socket_open(void)
{
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	return fd < 0 ? -errno : fd;
}

int raw_socket_bind(int fd, int ifindex)
{
	const struct sockaddr_ll address = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(ETH_P_ALL),
		.sll_ifindex = ifindex,
	};

	return bind(fd, (const struct sockaddr *)&address, sizeof address) == 0 ? 0 : -errno;
}

static int set_filter(struct cbcc *b, const struct compiled_function *function, int fd)
{
	struct program *program;
	int err = program_get(b, function, BPF_PROG_TYPE_SOCKET_FILTER, &program), program_fd;

	if (err)
		return err;
	program_fd = bpf_program__fd(program->bpf);
	if (setsockopt(fd, SOL_SOCKET, SO_ATTACH_BPF, &program_fd, sizeof program_fd) == 0)
		return 0;
	return error_set(-errno, "cannot attach '%s' to a socket", function->name);
}

/* The filter comes before the device, so that no packet comes before it. */
static int open_socket(struct cbcc *b, struct link *link, const struct device *device)
{
	int fd = raw_socket_open();
	int err = fd < 0 ? error_set(fd, "cannot open a raw socket") : link_add_fd(link, fd);

	if (!err)
		err = set_filter(b, link->function, fd);
	if (err)
		return err;
	err = raw_socket_bind(fd, device->ifindex);
	return err ? error_set(err, "cannot bind the raw socket to '%s'", link->event) : fd;
}

static int attach_raw(struct cbcc *b, const char *dev, const struct device *device,
		      const struct compiled_function *function)
{
	struct link *link = link_create(LINK_RAW_SOCKET, dev, function);
	int fd = link ? open_socket(b, link, device) : -ENOMEM;

	if (fd < 0)
		link_free(link);
	else
		link_add(b, link);
	return fd;
}

int cbcc_attach_raw_socket(struct cbcc *b, const char *fn_name, const char *dev)
{
	const struct compiled_function *function;
	struct device device = { 0 };
	int err = link_arguments(b, "cbcc_attach_raw_socket", fn_name, &function);

	if (!err && !(dev && !*dev))
		err = device_find(dev, "cbcc_attach_raw_socket", &device);
	if (!err)
		err = link_check(b, LINK_RAW_SOCKET, dev, function);
	if (!err)
		err = attach_raw(b, dev, &device, function);
	return error_about(CBCC_ERROR_ATTACH, err);
}

int cbcc_detach_raw_socket(struct cbcc *b, const char *fn_name, const char *dev)
{
	const struct compiled_function *function;
	int err = link_arguments(b, "cbcc_detach_raw_socket", fn_name, &function);

	if (err)
		return err;
	if (!dev)
		return error_say(-EINVAL, "cbcc_detach_raw_socket: the device's name is NULL");
	return links_detach(b, LINK_RAW_SOCKET, dev, fn_name);
}

/* A link's data: a socket of the application's, which may close it and get its number for another. */
struct filter {
	int fd;
	uint64_t cookie;
};

static int socket_cookie(int fd, uint64_t *cookie)
{
	socklen_t size = sizeof *cookie;

	return getsockopt(fd, SOL_SOCKET, SO_COOKIE, cookie, &size) == 0 ? 0 : -errno;
}

static void undo(struct link *link)
{
	const struct filter *filter = link->data;
	uint64_t cookie;
	int unused = 0;

	if (socket_cookie(filter->fd, &cookie) == 0 && cookie == filter->cookie)
		setsockopt(filter->fd, SOL_SOCKET, SO_DETACH_FILTER, &unused, sizeof unused);
}

static int attach_filter(struct cbcc *b, const struct compiled_function *function,
			 const struct filter *filter)
{
	struct link *link;
	char key[32];
	int err;

	snprintf(key, sizeof key, "%d", filter->fd);
	link = link_create(LINK_SOCKET_FILTER, key, function);
	if (link)
		link->data = malloc(sizeof *filter);
	if (!link || !link->data) {
		link_free(link);
		return error_set(-ENOMEM, "cannot attach '%s'", function->name);
	}
	*(struct filter *)link->data = *filter;
	err = set_filter(b, function, filter->fd);
	if (err) {
		link_free(link);
		return err;
	}
	link->undo = undo;
	link_add(b, link);
	return 0;
}

/* Without undoing it: the links of a socket that has another filter now, or of one that is closed. */
static void forget(struct cbcc *b, int fd)
{
	struct link *link;
	char key[32];

	snprintf(key, sizeof key, "%d", fd);
	while ((link = link_find(b, LINK_SOCKET_FILTER, key, NULL))) {
		link->undo = NULL;
		link_remove(b, link);
	}
}

int cbcc_attach_socket_filter(struct cbcc *b, int socket, const char *fn_name)
{
	const struct compiled_function *function;
	struct filter filter = { .fd = socket };
	int err = link_arguments(b, "cbcc_attach_socket_filter", fn_name, &function);

	if (err)
		return err;
	err = socket_cookie(socket, &filter.cookie);
	if (err) {
		error_set(err, "cannot attach '%s' to socket %d", fn_name, socket);
		return error_about(CBCC_ERROR_ATTACH, err);
	}
	forget(b, socket);
	return error_about(CBCC_ERROR_ATTACH, attach_filter(b, function, &filter));
}

int cbcc_detach_socket_filter(struct cbcc *b, int socket)
{
	int err = handle_check(b, "cbcc_detach_socket_filter");
	char key[32];

	if (err)
		return err;
	snprintf(key, sizeof key, "%d", socket);
	return links_detach(b, LINK_SOCKET_FILTER, key, NULL);
}
