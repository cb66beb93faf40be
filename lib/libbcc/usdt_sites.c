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

/* The places that contexts have enabled: *places, allocated. */
static int list_places(struct cbcc_usdt *const *contexts, size_t count, struct known_place **places, size_t *n)
{
	struct usdt_sites sites;
	int err = usdt_sites_list(contexts, count, &sites);

	if (err)
		return err;
	*places = calloc(sites.count + 1, sizeof **places);
	*n = 0;
	for (size_t i = 0; *places && i < sites.count; i++)
		*n += describe(&sites.sites[i], &(*places)[*n]);
	usdt_sites_free(&sites);
	return *places ? 0 : error_set(-ENOMEM, "cannot remember USDT probes");
}

int usdt_places_remember(struct cbcc_usdt *const *contexts, size_t count)
{
	struct known_place *places;
	size_t n;
	int err = list_places(contexts, count, &places, &n);

	if (err)
		return err;
	pthread_mutex_lock(&known.lock);
	free(known.places);
	known.places = places;
	known.count = n;
	pthread_mutex_unlock(&known.lock);
	return 0;
}

static bool is_known(const struct known_place *place)
{
	for (size_t i = 0; i < known.count; i++) {
		const struct known_place *at = &known.places[i];

		if (at->device == place->device && at->inode == place->inode && at->offset == place->offset &&
		    strcmp(at->function, place->function) == 0)
			return true;
	}
	return false;
}

int usdt_places_add(struct cbcc_usdt *context)
{
	struct known_place *places, *all;
	size_t n;
	int err = list_places(&context, 1, &places, &n);

	if (err)
		return err;
	pthread_mutex_lock(&known.lock);
	all = reallocarray(known.places, known.count + n + 1, sizeof *all);
	if (all)
		known.places = all;
	else
		err = error_set(-ENOMEM, "cannot remember USDT probes");
	for (size_t i = 0; all && i < n; i++) {
		places[i].place.cookie = 0; /* whose readers nobody asked for */
		if (!is_known(&places[i]))
			all[known.count++] = places[i];
	}
	pthread_mutex_unlock(&known.lock);
	free(places);
	return err;
}

static void read_name(int progfd, char name[BPF_OBJ_NAME_LEN])
{
	struct bpf_prog_info info = { 0 };
	__u32 size = sizeof info;

	name[0] = '\0';
	if (bpf_obj_get_info_by_fd(progfd, &info, &size) == 0)
		memcpy(name, info.name, BPF_OBJ_NAME_LEN);
}

static bool any_known(void)
{
	bool any;

	pthread_mutex_lock(&known.lock);
	any = known.count;
	pthread_mutex_unlock(&known.lock);
	return any;
}

void usdt_place_find(const char *path, uint64_t offset, int progfd, struct usdt_place *place)
{
	char function[BPF_OBJ_NAME_LEN];
	struct stat status;
	bool found = false;

	if (!any_known() || stat(path, &status) != 0)
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
