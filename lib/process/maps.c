/* SPDX-License-Identifier: Apache-2.0 */
#include "process/maps.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define DELETED " (deleted)"

/* The kernel writes a line's end that is part of a name as "\012". */
static void unescape(char *path)
{
	char *to = path;

	for (const char *from = path; *from; to++) {
		bool escaped = strncmp(from, "\\012", 4) == 0;

		*to = escaped ? '\n' : *from;
		from += escaped ? 4 : 1;
	}
	*to = '\0';
}

static bool strip_deleted(char *path)
{
	size_t length = strlen(path), suffix = strlen(DELETED);

	if (*path != '/' || length <= suffix || strcmp(path + length - suffix, DELETED) != 0)
		return false;
	path[length - suffix] = '\0';
	return true;
}

/* "START-END rwxp OFFSET MAJOR:MINOR INODE    PATH" */
static int parse_line(char *line, struct process_map *map)
{
	char permissions[5];
	int path = 0;

	line[strcspn(line, "\n")] = '\0';
	if (sscanf(line, "%" SCNx64 "-%" SCNx64 " %4s %" SCNx64 " %" SCNx32 ":%" SCNx32 " %" SCNu64 " %n",
		   &map->start, &map->end, permissions, &map->offset, &map->major, &map->minor, &map->inode,
		   &path) != 7 ||
	    strlen(permissions) != 4 || map->end < map->start)
		return -EBADMSG;
	map->readable = permissions[0] == 'r';
	map->writable = permissions[1] == 'w';
	map->executable = permissions[2] == 'x';
	map->shared = permissions[3] == 's';
	map->path = strdup(path ? line + path : "");
	if (!map->path)
		return -ENOMEM;
	map->deleted = strip_deleted(map->path);
	unescape(map->path);
	return 0;
}

static struct process_map *add(struct process_maps *maps, size_t *room)
{
	if (maps->count == *room) {
		size_t more = *room ? *room * 2 : 64;
		struct process_map *grown = reallocarray(maps->maps, more, sizeof *grown);

		if (!grown)
			return NULL;
		maps->maps = grown;
		*room = more;
	}
	maps->maps[maps->count] = (struct process_map){ 0 };
	return &maps->maps[maps->count];
}

static int parse(FILE *file, struct process_maps *maps, char **line)
{
	size_t size = 0, room = 0;

	while (getline(line, &size, file) > 0) {
		struct process_map *map = add(maps, &room);
		int err = map ? parse_line(*line, map) : -ENOMEM;

		if (err)
			return err;
		maps->count++;
	}
	return ferror(file) ? -EIO : 0;
}

int process_maps_parse(FILE *file, struct process_maps *maps)
{
	char *line = NULL;
	int err;

	*maps = (struct process_maps){ 0 };
	err = parse(file, maps, &line);
	free(line);
	if (err)
		process_maps_free(maps);
	return err;
}

int process_maps_read(pid_t pid, struct process_maps *maps)
{
	char path[64];
	FILE *file;
	int err;

	*maps = (struct process_maps){ 0 };
	snprintf(path, sizeof path, "/proc/%d/maps", (int)pid);
	file = fopen(path, "re");
	if (!file)
		return -errno;
	err = process_maps_parse(file, maps);
	fclose(file);
	return err;
}

void process_maps_free(struct process_maps *maps)
{
	for (size_t i = 0; i < maps->count; i++)
		free(maps->maps[i].path);
	free(maps->maps);
	*maps = (struct process_maps){ 0 };
}

static int compare(const void *key, const void *element)
{
	uint64_t address = *(const uint64_t *)key;
	const struct process_map *map = element;

	return address < map->start ? -1 : address >= map->end;
}

const struct process_map *process_maps_find(const struct process_maps *maps, uint64_t address)
{
	if (!maps->count)
		return NULL;
	return bsearch(&address, maps->maps, maps->count, sizeof *maps->maps, compare);
}

bool process_map_is_file(const struct process_map *map)
{
	static const char *const others[] = { "//anon", "/dev/", "/anon_hugepage", "/SYSV" };

	if (*map->path != '/' || !map->inode)
		return false;
	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		if (strncmp(map->path, others[i], strlen(others[i])) == 0 &&
		    strncmp(map->path, "/dev/shm/", 9) != 0)
			return false;
	return true;
}

bool process_map_address(const struct process_map *map, uint64_t offset, uint64_t *address)
{
	if (offset < map->offset || offset - map->offset >= map->end - map->start)
		return false;
	*address = map->start + (offset - map->offset);
	return true;
}
