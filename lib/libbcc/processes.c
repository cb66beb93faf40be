/* SPDX-License-Identifier: Apache-2.0 */
/* What processes have mapped, and the kernel's symbols, for programs in C that ask BCC's library. */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "complain.h"
#include "kernel/kallsyms.h"
#include "libbcc.h"
#include "process/binary.h"
#include "process/maps.h"

int bcc_mapping_is_file_backed(const char *mapname)
{
	const struct process_map map = { .path = (char *)(mapname ? mapname : ""), .inode = 1 };

	return process_map_is_file(&map);
}

int bcc_procutils_each_module(int pid, bcc_procutils_modulecb callback, void *payload)
{
	struct process_maps maps;
	int err = callback ? process_maps_read(pid, &maps) : -EINVAL;

	if (err)
		return failed(err);
	for (size_t i = 0; i < maps.count; i++) {
		const struct process_map *map = &maps.maps[i];
		struct mod_info module = {
			.name = map->path,
			.start_addr = map->start,
			.end_addr = map->end,
			.file_offset = map->offset,
			.dev_major = map->major,
			.dev_minor = map->minor,
			.inode = map->inode,
		};

		if (map->executable && process_map_is_file(map) && callback(&module, 1, payload) < 0)
			break;
	}
	process_maps_free(&maps);
	return 0;
}

int bcc_procutils_each_ksym(bcc_procutils_ksymcb callback, void *payload)
{
	struct kallsyms symbols;
	struct kallsym symbol;
	int err = callback ? kallsyms_open(&symbols) : -EINVAL;

	if (err)
		return failed(err);
	while (kallsyms_next(&symbols, &symbol))
		if (!strchr("bBdDrR", symbol.type))
			callback(symbol.name, *symbol.module ? symbol.module : "kernel", symbol.address,
				 payload);
	err = ferror(symbols.file) ? -EIO : 0;
	kallsyms_close(&symbols);
	return err ? failed(err) : 0;
}

/* Where a process has mapped what stands in a file at an offset. */
static int find_mapped(const struct process_maps *maps, const struct binary *binary, bool inode_only,
		       uint64_t offset, uint64_t *address)
{
	struct stat status;

	if (fstat(binary_fd(binary), &status) != 0)
		return -errno;
	for (size_t i = 0; i < maps->count; i++) {
		const struct process_map *map = &maps->maps[i];

		if (map->inode == status.st_ino && (inode_only || strcmp(map->path, binary->path) == 0) &&
		    process_map_address(map, offset, address))
			return 0;
	}
	return -ENOENT;
}

static int global_address(const struct binary *binary, int pid, bool inode_only, uint64_t address,
			  uint64_t *global)
{
	struct process_maps maps;
	uint64_t offset;
	int err;

	if (!elf_address_to_offset(binary->file, address, &offset))
		return -ENOENT;
	err = process_maps_read(pid, &maps);
	if (err)
		return err;
	err = find_mapped(&maps, binary, inode_only, offset + binary->base, global);
	process_maps_free(&maps);
	return err;
}

int bcc_resolve_global_addr(int pid, const char *module, const uint64_t address, uint8_t inode_match_only,
			    uint64_t *global)
{
	struct binary binary;
	int err = module && global && pid > 0 ? binary_open(&binary, module, pid) : -EINVAL;

	if (err)
		return failed(err);
	err = global_address(&binary, pid, inode_match_only, address, global);
	binary_close(&binary);
	return err ? failed(err) : 0;
}
