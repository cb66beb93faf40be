/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Values out of text. One grammar reads all that format.c writes, and what people write like it:
 *
 *     value   number | name | "text" | 'c' | { part, ... } | [ value, ... ]
 *     part    value | .name = value | "name": value | name: value
 *
 * Commas may be left out. A part without a name is the member behind the one before.
 */
#include <ctype.h>
#include <errno.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "types/number.h"
#include "types/text.h"
#include "types/types.h"

struct input {
	const struct cbcc_type *type; /* of the whole */
	const struct btf *btf;
	const char *text, *at;
	unsigned char *data;
};

static int parse_value(struct input *in, const struct place *place);

static int expected(const struct input *in, const char *what)
{
	return error_say(-EINVAL, "'%s' is no %s: column %td: expected %s", in->text, in->type->name,
			 in->at - in->text + 1, what);
}

static void skip_space(struct input *in)
{
	in->at += strspn(in->at, " \t\r\n");
}

static bool accept(struct input *in, const char *token)
{
	size_t length = strlen(token);

	skip_space(in);
	if (strncmp(in->at, token, length) != 0)
		return false;
	in->at += length;
	return true;
}

static size_t word_length(const char *text)
{
	size_t length = 0;

	if (isdigit((unsigned char)*text))
		return 0;
	while (isalnum((unsigned char)text[length]) || text[length] == '_')
		length++;
	return length;
}

static int too_large(const struct input *in, const char *number)
{
	return error_say(-ERANGE, "'%s' is no %s: column %td: the number is too large", in->text,
			 in->type->name, number - in->text + 1);
}

/* Whether a number of that many bits can be it. Hexadecimal digits are the bits themselves, whatever the sign. */
static bool fits(wide magnitude, bool negative, bool is_signed, bool is_bits, unsigned int bits)
{
	wide half = (wide)1 << (bits - 1);

	if (negative)
		return is_signed && magnitude <= half;
	return magnitude <= (is_signed && !is_bits ? half - 1 : half - 1 + half);
}

/* The digits of one number; false if they are more than 128 bits, or none. */
static bool read_magnitude(const char **at, wide *magnitude, bool *is_bits)
{
	wide base = 10, digit;
	const char *begin;

	if (**at == '0')
		base = (*at)[1] == 'x' || (*at)[1] == 'X' ? 16 : 8;
	*is_bits = base != 10;
	*at += base == 16 ? 2 : 0;
	begin = *at;
	for (*magnitude = 0; isxdigit((unsigned char)**at); (*at)++) {
		digit = isdigit((unsigned char)**at) ? (wide)(**at - '0') : (wide)((**at | 0x20) - 'a' + 10);
		if (digit >= base)
			break;
		if (*magnitude > (~(wide)0 - digit) / base)
			return false;
		*magnitude = *magnitude * base + digit;
	}
	return *at > begin;
}

static int parse_digits(struct input *in, const struct place *place)
{
	const char *begin = in->at;
	bool negative = accept(in, "-"), is_bits, is_signed = type_is_signed(in->btf, place->id);
	unsigned int bits = type_kind(in->btf, place->id) == CBCC_TYPE_BOOL ? 1 : number_bits(in->btf, place);
	wide magnitude;

	if (!isdigit((unsigned char)*in->at))
		return expected(in, "a number");
	if (!read_magnitude(&in->at, &magnitude, &is_bits))
		return isxdigit((unsigned char)*in->at) ? too_large(in, begin) : expected(in, "a number");
	if (isalnum((unsigned char)*in->at) || *in->at == '_' || *in->at == '.')
		return expected(in, "the end of the number");
	if (!fits(magnitude, negative, is_signed, is_bits, bits))
		return too_large(in, begin);
	number_write(in->btf, place, in->data, negative ? -magnitude : magnitude);
	return 0;
}

static const struct {
	const char *name;
	enum cbcc_type_kind kind;
	uint64_t value;
} constants[] = {
	{ "true", CBCC_TYPE_BOOL, 1 },
	{ "false", CBCC_TYPE_BOOL, 0 },
	{ "null", CBCC_TYPE_POINTER, 0 },
	{ "NULL", CBCC_TYPE_POINTER, 0 },
};

static bool find_name(const struct input *in, uint32_t id, const char *name, size_t length, uint64_t *value)
{
	enum cbcc_type_kind kind = type_kind(in->btf, id);

	for (size_t i = 0; i < sizeof constants / sizeof *constants; i++) {
		*value = constants[i].value;
		if (constants[i].kind == kind && strlen(constants[i].name) == length &&
		    memcmp(constants[i].name, name, length) == 0)
			return true;
	}
	return kind == CBCC_TYPE_ENUM && enum_value(in->btf, id, name, length, value);
}

static int parse_name(struct input *in, const struct place *place, size_t length)
{
	uint64_t value;

	if (!find_name(in, place->id, in->at, length, &value))
		return expected(in, "a value's name");
	number_write(in->btf, place, in->data,
		     type_is_signed(in->btf, place->id) ? (wide)(int64_t)value : value);
	in->at += length;
	return 0;
}

/* 'c' */
static int parse_character(struct input *in, const struct place *place)
{
	unsigned char bytes[4] = { 0 };

	in->at++;
	if (*in->at == '\\') {
		in->at++;
		if (text_unescape(&in->at, bytes) != 1)
			return expected(in, "an escape sequence");
	} else if (*in->at) {
		bytes[0] = (unsigned char)*in->at++;
	}
	if (*in->at++ != '\'')
		return in->at--, expected(in, "'");
	number_write(in->btf, place, in->data, bytes[0]);
	return 0;
}

static int parse_number(struct input *in, const struct place *place)
{
	bool quoted;
	size_t length;
	int err;

	skip_space(in);
	if (*in->at == '\'')
		return parse_character(in, place);
	quoted = accept(in, "\"");
	length = word_length(in->at);
	err = length ? parse_name(in, place, length) : parse_digits(in, place);
	if (!err && quoted && *in->at++ != '"')
		return in->at--, expected(in, "\"");
	return err;
}

static int parse_float(struct input *in, const struct place *place)
{
	locale_t c = newlocale(LC_ALL_MASK, "C", 0);
	bool quoted = accept(in, "\"");
	char *end;
	double number;

	if (!c)
		return error_set(-ENOMEM, "cannot read a number");
	number = strtod_l(in->at, &end, c);
	freelocale(c);
	if (end == in->at)
		return expected(in, "a number");
	in->at = end;
	float_write(in->btf, place, in->data, number);
	if (quoted && *in->at++ != '"')
		return in->at--, expected(in, "\"");
	return 0;
}

/* "..." into bytes; all of it has to fit, a NUL behind it need not. */
static int parse_text(struct input *in, const struct place *place)
{
	size_t size = type_count(in->btf, place->id), used = 0;
	unsigned char *to = in->data + place->offset;

	for (in->at++; *in->at != '"';) {
		unsigned char bytes[4] = { (unsigned char)*in->at };
		size_t length = 1;

		if (*in->at++ == '\\')
			length = text_unescape(&in->at, bytes);
		if (!length || !*bytes)
			return in->at--, expected(in, length ? "the end of the text" : "an escape sequence");
		if (used + length > size)
			return error_say(-ERANGE, "'%s' is no %s: column %td: more text than %zu bytes",
					 in->text, in->type->name, in->at - in->text, size);
		memcpy(to + used, bytes, length);
		used += length;
	}
	if (used < size)
		to[used] = '\0'; /* all behind it is zero, or another member's of a union */
	in->at++;
	return 0;
}

static int parse_array(struct input *in, const struct place *place)
{
	size_t count = type_count(in->btf, place->id);
	const char *end;
	int err = 0;

	skip_space(in);
	if (*in->at == '"' && count && type_size(in->btf, place_member(in->btf, place, 0).id) == 1)
		return parse_text(in, place);
	end = accept(in, "[") ? "]" : accept(in, "{") ? "}" : NULL;
	if (!end)
		return expected(in, "[");
	for (size_t i = 0; !err && !accept(in, end); i++) {
		struct place element;

		if (i == count)
			return expected(in, "the end of the array");
		element = place_member(in->btf, place, i);
		err = parse_value(in, &element);
		if (!err)
			accept(in, ",");
	}
	return err;
}

/* The length of a part's name at *name, and what is behind it and its = or :; 0 if it has none. */
static size_t part_name(const char *at, const char **name, const char **value)
{
	bool dotted = *at == '.', quoted = *at == '"';
	size_t length;

	*name = at + (dotted || quoted);
	length = word_length(*name);
	if (!length || (quoted && (*name)[length] != '"'))
		return 0;
	*value = *name + length + quoted;
	*value += strspn(*value, " \t\r\n");
	if (**value != (dotted ? '=' : ':'))
		return 0;
	++*value;
	return length;
}

static int parse_part(struct input *in, const struct place *record, size_t *position)
{
	const char *name, *value;
	struct place member;
	size_t length;

	skip_space(in);
	length = part_name(in->at, &name, &value);
	if (length) {
		if (!place_find_member(in->btf, record, name, length, &member))
			return error_say(-ENOENT, "'%s': column %td: %s has no member '%.*s' there", in->text,
					 name - in->text + 1, in->type->name, (int)length, name);
		in->at = value;
		return parse_value(in, &member);
	}
	if (*position >= type_count(in->btf, record->id))
		return expected(in, "}");
	member = place_member(in->btf, record, (*position)++);
	return parse_value(in, &member);
}

static int parse_record(struct input *in, const struct place *place)
{
	size_t position = 0;
	int err = 0;

	/* One value without a name is the union's largest member. */
	if (type_kind(in->btf, place->id) == CBCC_TYPE_UNION)
		position = union_largest(in->btf, place->id);
	if (!accept(in, "{"))
		return expected(in, "{");
	while (!err && !accept(in, "}")) {
		err = parse_part(in, place, &position);
		if (!err)
			accept(in, ",");
	}
	return err;
}

/* What a type without values is written as. */
static int parse_nothing(struct input *in, const struct place *place)
{
	(void)place;
	return accept(in, "0") ? 0 : expected(in, "0");
}

static int parse_value(struct input *in, const struct place *place)
{
	static int (*const parsers[])(struct input *, const struct place *) = {
		[CBCC_TYPE_OTHER] = parse_nothing, [CBCC_TYPE_INT] = parse_number,
		[CBCC_TYPE_BOOL] = parse_number,   [CBCC_TYPE_FLOAT] = parse_float,
		[CBCC_TYPE_ENUM] = parse_number,   [CBCC_TYPE_POINTER] = parse_number,
		[CBCC_TYPE_ARRAY] = parse_array,   [CBCC_TYPE_STRUCT] = parse_record,
		[CBCC_TYPE_UNION] = parse_record,
	};

	return parsers[type_kind(in->btf, place->id)](in, place);
}

static int parse(struct input *in, const struct cbcc_type *type)
{
	const struct place place = { .id = type->id };
	int err = parse_value(in, &place);

	skip_space(in);
	return !err && *in->at ? expected(in, "the end") : err;
}

int cbcc_type_parse(const struct cbcc_type *type, const char *text, void *data)
{
	struct input in = { .type = type, .text = text, .at = text };
	int err;

	if (!type || !text || !data)
		return error_say(-EINVAL, "cbcc_type_parse: the type, the text or the data is NULL");
	if (cbcc_type_kind(type) == CBCC_TYPE_OTHER)
		return error_say(-EOPNOTSUPP, "%s has no values", type->name);
	in.btf = type->types->btf;
	in.data = calloc(1, type->size + 1);
	if (!in.data)
		return error_set(-ENOMEM, "cannot read a value of %s", type->name);
	err = parse(&in, type);
	if (!err)
		memcpy(data, in.data, type->size);
	free(in.data);
	return err;
}
