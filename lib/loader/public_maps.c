/* SPDX-License-Identifier: Apache-2.0 */
#include "loader/public_maps.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct public_map {
	struct public_map *next;
	const void *owner;
	char *name;
	int fd; /* the owner's, who removes the entry before closing it */
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct public_map *maps; /* the first of a name comes first */

static struct public_map *create(const void *owner, const char *name, int fd)
{
	struct public_map *map = calloc(1, sizeof *map);

	if (!map)
		return NULL;
	*map = (struct public_map){ .owner = owner, .name = strdup(name), .fd = fd };
	if (map->name)
		return map;
	free(map);
	return NULL;
}

int public_maps_add(const void *owner, const char *name, int fd)
{
	struct public_map *map = create(owner, name, fd);
	struct public_map **end;

	if (!map)
		return -ENOMEM;
	pthread_mutex_lock(&lock);
	for (end = &maps; *end;)
		end = &(*end)->next;
	*end = map;
	pthread_mutex_unlock(&lock);
	return 0;
}

int public_maps_open(const char *name)
{
	int fd = -ENOENT;

	pthread_mutex_lock(&lock);
	for (const struct public_map *map = maps; map && fd == -ENOENT; map = map->next)
		if (strcmp(map->name, name) == 0) {
			fd = fcntl(map->fd, F_DUPFD_CLOEXEC, 3);
			fd = fd < 0 ? -errno : fd;
		}
	pthread_mutex_unlock(&lock);
	return fd;
}

void public_maps_remove(const void *owner)
{
	struct public_map **at = &maps;

	pthread_mutex_lock(&lock);
	while (*at) {
		struct public_map *map = *at;

		if (map->owner != owner) {
			at = &map->next;
			continue;
		}
		*at = map->next;
		free(map->name);
		free(map);
	}
	pthread_mutex_unlock(&lock);
}
