/* SPDX-License-Identifier: Apache-2.0 */
/* Files of sysfs and procfs that hold a number. */
#ifndef CBCC_NUMBER_FILE_H
#define CBCC_NUMBER_FILE_H

/** The number that a file has where scanf's format says ("%d", "config:%d"); -1 if there is none, or no such file. */
int number_file_read(const char *path, const char *format);

#endif
