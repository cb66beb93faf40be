/* SPDX-License-Identifier: Apache-2.0 */
#include "tables.h"

#include <errno.h>
#include <linux/bpf.h>
#include <string.h>

#include "entries.h"
#include "histograms.h"

static bool is_for_people(const struct cbcc_table *table)
{
	switch (cbcc_table_type(table)) {
	case BPF_MAP_TYPE_HASH:
	case BPF_MAP_TYPE_ARRAY:
	case BPF_MAP_TYPE_PERCPU_HASH:
	case BPF_MAP_TYPE_PERCPU_ARRAY:
	case BPF_MAP_TYPE_LRU_HASH:
	case BPF_MAP_TYPE_LRU_PERCPU_HASH:
	case BPF_MAP_TYPE_LPM_TRIE:
	case BPF_MAP_TYPE_QUEUE:
	case BPF_MAP_TYPE_STACK:
		return true;
	default:
		return false;
	}
}

/* Queues and stacks are emptied by reading them, which the program would notice while it runs. */
static bool is_due(const struct session *session, const struct cbcc_table *table)
{
	return !entries_are_popped(table) || session->ending || session->options->clear;
}

static bool is_wanted(const struct session *session, const struct cbcc_table *table)
{
	const char *name = cbcc_table_name(table);

	if (!is_due(session, table))
		return false;
	if (session->options->prints.count)
		return words_have(&session->options->prints, name);
	return *name != '_' && is_for_people(table);
}

enum status tables_check(struct session *session)
{
	const struct words *prints = &session->options->prints;

	for (size_t i = 0; i < prints->count; i++) {
		struct cbcc_table *table = cbcc_get_table(session->b, prints->items[i]);

		if (!table)
			return complain_library(STATUS_COMMAND);
		if (!is_for_people(table))
			return complain("--print %s: maps of its type have no entries to print", prints->items[i]);
	}
	return STATUS_OK;
}

static enum status print(struct session *session, struct cbcc_table *table, bool title)
{
	int err = -ERANGE;

	if (cbcc_table_histogram(table))
		err = histograms_print(session, table);
	if (err == -ERANGE) /* what has keys that no histogram has is a list of counts */
		err = entries_print(session, table, title);
	if (!err && session->options->clear && !entries_are_popped(table))
		err = cbcc_table_clear(table);
	return err ? complain_library(STATUS_COMMAND) : STATUS_OK;
}

enum status tables_print(struct session *session)
{
	enum status status = STATUS_OK;

	for (int i = 0; i < cbcc_num_tables(session->b) && !status; i++) {
		struct cbcc_table *table = cbcc_get_table_by_index(session->b, i);

		if (!table)
			status = complain_library(STATUS_LOAD);
		else if (is_wanted(session, table))
			status = print(session, table, session->options->prints.count != 1);
	}
	return status;
}
