/* SPDX-License-Identifier: Apache-2.0 */
/* Giving back the memory that compiling took. */
#include <malloc.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "libbcc.h"
#include "process/maps.h"

/* The compiler's code, which nobody writes to: what is still needed of it is read from its file again. */
static bool is_compiler(const struct process_map *map)
{
	const char *name = strrchr(map->path, '/');

	return name && strncmp(name + 1, "libcbcc", strlen("libcbcc")) == 0 && map->executable &&
	       !map->writable && process_map_is_file(map);
}

int bcc_free_memory(void)
{
	struct process_maps maps;
	int err = process_maps_read(getpid(), &maps);

	malloc_trim(0);
	if (err)
		return err;
	for (size_t i = 0; i < maps.count; i++) {
		const struct process_map *map = &maps.maps[i];

		if (is_compiler(map))
			madvise((void *)(uintptr_t)map->start, map->end - map->start, MADV_DONTNEED);
	}
	process_maps_free(&maps);
	return 0;
}
