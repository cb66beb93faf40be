/* SPDX-License-Identifier: Apache-2.0 */
/* Values as text. parse.c reads all of it back. */
#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <locale.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "types/number.h"
#include "types/text.h"
#include "types/types.h"

/* What the styles do differently. */
struct style {
	const char *member;    /* the format of a member's name; NULL: positions say which */
	const char *separator; /* between values */
	const char *pad;       /* inside of brackets */
	char array[2];
	bool names;        /* of enumerations, and true and false, instead of numbers */
	bool all_members;  /* of a union */
	const char *quote; /* around an enumeration's name */
	const char *byte;  /* of text that stands for itself in no other way */
};

static const struct style styles[] = {
	[CBCC_STYLE_TEXT] = { NULL, " ", " ", "[]", false, false, "", "\\x%02x" },
	[CBCC_STYLE_JSON] = { "\"%s\": ", ", ", "", "[]", true, true, "\"", "\\u%04x" },
	[CBCC_STYLE_C] = { ".%s = ", ", ", " ", "{}", true, false, "", "\\%03o" },
};

/* What is written so far: len bytes, of which those that fit are in buf. */
struct output {
	const struct btf *btf;
	const struct style *style;
	const unsigned char *data;
	char *buf;
	size_t size, len;
};

static void write_value(struct output *out, const struct place *place);

__attribute__((format(printf, 2, 3))) static void put(struct output *out, const char *fmt, ...)
{
	size_t room = out->len < out->size ? out->size - out->len : 0;
	va_list args;
	int length;

	va_start(args, fmt);
	length = vsnprintf(room ? out->buf + out->len : NULL, room, fmt, args);
	va_end(args);
	if (length > 0)
		out->len += (size_t)length;
}

static void put_separator(struct output *out, bool first)
{
	put(out, "%s", first ? out->style->pad : out->style->separator);
}

static void write_hexadecimal(struct output *out, wide number)
{
	if (number >> 64)
		put(out, "0x%llx%016llx", (unsigned long long)(number >> 64), (unsigned long long)number);
	else
		put(out, "0x%llx", (unsigned long long)number);
}

static void write_decimal(struct output *out, wide number, bool negative)
{
	char digits[40], *at = digits + sizeof digits;

	*--at = '\0';
	number = negative ? -number : number;
	do {
		*--at = (char)('0' + (int)(number % 10));
		number /= 10;
	} while (number);
	put(out, "%s%s", negative ? "-" : "", at);
}

/* A name for the number, if the style has names. */
static bool write_name(struct output *out, uint32_t id, wide number)
{
	enum cbcc_type_kind kind = type_kind(out->btf, id);
	const char *name = NULL;

	if (out->style->names && kind == CBCC_TYPE_BOOL && number <= 1) {
		put(out, number ? "true" : "false");
		return true;
	}
	if (out->style->names && kind == CBCC_TYPE_ENUM)
		name = enum_name(out->btf, id, (uint64_t)number);
	if (name)
		put(out, "%s%s%s", out->style->quote, name, out->style->quote);
	return name;
}

static void write_number(struct output *out, const struct place *place)
{
	wide number = number_read(out->btf, place, out->data);
	unsigned int bits = number_bits(out->btf, place);
	bool negative = type_is_signed(out->btf, place->id) && number >> 127;

	if (write_name(out, place->id, number))
		return;
	if (out->style->names)
		write_decimal(out, number, negative);
	else
		write_hexadecimal(out, bits < 128 ? number & (((wide)1 << bits) - 1) : number);
}

/* The locale's decimal point is not ours. */
static void write_float(struct output *out, const struct place *place)
{
	double number = float_read(out->btf, place, out->data);
	const char *point = localeconv()->decimal_point;
	char text[64], *at;

	if (!isfinite(number)) { /* JSON has no such numbers */
		put(out, "%s%s%s", out->style->quote,
		    isnan(number) ? "nan"
		    : number < 0  ? "-inf"
				  : "inf",
		    out->style->quote);
		return;
	}
	snprintf(text, sizeof text, "%.17g", number);
	at = strstr(text, point);
	if (!at) {
		put(out, "%s", text);
		return;
	}
	*at = '\0';
	put(out, "%s.%s", text, at + strlen(point));
}

static void write_text(struct output *out, const struct place *place, size_t size)
{
	const unsigned char *text = out->data + place->offset,
			    *end = text + strnlen((const char *)text, size);

	put(out, "\"");
	while (text < end) {
		size_t length = text_character(text, (size_t)(end - text));

		if (length == 1 && (*text == '"' || *text == '\\'))
			put(out, "\\%c", *text);
		else if (length)
			put(out, "%.*s", (int)length, (const char *)text);
		else
			put(out, out->style->byte, *text);
		text += length ? length : 1;
	}
	put(out, "\"");
}

static void write_array(struct output *out, const struct place *place)
{
	size_t count = type_count(out->btf, place->id);
	uint32_t element = count ? place_member(out->btf, place, 0).id : 0;

	if (count && type_is_char(out->btf, element)) {
		write_text(out, place, count);
		return;
	}
	put(out, "%c", out->style->array[0]);
	for (size_t i = 0; i < count; i++) {
		const struct place at = place_member(out->btf, place, i);

		put_separator(out, i == 0);
		write_value(out, &at);
	}
	put(out, "%s%c", out->style->pad, out->style->array[1]);
}

static bool is_left_out(const struct output *out, uint32_t record, size_t index)
{
	return type_kind(out->btf, record) == CBCC_TYPE_UNION && !out->style->all_members &&
	       index != union_largest(out->btf, record);
}

/* Where members have names, those of an anonymous one are the outer record's. */
static void write_members(struct output *out, const struct place *place, bool *first)
{
	for (size_t i = 0; i < type_count(out->btf, place->id); i++) {
		const char *name = member_name(out->btf, place->id, i);
		const struct place member = place_member(out->btf, place, i);

		if (is_left_out(out, place->id, i))
			continue;
		if (out->style->member && !*name) {
			write_members(out, &member, first);
			continue;
		}
		put_separator(out, *first);
		*first = false;
		if (out->style->member)
			put(out, out->style->member, name);
		write_value(out, &member);
	}
}

static void write_record(struct output *out, const struct place *place)
{
	bool first = true;

	put(out, "{");
	write_members(out, place, &first);
	put(out, "%s}", out->style->pad);
}

static void write_nothing(struct output *out, const struct place *place)
{
	(void)place;
	put(out, "0");
}

static void write_value(struct output *out, const struct place *place)
{
	static void (*const writers[])(struct output *, const struct place *) = {
		[CBCC_TYPE_OTHER] = write_nothing, [CBCC_TYPE_INT] = write_number,
		[CBCC_TYPE_BOOL] = write_number,   [CBCC_TYPE_FLOAT] = write_float,
		[CBCC_TYPE_ENUM] = write_number,   [CBCC_TYPE_POINTER] = write_number,
		[CBCC_TYPE_ARRAY] = write_array,   [CBCC_TYPE_STRUCT] = write_record,
		[CBCC_TYPE_UNION] = write_record,
	};

	writers[type_kind(out->btf, place->id)](out, place);
}

int cbcc_type_format(const struct cbcc_type *type, const void *data, char *buf, size_t size,
		     enum cbcc_style style)
{
	struct output out = { .data = data, .buf = buf, .size = size };
	const struct place place = { .id = type ? type->id : 0 };

	if (!type || !data || (!buf && size) || style >= sizeof styles / sizeof *styles)
		return error_say(
			-EINVAL,
			"cbcc_type_format: the type, the data or the buffer is NULL, or no such style");
	if (cbcc_type_kind(type) == CBCC_TYPE_OTHER)
		return error_say(-EOPNOTSUPP, "%s has no values", type->name);
	out.btf = type->types->btf;
	out.style = &styles[style];
	if (size)
		*buf = '\0';
	write_value(&out, &place);
	return out.len <= INT_MAX ? (int)out.len
				  : error_say(-EOVERFLOW, "a value of %s is too long as text", type->name);
}
