/* SPDX-License-Identifier: Apache-2.0 */
/* Files within zip archives, as Android's apk have libraries that are mapped from there. */
#ifndef CBCC_ZIP_H
#define CBCC_ZIP_H

#include <stddef.h>
#include <stdint.h>

/**
 * Where in an open archive a file of it is. 0; -ENOENT, -EOPNOTSUPP (it is compressed), -EBADMSG (no archive, or a damaged
 * one), -ENOMEM. The thread's error is not set.
 */
int zip_find(int fd, const char *name, uint64_t *offset, uint64_t *size);

#endif
