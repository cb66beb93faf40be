/* SPDX-License-Identifier: Apache-2.0 */
#include <bpf/bpf.h>

#include "tables/table.h"

int cbcc_table_push(struct cbcc_table *t, const void *leaf, uint64_t flags)
{
	int err = table_check(t, TABLE_QUEUE, "cbcc_table_push", leaf, leaf);

	if (err)
		return err;
	err = bpf_map_update_elem(t->fd, NULL, leaf, flags);
	return err ? table_error(t, err, "cbcc_table_push", NULL) : 0;
}

int cbcc_table_pop(struct cbcc_table *t, void *leaf)
{
	int err = table_check(t, TABLE_QUEUE, "cbcc_table_pop", leaf, leaf);

	if (err)
		return err;
	err = bpf_map_lookup_and_delete_elem(t->fd, NULL, leaf);
	return err ? table_error(t, err, "cbcc_table_pop", NULL) : 0;
}

int cbcc_table_peek(struct cbcc_table *t, void *leaf)
{
	int err = table_check(t, TABLE_QUEUE, "cbcc_table_peek", leaf, leaf);

	if (err)
		return err;
	err = bpf_map_lookup_elem(t->fd, NULL, leaf);
	return err ? table_error(t, err, "cbcc_table_peek", NULL) : 0;
}
