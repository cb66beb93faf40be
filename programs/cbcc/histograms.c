/* SPDX-License-Identifier: Apache-2.0 */
#include "histograms.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "value.h"

/* What the values are: by a unit at the end of the map's name, else its name. */
static const char *heading(const char *name)
{
	static const char *const units[][2] = { { "usecs", "usecs" }, { "nsecs", "nsecs" },
						{ "msecs", "msecs" }, { "bytes", "bytes" },
						{ "us", "usecs" },    { "ns", "nsecs" },
						{ "ms", "msecs" } };
	const char *last = strrchr(name, '_');

	last = last ? last + 1 : name;
	for (size_t i = 0; i < sizeof units / sizeof *units; i++)
		if (strcmp(last, units[i][0]) == 0)
			return units[i][1];
	return name;
}

struct sections {
	struct session *session;
	struct cbcc_field member; /* what the sections are made by */
};

static void name_section(void *ctx, const void *bucket, char *name, size_t size)
{
	struct sections *sections = ctx;
	struct cbcc_field whole = { .name = sections->member.name, .type = sections->member.type };
	FILE *out = fmemopen(name, size, "w");

	if (!out)
		return;
	value_put(sections->session, out, &whole, bucket, cbcc_type_size(whole.type));
	fclose(out);
	name[size - 1] = '\0';
}

/* The library's lines, an object each, get what all objects of the command have. */
static int put_json(struct session *session, struct cbcc_table *table, const struct cbcc_hist_opts *opts)
{
	char *text = NULL;
	size_t size;
	FILE *lines = open_memstream(&text, &size);
	int err = -ENOMEM;

	if (lines)
		err = cbcc_table_histogram(table) == CBCC_HISTOGRAM_LOG2
			      ? cbcc_table_print_json_hist(table, lines, opts)
			      : cbcc_table_print_json_linear_hist(table, lines, opts);
	if (lines)
		fclose(lines);
	for (char *line = strtok(text, "\n"); line && !err; line = strtok(NULL, "\n"))
		fprintf(session->out, "{\"type\": \"hist\", \"map\": \"%s\", %s\n", cbcc_table_name(table),
			line + 1);
	free(text);
	return err;
}

int histograms_print(struct session *session, struct cbcc_table *table)
{
	struct sections sections = { .session = session };
	struct cbcc_hist_opts opts = { .sz = sizeof opts,
				       .val_type = heading(cbcc_table_name(table)),
				       .section_name = name_section,
				       .ctx = &sections };

	if (cbcc_type_kind(cbcc_table_key_type(table)) == CBCC_TYPE_STRUCT &&
	    cbcc_type_member(cbcc_table_key_type(table), 0, &sections.member) == 0)
		opts.section_header = sections.member.name;
	if (session->options->format == FORMAT_JSON)
		return put_json(session, table, &opts);
	return cbcc_table_histogram(table) == CBCC_HISTOGRAM_LOG2
		       ? cbcc_table_print_log2_hist(table, session->out, &opts)
		       : cbcc_table_print_linear_hist(table, session->out, &opts);
}
