/* SPDX-License-Identifier: Apache-2.0 */
/* The bytes of a file, whatever they are. */
#ifndef CBCC_WHOLE_FILE_H
#define CBCC_WHOLE_FILE_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Reads a file from its beginning to its end, also one whose size is not known, as the kernel's; its offset stays.
 * *content is to be freed, and ends in a NUL that *size does not count. 0, -EFBIG for more than max bytes, -ENOMEM, or
 * the errno of pread(2). No error of the thread's is set.
 */
int whole_file_pread(int fd, size_t max, void **content, size_t *size);

#ifdef __cplusplus
}
#endif

#endif
