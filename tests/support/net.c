/* SPDX-License-Identifier: Apache-2.0 */
#include "net.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <mntent.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

/* For experiments: nobody else's. */
#define OUR_ETHERTYPE 0x88b5

#define FRAME_SIZE 64

void net_make_own(void)
{
	if (unshare(CLONE_NEWNET) != 0)
		skip_because("there can be no network namespace: %s", strerror(errno));
	if (system("PATH=$PATH:/usr/sbin:/sbin; ip link set lo up && ip link add veth0 type veth peer name "
		   "veth1 && "
		   "ip link set veth0 up && ip link set veth1 up") != 0)
		skip_because("there can be no pair of network devices");
}

static int open_packet_socket(const char *dev)
{
	const struct sockaddr_ll address = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(OUR_ETHERTYPE),
		.sll_ifindex = (int)if_nametoindex(dev),
	};
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, htons(OUR_ETHERTYPE));

	assert_true(fd >= 0);
	assert_int_equal(bind(fd, (const struct sockaddr *)&address, sizeof address), 0);
	return fd;
}

void net_send(uint8_t mark, int count)
{
	uint8_t frame[FRAME_SIZE] = {
		0x02, 0, 0, 0, 0, 1, 0x02, 0, 0, 0, 0, 2, OUR_ETHERTYPE >> 8, OUR_ETHERTYPE & 0xff, mark
	};
	int fd = open_packet_socket("veth0");

	memset(frame, 0xff, 6); /* to all */
	for (int i = 0; i < count; i++)
		assert_true(write(fd, frame, sizeof frame) == sizeof frame || errno == ENOBUFS);
	close(fd);
}

int net_open_receiver(const char *dev)
{
	return open_packet_socket(dev);
}

int net_received(int fd, uint8_t mark)
{
	uint8_t frame[FRAME_SIZE * 2];
	int count = 0;

	while (net_readable(fd, false))
		while (read(fd, frame, sizeof frame) == FRAME_SIZE)
			count += frame[ETH_HLEN] == mark;
	return count;
}

bool net_readable(int fd, bool has_to_come)
{
	struct pollfd ready = { .fd = fd, .events = POLLIN };

	return poll(&ready, 1, has_to_come ? 20000 : 100) == 1;
}

static void find_cgroups(char *path, size_t size)
{
	FILE *mounts = setmntent("/proc/mounts", "r");
	struct mntent *mount;

	assert_non_null(mounts);
	*path = '\0';
	while (!*path && (mount = getmntent(mounts)))
		if (strcmp(mount->mnt_type, "cgroup2") == 0)
			snprintf(path, size, "%s", mount->mnt_dir);
	endmntent(mounts);
}

int cgroup_make(char *path, size_t size)
{
	size_t length;
	int fd;

	find_cgroups(path, size);
	if (!*path)
		skip_because("there are no cgroups of version 2");
	length = strlen(path);
	snprintf(path + length, size - length, "/cbcc-test-%d", getpid());
	if (mkdir(path, 0755) != 0)
		skip_because("cannot make %s: %s", path, strerror(errno));
	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_true(fd >= 0);
	return fd;
}

static void enter(const char *directory)
{
	char path[512];
	FILE *procs;

	snprintf(path, sizeof path, "%s/cgroup.procs", directory);
	procs = fopen(path, "we");
	assert_non_null(procs);
	fprintf(procs, "%d\n", getpid());
	assert_int_equal(fclose(procs), 0);
}

void cgroup_enter(const char *path)
{
	enter(path);
}

void cgroup_remove(const char *path, int fd)
{
	char root[512];

	find_cgroups(root, sizeof root);
	enter(root);
	close(fd);
	assert_int_equal(rmdir(path), 0);
}
