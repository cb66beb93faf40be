/* SPDX-License-Identifier: Apache-2.0 */
#include "loader/maps.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <limits.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/error.h"
#include "loader/libbpf_log.h"
#include "loader/map_support.h"
#include "loader/public_maps.h"

/* An existing map in the place of one that would be made. Takes the descriptor. */
static int use(struct bpf_map *map, int fd)
{
	int err = bpf_map__reuse_fd(map, fd);

	close(fd);
	return err ? error_set(err, "cannot use the existing map %s", bpf_map__name(map)) : 0;
}

/* Only a BPF file system can hold a map. The directory of a path is made by whoever pins there. */
static int check_directory(const char *path)
{
	char directory[PATH_MAX];
	const char *slash = strrchr(path, '/');
	struct statfs fs;

	if (!slash || slash == path || slash - path >= PATH_MAX)
		return error_say(-EINVAL, "cannot pin a map at '%s': not below a BPF file system", path);
	snprintf(directory, sizeof directory, "%.*s", (int)(slash - path), path);
	if (statfs(directory, &fs) != 0 || (unsigned long)fs.f_type == BPF_FS_MAGIC)
		return 0;
	return error_say(-EINVAL,
			 "cannot pin a map at %s: %s is not a BPF file system (mount -t bpf bpf /sys/fs/bpf)",
			 path, directory);
}

/* What is pinned there is used as it is, whatever its sizes; else the map is made and pinned. */
static int prepare_pinned(struct bpf_map *map, const char *path)
{
	int fd = bpf_obj_get(path);
	int err;

	if (fd >= 0)
		return use(map, fd);
	if (errno != ENOENT)
		return error_set(-errno, "cannot open the map pinned at %s", path);
	err = check_directory(path);
	if (err)
		return err;
	err = bpf_map__set_pin_path(map, path);
	return err ? error_set(err, "cannot pin the map %s at %s", bpf_map__name(map), path) : 0;
}

static bool agrees(const struct bpf_map *map, int fd)
{
	struct bpf_map_info info = { 0 };
	__u32 size = sizeof info;

	return bpf_obj_get_info_by_fd(fd, &info, &size) == 0 && info.type == bpf_map__type(map) &&
	       info.key_size == bpf_map__key_size(map) && info.value_size == bpf_map__value_size(map) &&
	       info.max_entries == bpf_map__max_entries(map) && info.map_flags == bpf_map__map_flags(map);
}

/* Pinned as libbpf does it, by name: what is there must be alike. */
static int prepare_pinned_by_name(const struct bpf_map *map, const char *path)
{
	int fd = bpf_obj_get(path);
	bool alike = fd < 0 || agrees(map, fd);

	if (fd < 0)
		return errno == ENOENT ? check_directory(path)
				       : error_set(-errno, "cannot open the map pinned at %s", path);
	close(fd);
	return alike ? 0
		     : error_say(-EINVAL,
				 "the map pinned at %s is another one than %s: it has another type, "
				 "other sizes or flags",
				 path, bpf_map__name(map));
}

static int prepare_extern(struct bpf_map *map)
{
	int fd = public_maps_open(bpf_map__name(map));

	return fd < 0 ? error_set(fd, "no program of this process has a public map '%s'", bpf_map__name(map))
		      : use(map, fd);
}

static int prepare(struct bpf_map *map, const struct compiled_map *compiled)
{
	if (compiled->sharing == MAP_EXTERN)
		return prepare_extern(map);
	if (bpf_map__pin_path(map))
		return prepare_pinned_by_name(map, bpf_map__pin_path(map));
	return compiled->path ? prepare_pinned(map, compiled->path) : 0;
}

static int publish(struct cbcc *b, const struct compiled_map *compiled)
{
	const struct bpf_map *map = maps_find(b, compiled->name);

	return compiled->sharing == MAP_PUBLIC ? public_maps_add(b, compiled->name, bpf_map__fd(map)) : 0;
}

/* Whether the kernel refuses a map that has no relation to others. */
static bool is_refused(const struct bpf_map *map, int err)
{
	LIBBPF_OPTS(bpf_map_create_opts, opts, .map_flags = bpf_map__map_flags(map));
	/* libbpf gives it one for each processor. */
	uint32_t entries =
		bpf_map__type(map) == BPF_MAP_TYPE_PERF_EVENT_ARRAY ? 1 : bpf_map__max_entries(map);
	int fd = bpf_map_create(bpf_map__type(map), NULL, bpf_map__key_size(map), bpf_map__value_size(map),
				entries, &opts);

	if (fd < 0)
		return errno == -err;
	close(fd);
	return false;
}

static int forbidden(void)
{
	error_set(-EPERM, "cannot make the maps");
	error_details(geteuid() == 0 ? "this process is root, but its capabilities (CAP_BPF) are taken away"
				     : "making maps takes CAP_BPF: run it as root");
	return -EPERM;
}

/* libbpf does not say which map could not be made: those that can be are tried again. */
static int explain(const struct bpf_object *object, int err)
{
	struct bpf_map *map;

	if (err == -EPERM)
		return forbidden();
	bpf_object__for_each_map(map, object)
	{
		int unsupported = err == -EINVAL ? map_support_explain(map) : 0;

		if (unsupported)
			return unsupported;
		if (bpf_map__type(map) > BPF_MAP_TYPE_LPM_TRIE || !is_refused(map, err))
			continue;
		return error_set(err, "cannot make the map %s: %u entries, keys of %u bytes, values of %u",
				 bpf_map__name(map), bpf_map__max_entries(map), bpf_map__key_size(map),
				 bpf_map__value_size(map));
	}
	return error_set(err, "cannot make the maps");
}

struct bpf_map *maps_find(const struct cbcc *b, const char *name)
{
	for (size_t i = 0; b->text_maps && i < b->unit.nmaps; i++)
		if (strcmp(b->unit.maps[i].name, name) == 0)
			return b->text_maps[i];
	return b->maps ? bpf_object__find_map_by_name(b->maps, name) : NULL;
}

/* Before any of them gets another name. */
static int find_text_maps(struct cbcc *b)
{
	b->text_maps = calloc(b->unit.nmaps, sizeof *b->text_maps);
	if (!b->text_maps)
		return error_set(-ENOMEM, "cannot make the maps");
	for (size_t i = 0; i < b->unit.nmaps; i++) {
		b->text_maps[i] = bpf_object__find_map_by_name(b->maps, b->unit.maps[i].name);
		if (!b->text_maps[i])
			return error_say(-ENOENT, "the object has no map '%s'", b->unit.maps[i].name);
	}
	return 0;
}

static int load(struct cbcc *b)
{
	struct bpf_program *program;
	int err = find_text_maps(b);

	bpf_object__for_each_program(program, b->maps)
	{
		bpf_program__set_autoload(program, false);
	}
	for (size_t i = 0; i < b->unit.nmaps && !err; i++)
		err = prepare(b->text_maps[i], &b->unit.maps[i]);
	if (err)
		return err;
	err = bpf_object__load(b->maps);
	if (err)
		return explain(b->maps, err);
	for (size_t i = 0; i < b->unit.nmaps && !err; i++)
		err = publish(b, &b->unit.maps[i]);
	return err;
}

static int create(struct cbcc *b)
{
	LIBBPF_OPTS(bpf_object_open_opts, opts, .object_name = "cbcc");
	int err;

	b->maps = bpf_object__open_mem(b->unit.object, b->unit.object_size, &opts);
	if (!b->maps)
		return error_set(-errno, "cannot read the compiled object");
	err = load(b);
	if (err)
		maps_free(b);
	return err;
}

int maps_create(struct cbcc *b)
{
	int err;

	if (b->maps || !b->unit.nmaps)
		return 0;
	libbpf_log_begin(&b->log, b->debug & CBCC_DEBUG_BTF);
	err = create(b);
	libbpf_log_end();
	return error_about(CBCC_ERROR_LOAD, err);
}

int maps_create_if_awaited(struct cbcc *b)
{
	for (size_t i = 0; i < b->unit.nmaps; i++)
		if (b->unit.maps[i].sharing != MAP_OWN || b->unit.maps[i].path)
			return maps_create(b);
	return 0;
}

void maps_free(struct cbcc *b)
{
	public_maps_remove(b);
	bpf_object__close(b->maps);
	b->maps = NULL;
	free(b->text_maps);
	b->text_maps = NULL;
}
