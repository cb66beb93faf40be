/* SPDX-License-Identifier: Apache-2.0 */
/*
 * .gnu_debugdata: an ELF file of symbols, compressed by xz, as some distributions leave it in what they strip. liblzma
 * is looked for when such a section is met: few programs ever meet one.
 */
#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

#include "elf/debug_file.h"

/* Of what is unpacked, and of the memory that takes: a small section may say that it is huge. */
#define UNPACKED_MAX ((size_t)128 << 20)
#define MEMORY_MAX ((uint64_t)128 << 20)

/* lzma_stream_buffer_decode(), and what it returns. */
typedef int (*decode_fn)(uint64_t *memory_limit, uint32_t flags, const void *allocator, const uint8_t *in,
			 size_t *in_at, size_t in_size, uint8_t *out, size_t *out_at, size_t out_size);
enum { DECODED = 0, OUT_OF_MEMORY = 5, NO_ROOM = 10 };

static decode_fn decode;

static void load(void)
{
	void *liblzma = dlopen("liblzma.so.5", RTLD_NOW | RTLD_LOCAL);

	if (liblzma)
		*(void **)&decode = dlsym(liblzma, "lzma_stream_buffer_decode");
}

static int unpack(const Elf_Data *packed, size_t room, uint8_t **bytes, size_t *size)
{
	uint64_t limit = MEMORY_MAX;
	size_t from = 0, to = 0;
	int result;

	*bytes = malloc(room);
	if (!*bytes)
		return -ENOMEM;
	result = decode(&limit, 0, NULL, packed->d_buf, &from, packed->d_size, *bytes, &to, room);
	*size = to;
	if (result == DECODED)
		return 0;
	free(*bytes);
	*bytes = NULL;
	if (result == NO_ROOM)
		return -ENOSPC;
	return result == OUT_OF_MEMORY ? -ENOMEM : -EBADMSG;
}

static int open_packed(const Elf_Data *packed, struct elf_file **debug)
{
	uint8_t *bytes = NULL;
	size_t size;
	int err = -ENOSPC;

	for (size_t room = 1 << 20; err == -ENOSPC && room <= UNPACKED_MAX; room *= 4)
		err = unpack(packed, room, &bytes, &size);
	if (!err)
		err = elf_file_open_memory(bytes, size, debug);
	free(bytes);
	return err;
}

int mini_debug_open(const struct elf_file *file, struct elf_file **debug)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	GElf_Shdr header;
	Elf_Scn *section = elf_section_find(file, ".gnu_debugdata", &header);
	Elf_Data *packed;

	*debug = NULL;
	if (!section || elf_section_data(section, &packed) || !packed)
		return -ENOENT;
	pthread_once(&once, load);
	return decode ? open_packed(packed, debug) : -ENOSYS;
}
