/* SPDX-License-Identifier: Apache-2.0 */
/* A program text in a file. */
#ifndef CBCC_TEXT_FILE_H
#define CBCC_TEXT_FILE_H

/**
 * Reads a whole file, of any kind that read(2) ends, as a string. *text is to be freed. Returns 0, -EINVAL for a file
 * with a NUL byte (with its line), or the errno of open or read; the thread's error is set.
 */
int text_file_read(const char *path, char **text);

#endif
