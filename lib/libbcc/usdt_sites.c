/* SPDX-License-Identifier: Apache-2.0 */
#include "usdt_sites.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/error.h"
#include "links/uprobe.h"
#include "usdt/readers.h"

struct known_place {
	dev_t device;
	ino_t inode;
	uint64_t offset;
	char function[BPF_OBJ_NAME_LEN]; /* as the kernel knows it, cut off */
	struct usdt_place place;
};

static struct {
	pthread_mutex_t lock;
	struct known_place *places;
	size_t count;
} known = { .lock = PTHREAD_MUTEX_INITIALIZER };

static bool describe(const struct usdt_site *site, struct known_place *place)
{
	const struct usdt_binary *binary = site->probe->binary;

	*place = (struct known_place){
		.device = binary->device,
		.inode = binary->inode,
		.place = { site->probe->public.semaphore_offset, site->cookie },
	};
	strncpy(place->function, site->probe->fn_name, sizeof place->function - 1);
	return uprobe_offset(&binary->binary, site->location->address, &place->offset) == 0;
}

static void replace(struct known_place *places, size_t count)
{
	pthread_mutex_lock(&known.lock);
	free(known.places);
	known.places = places;
	known.count = count;
	pthread_mutex_unlock(&known.lock);
}

int usdt_places_remember(struct cbcc_usdt *const *contexts, size_t count)
{
	struct usdt_sites sites;
	struct known_place *places;
	size_t n = 0;
	int err = usdt_sites_list(contexts, count, &sites);

	if (err)
		return err;
	places = calloc(sites.count + 1, sizeof *places);
	for (size_t i = 0; places && i < sites.count; i++)
		n += describe(&sites.sites[i], &places[n]);
	usdt_sites_free(&sites);
	if (!places)
		return error_set(-ENOMEM, "cannot remember USDT probes");
	replace(places, n);
	return 0;
}

static void read_name(int progfd, char name[BPF_OBJ_NAME_LEN])
{
	struct bpf_prog_info info = { 0 };
	__u32 size = sizeof info;

	name[0] = '\0';
	if (bpf_obj_get_info_by_fd(progfd, &info, &size) == 0)
		memcpy(name, info.name, BPF_OBJ_NAME_LEN);
}

void usdt_place_find(const char *path, uint64_t offset, int progfd, struct usdt_place *place)
{
	char function[BPF_OBJ_NAME_LEN];
	struct stat status;
	bool found = false;

	if (!known.count || stat(path, &status) != 0)
		return;
	read_name(progfd, function);
	pthread_mutex_lock(&known.lock);
	for (size_t i = 0; i < known.count; i++) {
		const struct known_place *at = &known.places[i];

		if (at->device != status.st_dev || at->inode != status.st_ino || at->offset != offset)
			continue;
		if (!found || strcmp(at->function, function) == 0)
			*place = at->place;
		found = true;
	}
	pthread_mutex_unlock(&known.lock);
}
