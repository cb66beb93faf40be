/* SPDX-License-Identifier: Apache-2.0 */
/* Histograms as text, in BCC's layout, which tools and people's scripts read; and as JSON. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/error.h"
#include "histograms/histogram.h"
#include "tables/table.h"

#define LOG2_SLOTS 65
#define LINEAR_SLOTS 1025
#define STARS 40
#define NAME_SIZE 512

/* What a number is as a section's name; also of what opts.bucket makes. */
static bool print_number(const struct section *section, const struct cbcc_field *member, char *name,
			 size_t size)
{
	struct cbcc_field field = { .name = "", .type = member->type };
	uint64_t value;

	if (cbcc_type_size(member->type) != section->bucket_size ||
	    cbcc_type_kind(member->type) == CBCC_TYPE_POINTER ||
	    cbcc_field_get_u64(&field, section->bucket, &value) != 0)
		return false;
	if (cbcc_type_is_signed(member->type))
		snprintf(name, size, "%lld", (long long)value);
	else
		snprintf(name, size, "%llu", (unsigned long long)value);
	return true;
}

static bool is_text(const struct cbcc_type *type)
{
	struct cbcc_field element;

	return cbcc_type_kind(type) == CBCC_TYPE_ARRAY && cbcc_type_member(type, 0, &element) == 0 &&
	       cbcc_type_size(element.type) == 1 && strcmp(cbcc_type_name(element.type), "char") == 0;
}

static void name_section(const struct histogram *histogram, const struct section *section,
			 char name[NAME_SIZE])
{
	const struct cbcc_hist_opts *opts = &histogram->opts;
	const struct cbcc_type *type = histogram->bucket.type;

	*name = '\0';
	if (opts->section_name)
		opts->section_name(opts->ctx, section->bucket, name, NAME_SIZE);
	else if (opts->bucket || is_text(type))
		snprintf(name, NAME_SIZE, "%.*s", (int)section->bucket_size, (const char *)section->bucket);
	else if (!print_number(section, &histogram->bucket, name, NAME_SIZE))
		cbcc_type_format(type, section->bucket, name, NAME_SIZE, CBCC_STYLE_TEXT);
}

/* A star for every whole fortieth of the most. */
static void print_bar(FILE *out, uint64_t count, uint64_t most, int width)
{
	int stars = (int)((double)width * (double)count / (double)most);

	fprintf(out, "|%-*.*s|\n", width, stars, "****************************************");
}

static void print_log2_row(FILE *out, const struct section *section, int slot)
{
	bool wide = section->last > 32;
	int columns = wide ? 20 : 10;
	unsigned long long low = 1ull << (slot - 1), high = low - 1 + low;

	fprintf(out, "%*llu -> %-*llu : %-8llu ", columns, low == high ? low - 1 : low, columns, high,
		(unsigned long long)section->counts[slot]);
	print_bar(out, section->counts[slot], section->most, wide ? STARS / 2 : STARS);
}

static void print_linear_row(FILE *out, const struct section *section, int slot)
{
	fprintf(out, "        %-10d : %-8llu ", slot, (unsigned long long)section->counts[slot]);
	print_bar(out, section->counts[slot], section->most, STARS);
}

typedef void (*row_fn)(FILE *out, const struct section *section, int slot);

static void print_rows(FILE *out, const struct section *section, int first, bool strip, row_fn print)
{
	while (strip && first <= section->last && !section->counts[first])
		first++;
	for (int slot = first; slot <= section->last; slot++)
		print(out, section, slot);
}

static void print_log2(const struct histogram *histogram, const struct section *section, FILE *out)
{
	if (section->last > 32)
		fprintf(out, "               %-29s : count     distribution\n", histogram->opts.val_type);
	else if (section->last > 0)
		fprintf(out, "     %-19s : count     distribution\n", histogram->opts.val_type);
	print_rows(out, section, 1, histogram->opts.strip_leading_zero, print_log2_row);
}

static void print_linear(const struct histogram *histogram, const struct section *section, FILE *out)
{
	if (section->last >= 0)
		fprintf(out, "     %-13s : count     distribution\n", histogram->opts.val_type);
	print_rows(out, section, 0, histogram->opts.strip_leading_zero, print_linear_row);
}

static void print_json_string(FILE *out, const char *text)
{
	fputc('"', out);
	for (; *text; text++) {
		unsigned char byte = (unsigned char)*text;

		if (byte == '"' || byte == '\\')
			fprintf(out, "\\%c", byte);
		else if (byte < 0x20)
			fprintf(out, "\\u%04x", byte);
		else
			fputc(byte, out);
	}
	fputc('"', out);
}

/* A number stays one, where nobody has given it a name. */
static void print_json_section(const struct histogram *histogram, const struct section *section, FILE *out)
{
	char name[NAME_SIZE];

	if (!section->bucket)
		return;
	fputs(", ", out);
	print_json_string(out, histogram->opts.section_header);
	fputs(": ", out);
	if (!histogram->opts.section_name && !histogram->opts.bucket &&
	    print_number(section, &histogram->bucket, name, sizeof name)) {
		fputs(name, out);
		return;
	}
	name_section(histogram, section, name);
	print_json_string(out, name);
}

static void print_json_row(FILE *out, unsigned long long low, unsigned long long high, uint64_t count)
{
	fprintf(out, "{\"interval-start\": %llu, \"interval-end\": %llu, \"count\": %llu}", low, high,
		(unsigned long long)count);
}

static void print_json_log2_row(FILE *out, const struct section *section, int slot)
{
	unsigned long long low = 1ull << (slot - 1), high = low - 1 + low;

	fputs(slot > 1 ? ", " : "", out);
	print_json_row(out, slot > 1 ? low : 0, high, section->counts[slot]);
}

static void print_json_linear_row(FILE *out, const struct section *section, int slot)
{
	fputs(slot > 0 ? ", " : "", out);
	print_json_row(out, (unsigned long long)slot, (unsigned long long)slot, section->counts[slot]);
}

static void print_json(const struct histogram *histogram, const struct section *section, int first,
		       row_fn print_row, FILE *out)
{
	time_t now = time(NULL);
	struct tm local;
	char ts[32] = "";

	if (localtime_r(&now, &local))
		strftime(ts, sizeof ts, "%Y-%m-%d %H:%M:%S", &local);
	fprintf(out, "{\"ts\": \"%s\", \"val_type\": ", ts);
	print_json_string(out, histogram->opts.val_type);
	fputs(", \"data\": [", out);
	print_rows(out, section, first, false, print_row);
	fputc(']', out);
	print_json_section(histogram, section, out);
	fputs("}\n", out);
}

static void print_json_log2(const struct histogram *histogram, const struct section *section, FILE *out)
{
	print_json(histogram, section, 1, print_json_log2_row, out);
}

static void print_json_linear(const struct histogram *histogram, const struct section *section, FILE *out)
{
	print_json(histogram, section, 0, print_json_linear_row, out);
}

typedef void (*section_fn)(const struct histogram *histogram, const struct section *section, FILE *out);

static void print_headed(const struct histogram *histogram, section_fn print, bool headed, FILE *out)
{
	char name[NAME_SIZE];

	for (size_t i = 0; i < histogram->nsections; i++) {
		const struct section *section = &histogram->sections[i];

		if (headed && section->bucket) {
			name_section(histogram, section, name);
			fprintf(out, "\n%s = %s\n", histogram->opts.section_header, name);
		}
		print(histogram, section, out);
	}
}

static int print_histogram(struct cbcc_table *t, FILE *out, const struct cbcc_hist_opts *opts, size_t slots,
			   section_fn print, const char *call)
{
	int err = table_check(t, TABLE_KEYS | TABLE_ARRAY, call, out, out);
	struct histogram histogram;

	if (err)
		return err;
	err = histogram_read(&histogram, t, slots, opts, call);
	if (!err) {
		print_headed(&histogram, print, print == print_log2 || print == print_linear, out);
		if (fflush(out) != 0 || ferror(out))
			err = error_say(-EIO, "%s: cannot write", call);
	}
	histogram_free(&histogram);
	return err;
}

int cbcc_table_print_log2_hist(struct cbcc_table *t, FILE *out, const struct cbcc_hist_opts *opts)
{
	return print_histogram(t, out, opts, LOG2_SLOTS, print_log2, "cbcc_table_print_log2_hist");
}

int cbcc_table_print_linear_hist(struct cbcc_table *t, FILE *out, const struct cbcc_hist_opts *opts)
{
	return print_histogram(t, out, opts, LINEAR_SLOTS, print_linear, "cbcc_table_print_linear_hist");
}

int cbcc_table_print_json_hist(struct cbcc_table *t, FILE *out, const struct cbcc_hist_opts *opts)
{
	return print_histogram(t, out, opts, LOG2_SLOTS, print_json_log2, "cbcc_table_print_json_hist");
}

int cbcc_table_print_json_linear_hist(struct cbcc_table *t, FILE *out, const struct cbcc_hist_opts *opts)
{
	return print_histogram(t, out, opts, LINEAR_SLOTS, print_json_linear,
			       "cbcc_table_print_json_linear_hist");
}
