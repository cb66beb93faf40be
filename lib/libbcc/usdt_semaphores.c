/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Semaphores that the caller raises by himself, in the memory of a context's process; he lowers them as well. What is attached by
 * the readers of a text needs none of this: the kernel counts for it.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "complain.h"
#include "libbcc.h"
#include "usdt/probes.h"

static int add(int fd, uint64_t address, int16_t value)
{
	uint16_t semaphore;

	if (pread(fd, &semaphore, sizeof semaphore, (off_t)address) != sizeof semaphore)
		return errno ? -errno : -EFAULT;
	semaphore = (uint16_t)(semaphore + value);
	if (pwrite(fd, &semaphore, sizeof semaphore, (off_t)address) != sizeof semaphore)
		return errno ? -errno : -EFAULT;
	return 0;
}

static int add_in_process(pid_t pid, uint64_t address, int16_t value)
{
	char path[32];
	int fd, err;

	snprintf(path, sizeof path, "/proc/%d/mem", (int)pid);
	fd = open(path, O_RDWR | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	errno = 0;
	err = add(fd, address, value);
	close(fd);
	return err;
}

static int add_to_probe(const struct cbcc_usdt *u, const struct cbcc_usdt_probe *probe, int16_t value)
{
	uint64_t address;

	if (!probe->semaphore)
		return 0;
	if (bcc_resolve_global_addr(u->pid, probe->bin_path, probe->semaphore, 0, &address) != 0)
		return -errno;
	return add_in_process(u->pid, address, value);
}

/* In all files that have the probe. */
static int add_to_all(const struct cbcc_usdt *u, const char *provider, const char *name, int16_t value)
{
	int err = -ENOENT;

	for (size_t i = 0; i < u->nprobes; i++) {
		const struct cbcc_usdt_probe *probe = &u->probes[i].public;

		if (strcmp(probe->name, name) != 0 || (provider && strcmp(probe->provider, provider) != 0))
			continue;
		err = add_to_probe(u, probe, value);
		if (err)
			break;
	}
	return err;
}

int bcc_usdt_addsem_fully_specified_probe(void *usdt, const char *provider_name, const char *probe_name,
					  const char *fn_name, int16_t value)
{
	const struct cbcc_usdt *u = usdt;
	int err = u && u->pid > 0 && probe_name ? add_to_all(u, provider_name, probe_name, value) : -EINVAL;

	(void)fn_name;
	return err ? failed_to(err, "adding to the semaphore of USDT probe %s", probe_name ? probe_name : "")
		   : 0;
}

int bcc_usdt_addsem_probe(void *usdt, const char *probe_name, const char *fn_name, int16_t value)
{
	return bcc_usdt_addsem_fully_specified_probe(usdt, NULL, probe_name, fn_name, value);
}
