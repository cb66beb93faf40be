/* SPDX-License-Identifier: Apache-2.0 */
/* BCC's C API, whose header and libbpf's do not go together. */
#ifndef CBCC_BENCH_TABLES_BCC_H
#define CBCC_BENCH_TABLES_BCC_H

#include <stdint.h>

/** Goes through a hash of u64 to u64, by key: the number of entries, and the sum of their leaves. */
uint64_t bcc_table_items(int fd, uint64_t *sum);

#endif
