/* SPDX-License-Identifier: Apache-2.0 */
#include "process/binary.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/whole_file.h"
#include "elf/debug_file.h"
#include "process/files.h"
#include "process/ld_cache.h"
#include "process/maps.h"
#include "process/zip.h"

#define CACHE_MAX (64u << 20)

/* Where libraries are on systems whose dynamic linker has no cache. */
static const char *const library_folders[] = { "/lib", "/usr/lib", "/usr/local/lib", "/lib64", "/usr/lib64" };

static int put(char *path, size_t size, const char *found)
{
	return snprintf(path, size, "%s", found) < (int)size ? 0 : -ENAMETOOLONG;
}

/* "libNAME" of a short name; one that is whole, as in sections, stays. */
static bool library_name(const char *name, char file[NAME_MAX + 1])
{
	bool whole = strncmp(name, "lib", 3) == 0 && strstr(name, ".so");

	return snprintf(file, NAME_MAX + 1, "%s%s", whole ? "" : "lib", name) <= NAME_MAX;
}

/* ".../libNAME.so.6", ".../libNAME-2.31.so" */
static bool is_library(const char *path, const char *file)
{
	const char *slash = strrchr(path, '/');
	size_t length = strlen(file);

	return slash && strncmp(slash + 1, file, length) == 0 &&
	       (!slash[1 + length] || strchr(".-", slash[1 + length]));
}

static const struct process_map *find_mapped(const struct process_maps *maps, const char *name)
{
	char file[NAME_MAX + 1];

	for (size_t i = 0; library_name(name, file) && i < maps->count; i++)
		if (process_map_is_file(&maps->maps[i]) && is_library(maps->maps[i].path, file))
			return &maps->maps[i];
	return NULL;
}

static int find_cached(const char *soname, int root, char *path, size_t size)
{
	int fd = file_open_below(root, "/etc/ld.so.cache"), err = -ENOENT;
	size_t content_size;
	void *content;

	if (fd < 0)
		return err;
	if (whole_file_pread(fd, CACHE_MAX, &content, &content_size) == 0) {
		if (ld_cache_find(content, content_size, soname, path, size))
			err = 0;
		free(content);
	}
	close(fd);
	return err;
}

static int find_in_folders(const char *soname, int root, char *path, size_t size)
{
	for (size_t i = 0; i < sizeof library_folders / sizeof *library_folders; i++) {
		int fd;

		if (snprintf(path, size, "%s/%s", library_folders[i], soname) >= (int)size)
			return -ENAMETOOLONG;
		fd = file_open_below(root, path);
		if (fd >= 0) {
			close(fd);
			return 0;
		}
	}
	return -ENOENT;
}

static int find_installed(const char *name, int root, char *path, size_t size)
{
	char file[NAME_MAX + 1], soname[NAME_MAX + 4];
	int err;

	if (!library_name(name, file))
		return -ENOENT;
	snprintf(soname, sizeof soname, "%s%s", file, strstr(file, ".so") ? "" : ".so");
	err = find_cached(soname, root, path, size);
	return err ? find_in_folders(soname, root, path, size) : 0;
}

int library_find(const char *name, pid_t pid, char *path, size_t size)
{
	const struct process_map *map;
	struct process_maps maps;
	int err;

	if (strchr(name, '/'))
		return put(path, size, name);
	if (!pid)
		return find_installed(name, OWN_ROOT, path, size);
	err = process_maps_read(pid, &maps);
	if (err)
		return err;
	map = find_mapped(&maps, name);
	err = map ? put(path, size, map->path) : -ENOENT;
	process_maps_free(&maps);
	return err;
}

int program_find(const char *name, char *path, size_t size)
{
	const char *folders = getenv("PATH");

	if (strchr(name, '/'))
		return access(name, X_OK) == 0 ? put(path, size, name) : -ENOENT;
	for (size_t length; folders && *name; folders = folders[length] ? folders + length + 1 : NULL) {
		int fd;

		length = strcspn(folders, ":");
		if (snprintf(path, size, "%.*s/%s", length ? (int)length : 1, length ? folders : ".", name) >=
		    (int)size)
			continue;
		fd = access(path, X_OK) == 0 ? file_open_below(OWN_ROOT, path) : -1;
		if (fd >= 0) {
			close(fd);
			return 0;
		}
	}
	return -ENOENT;
}

/* Paths in /proc lead to where they lead, whoever looks. */
static bool is_own_path(const char *path)
{
	return strncmp(path, "/proc/", 6) == 0;
}

static int open_path(struct binary *binary, pid_t pid, const char *path)
{
	int err = put(binary->path, sizeof binary->path, path);

	if (err)
		return err;
	if (pid && !is_own_path(path)) {
		binary->root = process_root_open(pid);
		if (binary->root < 0)
			return binary->root;
	}
	return file_open_below(binary->root, path);
}

/* What the process has mapped is what runs, whatever is at the path by now. */
static int open_mapped(struct binary *binary, pid_t pid, const char *name)
{
	const struct process_map *map = NULL;
	struct process_maps maps;
	int fd = process_maps_read(pid, &maps);

	if (fd)
		return fd;
	if (*name != '/')
		map = find_mapped(&maps, name);
	for (size_t i = 0; *name == '/' && i < maps.count && !map; i++)
		if (process_map_is_file(&maps.maps[i]) && strcmp(maps.maps[i].path, name) == 0)
			map = &maps.maps[i];
	fd = map ? process_map_open(pid, map) : -ENOENT;
	if (fd >= 0) {
		put(binary->path, sizeof binary->path, map->path);
		binary->root = process_root_open(pid);
		if (binary->root < 0)
			binary->root = OWN_ROOT;
	}
	process_maps_free(&maps);
	return fd;
}

static int open_found(struct binary *binary, const char *name, pid_t pid)
{
	char path[PATH_MAX];
	int fd = pid && !is_own_path(name) ? open_mapped(binary, pid, name) : -ENOENT;
	int root = OWN_ROOT, err;

	if (fd >= 0 || (pid && fd != -ENOENT))
		return fd;
	if (strchr(name, '/'))
		return open_path(binary, pid, name);
	if (pid)
		root = process_root_open(pid);
	err = pid && root < 0 ? root : find_installed(name, root, path, sizeof path);
	if (root != OWN_ROOT && root >= 0)
		close(root);
	if (err == -ENOENT)
		err = program_find(name, path, sizeof path);
	return err ? err : open_path(binary, pid, path);
}

/* The real path of one's own files: debug files are looked for beside it. */
static int open_elf(struct binary *binary, int fd)
{
	char path[PATH_MAX];

	if (binary->root == OWN_ROOT && file_path(fd, path, sizeof path))
		put(binary->path, sizeof binary->path, path);
	return elf_file_open_fd(fd, &binary->file);
}

static int finish(struct binary *binary, int fd, const char *name, pid_t pid)
{
	int err = fd < 0 ? fd : open_elf(binary, fd);

	if (!err)
		return 0;
	binary_close(binary);
	if (err == -ENOENT && !strchr(name, '/'))
		return error_say(err, "there is no library or program '%s'", name);
	if (err == -ENOEXEC || err == -EBADMSG)
		return error_say(err, "%s is %s ELF file", name, err == -ENOEXEC ? "no" : "a damaged");
	if (pid)
		return error_set(err, "cannot open %s of process %d", name, (int)pid);
	return error_set(err, "cannot open %s", name);
}

/* The bytes of a file within an archive, as a file in memory. */
static int read_within(struct binary *binary, const char *name)
{
	uint64_t size;
	void *image;
	int err = zip_find(binary->archive, name, &binary->base, &size);

	if (err)
		return err;
	if (size > ELF_SECTION_MAX)
		return -EFBIG;
	image = malloc(size ? size : 1);
	if (!image)
		return -ENOMEM;
	if (pread(binary->archive, image, size, (off_t)binary->base) == (ssize_t)size)
		err = elf_file_open_memory(image, size, &binary->file);
	else
		err = -EBADMSG;
	free(image);
	return err;
}

static int open_archive(struct binary *binary, const char *name, const char *within, pid_t pid)
{
	char *archive = strndup(name, (size_t)(within - name));
	int err = archive ? 0 : -ENOMEM;

	if (archive)
		binary->archive = open_found(binary, archive, pid);
	if (binary->archive < 0 && !err)
		err = binary->archive;
	if (!err)
		err = read_within(binary, within + 2);
	if (!err)
		err = put(binary->path, sizeof binary->path, name);
	free(archive);
	if (!err)
		return 0;
	binary_close(binary);
	if (err == -EOPNOTSUPP)
		return error_say(err, "%s is compressed: it cannot be what a process runs", name);
	return error_set(err, "cannot open %s", name);
}

int binary_open(struct binary *binary, const char *name, pid_t pid)
{
	const char *within = strstr(name, "!/");

	*binary = (struct binary){ .root = OWN_ROOT, .archive = -1 };
	if (within)
		return open_archive(binary, name, within, pid);
	return finish(binary, open_found(binary, name, pid), name, pid);
}

void binary_close(struct binary *binary)
{
	elf_file_close(binary->debug);
	elf_file_close(binary->file);
	if (binary->root >= 0)
		close(binary->root);
	if (binary->archive >= 0)
		close(binary->archive);
	binary->debug = binary->file = NULL;
	binary->root = OWN_ROOT;
	binary->archive = -1;
}

int binary_load_debug(struct binary *binary)
{
	int err;

	if (binary->debug_tried)
		return 0;
	binary->debug_tried = true;
	if (elf_has_symtab(binary->file))
		return 0;
	err = debug_file_open(binary->file, binary->path, binary->root, &binary->debug);
	return err == -ENOMEM ? err : 0;
}

int binary_fd(const struct binary *binary)
{
	return binary->archive >= 0 ? binary->archive : binary->file->fd;
}

void binary_kernel_path(const struct binary *binary, char path[32])
{
	snprintf(path, 32, "/proc/self/fd/%d", binary_fd(binary));
}
