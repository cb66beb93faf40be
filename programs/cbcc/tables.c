/* SPDX-License-Identifier: Apache-2.0 */
#include "tables.h"

#include <errno.h>
#include <linux/bpf.h>
#include <string.h>

#include "entries.h"
#include "histograms.h"

void tables_names(struct cbcc *b, struct words *names)
{
	const char *list;

	if (cbcc_get_table(b, "?") || !(list = strstr(cbcc_last_error(), "(it has: ")))
		return;
	list += strlen("(it has: ");
	while (*list && *list != ')') {
		size_t length = strcspn(list, ",)");

		if (strncmp(list, "none)", 5) != 0 && strncmp(list, "__cbcc", 6) != 0)
			words_add(names, "%.*s", (int)length, list);
		list += length;
		list += strspn(list, ", ");
	}
}

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
		return true;
	default:
		return false;
	}
}

static bool is_wanted(const struct session *session, const char *name, const struct cbcc_table *table)
{
	if (session->options->prints.count)
		return words_have(&session->options->prints, name);
	return *name != '_' && !strchr(name, '.') && is_for_people(table);
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
	bool linear = session->options->format == FORMAT_JSON && !histograms_is_log2(session, table);
	int err = histograms_is_one(session, table) && !linear ? histograms_print(session, table)
							       : entries_print(session, table, title);

	if (!err && session->options->clear)
		err = cbcc_table_clear(table);
	return err ? complain_library(STATUS_COMMAND) : STATUS_OK;
}

enum status tables_print(struct session *session)
{
	enum status status = STATUS_OK;
	struct words names = { 0 };

	tables_names(session->b, &names);
	for (size_t i = 0; i < names.count && !status; i++) {
		struct cbcc_table *table = cbcc_get_table(session->b, names.items[i]);

		if (is_wanted(session, names.items[i], table))
			status = print(session, table, session->options->prints.count != 1);
	}
	words_free(&names);
	return status;
}
