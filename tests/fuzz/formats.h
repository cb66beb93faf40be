/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CBCC_FUZZ_FORMATS_H
#define CBCC_FUZZ_FORMATS_H

/* As open_tracefs_fn, of a tracefs in which every file is the format of a tracepoint, always the same. */
int open_format(const char *path, int flags);

#endif
