/* SPDX-License-Identifier: Apache-2.0 */
/* The notes by which a file says where its USDT probes are. */
#ifndef CBCC_USDT_NOTES_H
#define CBCC_USDT_NOTES_H

#include "elf/elf_file.h"

struct usdt_note {
	const char *provider, *name, *arguments; /* valid until the file is closed */
	uint64_t address, semaphore; /* the file's own, as it is now; semaphore 0: there is none */
};

/** Not 0 ends the iteration, which then returns it. */
typedef int (*usdt_note_fn)(void *ctx, const struct usdt_note *note);

/** All of a file; damaged ones are left out. 0, what fn returned, or an error of elf_file.h. */
int usdt_notes_for_each(const struct elf_file *file, usdt_note_fn fn, void *ctx);

#endif
