/* SPDX-License-Identifier: Apache-2.0 */
/* What ELF files have, for programs in C that ask BCC's library. What is no ELF file is -1, without a word. */
#include <bpf/bpf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "complain.h"
#include "elf/elf_notes.h"
#include "elf/elf_symbols.h"
#include "libbcc.h"
#include "process/binary.h"
#include "process/maps.h"
#include "usdt/notes.h"

/* A callback for symbols, as one of elf_symbols_for_each(). */
struct symbol_callback {
	bcc_elf_symcb fn;
	void *payload;
	uint32_t types; /* bits by STT_... */
};

#define STOPPED 1

static int call_for_symbol(void *ctx, const struct elf_symbol *symbol)
{
	const struct symbol_callback *callback = ctx;

	if (!symbol->address || !(callback->types & 1u << symbol->type))
		return 0;
	return callback->fn(symbol->name, symbol->address, symbol->size, callback->payload) < 0 ? STOPPED : 0;
}

static int for_each_symbol(struct binary *binary, bool debug, struct symbol_callback *callback)
{
	int result = debug ? binary_load_debug(binary) : 0;

	if (!result && debug && binary->debug)
		result = elf_symbols_for_each(binary->debug, call_for_symbol, callback);
	return result ? result : elf_symbols_for_each(binary->file, call_for_symbol, callback);
}

int bcc_elf_foreach_sym(const char *path, bcc_elf_symcb callback, void *ptr, void *payload)
{
	const struct bcc_symbol_option *option = ptr;
	struct symbol_callback symbols = {
		.fn = callback,
		.payload = payload,
		.types = option ? option->use_symbol_type : BCC_SYM_ALL_TYPES,
	};
	struct binary binary;
	int result = path && callback ? binary_open(&binary, path, 0) : -EINVAL;

	if (result)
		return failed(result);
	result = for_each_symbol(&binary, !option || option->use_debug_file, &symbols);
	binary_close(&binary);
	return result < 0 ? failed(result) : 0;
}

/* This process's own. */
static int open_vdso(struct elf_file **file)
{
	struct process_maps maps;
	int err = process_maps_read(getpid(), &maps);

	if (err)
		return err;
	err = -ENOENT;
	for (size_t i = 0; i < maps.count && err == -ENOENT; i++)
		if (bcc_elf_is_vdso(maps.maps[i].path))
			err = elf_file_open_memory((const void *)(uintptr_t)maps.maps[i].start,
						   (size_t)(maps.maps[i].end - maps.maps[i].start), file);
	process_maps_free(&maps);
	return err;
}

int bcc_elf_foreach_vdso_sym(bcc_elf_symcb callback, void *payload)
{
	struct symbol_callback symbols = { callback, payload, 1u << STT_FUNC | 1u << STT_GNU_IFUNC };
	struct elf_file *file;
	int result = callback ? open_vdso(&file) : -EINVAL;

	if (result)
		return failed(result);
	result = elf_symbols_for_each(file, call_for_symbol, &symbols);
	elf_file_close(file);
	return result < 0 ? failed(result) : 0;
}

int bcc_elf_is_vdso(const char *name)
{
	return name && strcmp(name, "[vdso]") == 0;
}

struct probe_callback {
	bcc_elf_probecb fn;
	void *payload;
	const char *path;
	const struct elf_file *file;
	uint64_t base;
};

static int call_for_probe(void *ctx, const struct usdt_note *note)
{
	const struct probe_callback *callback = ctx;
	struct bcc_elf_usdt probe = {
		.pc = note->address,
		.base_addr = callback->base,
		.semaphore = note->semaphore,
		.provider = note->provider,
		.name = note->name,
		.arg_fmt = note->arguments,
	};

	if (probe.semaphore)
		elf_address_to_offset(callback->file, probe.semaphore, &probe.semaphore_offset);
	callback->fn(callback->path, &probe, callback->payload);
	return 0;
}

int bcc_elf_foreach_usdt(const char *path, bcc_elf_probecb fn, void *payload)
{
	struct probe_callback callback = { .fn = fn, .payload = payload, .path = path };
	struct elf_file *file;
	GElf_Shdr header;
	int err = path && fn ? elf_file_open(path, &file) : -EINVAL;

	if (err)
		return failed(err);
	callback.file = file;
	if (elf_section_find(file, ".stapsdt.base", &header))
		callback.base = header.sh_addr;
	err = usdt_notes_for_each(file, call_for_probe, &callback);
	elf_file_close(file);
	return err ? failed(err) : 0;
}

int bcc_elf_foreach_load_section(const char *path, bcc_elf_load_sectioncb callback, void *payload)
{
	struct elf_file *file;
	int err = path && callback ? elf_file_open(path, &file) : -EINVAL, stopped = 0;

	if (err)
		return failed(err);
	for (size_t i = 0; i < file->nsegments && !stopped; i++) {
		const struct elf_segment *segment = &file->segments[i];

		if (segment->executable)
			stopped = callback(segment->address, segment->memory_size, segment->offset, payload) <
				  0;
	}
	elf_file_close(file);
	return stopped;
}

int bcc_elf_get_text_scn_info(const char *path, uint64_t *addr, uint64_t *offset)
{
	struct elf_file *file;
	GElf_Shdr header;
	int err = path ? elf_file_open(path, &file) : -EINVAL;

	if (err)
		return failed(err);
	if (elf_section_find(file, ".text", &header)) {
		*addr = header.sh_addr;
		*offset = header.sh_offset;
	} else {
		err = -ENOENT;
	}
	elf_file_close(file);
	return err ? failed(err) : 0;
}

/* The type as the header has it, or -1; and the kind. */
static int read_type(const char *path, enum elf_kind *kind)
{
	struct elf_file *file;
	int err = path ? elf_file_open(path, &file) : -EINVAL, type;

	if (err)
		return failed(err);
	type = file->header.e_type;
	*kind = file->kind;
	elf_file_close(file);
	return type;
}

int bcc_elf_get_type(const char *path)
{
	enum elf_kind kind;

	return read_type(path, &kind);
}

int bcc_elf_is_shared_obj(const char *path)
{
	return bcc_elf_get_type(path) == ET_DYN;
}

int bcc_elf_is_exe(const char *path)
{
	return bcc_elf_get_type(path) != -1 && access(path, X_OK) == 0;
}

int bcc_elf_is_pie(const char *path)
{
	enum elf_kind kind = ELF_OTHER;

	return read_type(path, &kind) == -1 ? -1 : kind == ELF_PIE;
}

/* As hexadecimal digits, of which a build id of the usual size has 40. */
int bcc_elf_get_buildid(const char *path, char *buildid)
{
	unsigned char id[BUILD_ID_MAX];
	struct elf_file *file;
	int err = path && buildid ? elf_file_open(path, &file) : -EINVAL;
	size_t size;

	if (err)
		return failed(err);
	size = elf_build_id(file, id);
	elf_file_close(file);
	if (!size || size > BPF_BUILD_ID_SIZE)
		return failed(-ENODATA);
	build_id_text(id, size, buildid);
	return 0;
}
