/* SPDX-License-Identifier: Apache-2.0 */
/* A folder for one test, and files in it. */
#ifndef CBCC_TEST_FOLDER_H
#define CBCC_TEST_FOLDER_H

#include <stddef.h>

/** A new, empty folder, only its owner's; its path is to be freed by folder_remove(). */
char *folder_make(void);

/** Removes the folder with all in it. */
void folder_remove(char *folder);

/** A static string: the path of a file in the folder; of the one asked for last. */
const char *folder_path(const char *folder, const char *name);

/** Writes a file, whatever was there. */
void folder_write(const char *folder, const char *name, const void *content, size_t size);

/** How many files there are whose names end so. */
size_t folder_count(const char *folder, const char *suffix);

/** The path of the only file whose name ends so: the test fails if there is not exactly one. To be freed. */
char *folder_only(const char *folder, const char *suffix);

#endif
