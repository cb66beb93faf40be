/* SPDX-License-Identifier: Apache-2.0 */
#include "tables_bcc.h"

#include <stddef.h>

#include <bcc/libbpf.h>

uint64_t bcc_table_items(int fd, uint64_t *sum)
{
	uint64_t key, leaf, count = 0;
	int err = bpf_get_first_key(fd, &key, sizeof key);

	*sum = 0;
	for (; err == 0; err = bpf_get_next_key(fd, &key, &key)) {
		if (bpf_lookup_elem(fd, &key, &leaf) != 0)
			continue;
		count++;
		*sum += leaf;
	}
	return count;
}
