/* SPDX-License-Identifier: Apache-2.0 */
#include "symbols/process_symbols.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "process/files.h"
#include "symbols/clock.h"
#include "symbols/process_identity.h"

#define SEARCH_AGAIN 10 /* milliseconds after mappings were read in vain */
#define IMAGE_MAX (1 << 20)

static void forget_maps(struct process_symbols *process)
{
	process_maps_free(&process->maps);
	free(process->files);
	process->files = NULL;
}

/* Replaces the mappings, but not by those of a process that is ending: it has none. */
static int read_maps(struct process_symbols *process)
{
	struct process_maps maps;
	struct file_symbols **files;
	int err = process_maps_read(process->pid, &maps);

	if (err || !maps.count) {
		process_maps_free(&maps);
		return err;
	}
	files = calloc(maps.count, sizeof(struct file_symbols *));
	if (!files) {
		process_maps_free(&maps);
		return -ENOMEM;
	}
	forget_maps(process);
	process->maps = maps;
	process->files = files;
	return 0;
}

static void name_perf_maps(struct process_symbols *process)
{
	pid_t pids[2] = { process_inner_pid(process->pid), process->pid };

	for (int i = 0; i < 2; i++) {
		perf_map_free(&process->perf_maps[i]);
		process->perf_maps[i] = (struct perf_map){ 0 };
		snprintf(process->perf_maps[i].path, sizeof process->perf_maps[i].path, "/tmp/perf-%d.map",
			 (int)pids[i]);
	}
}

/* All anew, as for a process that executes another program. */
static int begin(struct process_symbols *process)
{
	int err = read_maps(process);

	if (err)
		return err;
	if (process->root >= 0)
		close(process->root);
	process->root = process_has_own_root(process->pid) ? process_root_open(process->pid) : OWN_ROOT;
	process->owner = process_owner(process->pid);
	name_perf_maps(process);
	return 0;
}

struct process_symbols *process_symbols_new(pid_t pid, struct file_cache *cache)
{
	struct process_symbols *process = calloc(1, sizeof *process);
	int err = process ? 0 : -ENOMEM;

	if (!err) {
		*process = (struct process_symbols){
			.cache = cache, .pid = pid, .root = OWN_ROOT, .checked = clock_ms()
		};
		err = process_identify(pid, &process->identity) ? begin(process) : -ESRCH;
	}
	if (!err)
		return process;
	process_symbols_free(process);
	errno = -err;
	return NULL;
}

void process_symbols_free(struct process_symbols *process)
{
	if (!process)
		return;
	forget_maps(process);
	for (int i = 0; i < 2; i++)
		perf_map_free(&process->perf_maps[i]);
	if (process->root >= 0)
		close(process->root);
	free(process);
}

void process_symbols_refresh(struct process_symbols *process)
{
	process->searched = 0;
	process->checked = clock_ms();
	process->ended = !process_identify(process->pid, &process->identity);
	if (!process->ended)
		begin(process);
}

static bool is_same(const struct process_identity *a, const struct process_identity *b)
{
	return a->start_time == b->start_time && a->code == b->code && a->stack == b->stack &&
	       a->exe_device == b->exe_device && a->exe_inode == b->exe_inode;
}

static void notice_change(struct process_symbols *process, uint64_t now)
{
	struct process_identity identity;

	if (now == process->checked)
		return;
	process->checked = now;
	process->ended = !process_identify(process->pid, &identity);
	if (process->ended || is_same(&identity, &process->identity))
		return;
	process->identity = identity;
	process->searched = 0;
	begin(process);
}

/* What a process has mapped executable. */
static const struct process_map *find_map(struct process_symbols *process, uint64_t address)
{
	const struct process_map *map = process_maps_find(&process->maps, address);

	return map && map->executable ? map : NULL;
}

/* With what was mapped since. An address that is nowhere is not searched for again at once. */
static const struct process_map *find_map_now(struct process_symbols *process, uint64_t address, uint64_t now)
{
	const struct process_map *map = find_map(process, address);

	if (map || process->ended || (process->searched && now < process->searched + SEARCH_AGAIN))
		return map;
	if (read_maps(process) == 0)
		map = find_map(process, address);
	process->searched = map ? 0 : now;
	return map;
}

/* The mapped file, or once the process has ended what is at its path, if that is the same file. */
static int open_map(const struct process_symbols *process, const struct process_map *map)
{
	int fd = process_map_open(process->pid, map);
	struct stat st;

	if (fd >= 0)
		return fd;
	fd = file_open_below(process->root, map->path);
	if (fd < 0 || (fstat(fd, &st) == 0 && st.st_ino == map->inode))
		return fd;
	close(fd);
	return -ESTALE;
}

static struct file_symbols *vdso_of(struct process_symbols *process, const struct process_map *map)
{
	void *image = process_read_map(process->pid, map, IMAGE_MAX);
	struct file_symbols *file =
		file_cache_get_memory(process->cache, image, image ? map->end - map->start : 0, map->path);

	free(image);
	return file;
}

/* NULL with errno 0: no file. */
static struct file_symbols *file_of(struct process_symbols *process, const struct process_map *map)
{
	struct file_symbols **file = &process->files[map - process->maps.maps];
	int fd;

	errno = 0;
	if (*file)
		return *file;
	if (strcmp(map->path, "[vdso]") == 0) {
		*file = vdso_of(process, map);
	} else if (process_map_is_file(map)) {
		fd = open_map(process, map);
		*file = file_cache_get(process->cache, fd, map->path, process->root);
	}
	return *file;
}

static int resolve_in_file(const struct file_symbols *file, const struct process_map *map, uint64_t address,
			   struct cbcc_symbol *symbol)
{
	const struct table_symbol *found;
	uint64_t place = address - map->start + map->offset;

	symbol->module = map->path;
	symbol->offset = place;
	if (!file_symbols_address(file, place, &place))
		return -ENOENT;
	symbol->offset = place;
	found = symbol_table_find(&file->table, place);
	if (!found)
		return -ENOENT;
	symbol->name = table_symbol_name(&file->table, found);
	symbol->offset = place - found->address;
	return 0;
}

static bool find_in_perf_map(const struct perf_map *map, uint64_t address, struct cbcc_symbol *symbol)
{
	const struct table_symbol *found = symbol_table_find(&map->table, address);

	if (!found)
		return false;
	*symbol = (struct cbcc_symbol){ table_symbol_name(&map->table, found), map->path,
					address - found->address };
	return true;
}

static bool resolve_in_perf_maps(struct process_symbols *process, uint64_t address, uint64_t now,
				 struct cbcc_symbol *symbol)
{
	const int roots[2] = { process->root, OWN_ROOT };

	for (int i = 0; i < 2; i++) {
		struct perf_map *map = &process->perf_maps[i];

		if (find_in_perf_map(map, address, symbol) ||
		    (perf_map_refresh(map, roots[i], process->owner, now) &&
		     find_in_perf_map(map, address, symbol)))
			return true;
	}
	return false;
}

int process_symbols_resolve(struct process_symbols *process, uint64_t address, struct cbcc_symbol *symbol)
{
	uint64_t now = clock_ms();
	const struct process_map *map;
	struct file_symbols *file;

	notice_change(process, now);
	*symbol = (struct cbcc_symbol){ .offset = address };
	map = find_map_now(process, address, now);
	file = map ? file_of(process, map) : NULL;
	if (map && !file && errno == ENOMEM)
		return -ENOMEM;
	if (!file || resolve_in_file(file, map, address, symbol) != 0)
		resolve_in_perf_maps(process, address, now, symbol);
	return 0;
}

static bool is_called(const struct process_map *map, const char *module)
{
	const char *slash = strrchr(map->path, '/');

	return !module || !strcmp(map->path, module) || (slash && !strcmp(slash + 1, module));
}

/* Whether the mapping has the function, and where. */
static int find_in_map(struct process_symbols *process, const struct process_map *map, const char *name,
		       uint64_t *address)
{
	struct file_symbols *file = file_of(process, map);
	const struct table_symbol *symbol = file ? symbol_table_find_name(&file->table, name) : NULL;
	uint64_t offset;

	if (!symbol || !file_symbols_offset(file, symbol->address, &offset) ||
	    !process_map_address(map, offset, address))
		return file || errno != ENOMEM ? -ENOENT : -ENOMEM;
	return 0;
}

static int find_in_perf_maps(struct process_symbols *process, const char *name, uint64_t *address)
{
	struct cbcc_symbol ignored;

	resolve_in_perf_maps(process, UINT64_MAX, clock_ms(), &ignored);
	for (int i = 0; i < 2; i++) {
		const struct table_symbol *symbol =
			symbol_table_find_name(&process->perf_maps[i].table, name);

		if (symbol) {
			*address = symbol->address;
			return 0;
		}
	}
	return -ENOENT;
}

int process_symbols_find(struct process_symbols *process, const char *module, const char *name,
			 uint64_t *address)
{
	int err = -ENOENT;

	notice_change(process, clock_ms());
	if (!process->ended)
		read_maps(process);
	for (size_t i = 0; i < process->maps.count && err == -ENOENT; i++)
		if (process->maps.maps[i].executable && is_called(&process->maps.maps[i], module))
			err = find_in_map(process, &process->maps.maps[i], name, address);
	return err == -ENOENT && !module ? find_in_perf_maps(process, name, address) : err;
}

int process_symbols_load(struct process_symbols *process)
{
	for (size_t i = 0; i < process->maps.count; i++)
		if (process->maps.maps[i].executable && !file_of(process, &process->maps.maps[i]) &&
		    errno == ENOMEM)
			return -ENOMEM;
	return 0;
}
