/* SPDX-License-Identifier: Apache-2.0 */
/* The build ids of the kernel and its modules, as they are in sysfs. */
#ifndef CBCC_BUILD_ID_H
#define CBCC_BUILD_ID_H

#include <stddef.h>

#define BUILD_ID_MAX 64 /* bytes */
#define BUILD_ID_TEXT_MAX (2 * BUILD_ID_MAX + 1)

/**
 * The id in a file of ELF notes: /sys/kernel/notes, /sys/module/NAME/notes/.note.gnu.build-id. Returns its size, 0 if
 * there is none.
 */
size_t build_id_read(const char *path, unsigned char id[BUILD_ID_MAX]);

/** The same for notes in memory. */
size_t build_id_find(const void *notes, size_t size, unsigned char id[BUILD_ID_MAX]);

/** As hexadecimal digits. text: of two bytes for each of the id's, and a NUL. */
void build_id_text(const unsigned char *id, size_t size, char *text);

#endif
