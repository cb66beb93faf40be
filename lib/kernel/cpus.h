/* SPDX-License-Identifier: Apache-2.0 */
/* Which processors there are. */
#ifndef CBCC_CPUS_H
#define CBCC_CPUS_H

#include <stddef.h>

/** Takes "0-3,5" apart, as sysfs has lists; *cpus is to be freed. 0, -EINVAL or -ENOMEM. */
int cpus_parse(const char *list, int **cpus, size_t *count);

/** Those that are online now; *cpus is to be freed. 0, or -errno, error set. */
int cpus_online(int **cpus, size_t *count);

#endif
