/* SPDX-License-Identifier: Apache-2.0 */
#include "value.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "stacks.h"
#include "text.h"

#define SYMBOL_SIZE 512

static bool ends_with(const char *text, const char *end)
{
	size_t length = strlen(text), end_length = strlen(end);

	return length >= end_length && strcmp(text + length - end_length, end) == 0;
}

static bool is_element(const struct cbcc_type *array, const char *name)
{
	struct cbcc_field element;

	if (cbcc_type_member(array, 0, &element) != 0) /* a flexible array: its name tells */
		return strncmp(cbcc_type_name(array), name, strlen(name)) == 0 &&
		       cbcc_type_name(array)[strlen(name)] == ' ';
	return strcmp(cbcc_type_name(element.type), name) == 0;
}

static bool is_of_bytes(const struct cbcc_type *array)
{
	struct cbcc_field element;

	return cbcc_type_member(array, 0, &element) == 0 && cbcc_type_kind(element.type) == CBCC_TYPE_INT &&
	       cbcc_type_size(element.type) == 1;
}

static enum show show_array(const struct cbcc_field *field)
{
	size_t size = cbcc_type_size(field->type);

	if (is_element(field->type, "char"))
		return SHOW_TEXT;
	if (is_of_bytes(field->type) && ends_with(field->name, "addr") && (size == 4 || size == 16))
		return size == 4 ? SHOW_IPV4 : SHOW_IPV6;
	if (is_of_bytes(field->type) && size == 6)
		return SHOW_MAC;
	return SHOW_LIST;
}

static enum show show_integer(const struct session *session, const struct cbcc_field *field)
{
	const char *type = cbcc_type_name(field->type), *name = field->name;

	if (strcmp(type, "__be32") == 0)
		return SHOW_IPV4;
	if (strcmp(type, "syscall_t") == 0)
		return SHOW_SYSCALL;
	if (strcmp(type, "__be16") == 0)
		return SHOW_PORT;
	if (cbcc_type_size(field->type) == 16)
		return ends_with(name, "addr") || ends_with(name, "addr6") ? SHOW_IPV6 : SHOW_LIST;
	if (session->stacks && cbcc_type_is_signed(field->type) &&
	    (ends_with(name, "stack") || ends_with(name, "stackid") || ends_with(name, "stack_id")))
		return SHOW_STACK;
	return SHOW_NUMBER;
}

bool value_is_hidden(const char *name)
{
	return *name == '_' || strncmp(name, "pad", 3) == 0;
}

enum show value_show(const struct session *session, const struct cbcc_field *field)
{
	switch (cbcc_type_kind(field->type)) {
	case CBCC_TYPE_INT:
		return show_integer(session, field);
	case CBCC_TYPE_BOOL:
	case CBCC_TYPE_FLOAT:
		return SHOW_NUMBER;
	case CBCC_TYPE_ENUM:
		return SHOW_ENUM;
	case CBCC_TYPE_POINTER:
		return SHOW_ADDRESS;
	case CBCC_TYPE_ARRAY:
		return show_array(field);
	case CBCC_TYPE_STRUCT:
		return strcmp(cbcc_type_name(field->type), "struct in6_addr") == 0 ? SHOW_IPV6 : SHOW_PARTS;
	case CBCC_TYPE_UNION:
		return SHOW_PARTS;
	default:
		return SHOW_NOTHING;
	}
}

static size_t largest_member(const struct cbcc_type *type)
{
	size_t largest = 0, size = 0;
	struct cbcc_field member;

	for (size_t i = 0; i < cbcc_type_count(type); i++)
		if (cbcc_type_member(type, i, &member) == 0 && cbcc_type_size(member.type) > size) {
			largest = i;
			size = cbcc_type_size(member.type);
		}
	return largest;
}

bool value_part(const struct cbcc_field *whole, size_t i, struct cbcc_field *part)
{
	bool is_union = cbcc_type_kind(whole->type) == CBCC_TYPE_UNION;

	if (i >= (is_union ? 1 : cbcc_type_count(whole->type)) ||
	    cbcc_type_member(whole->type, is_union ? largest_member(whole->type) : i, part) != 0)
		return false;
	part->offset += whole->offset;
	return true;
}

/* ---- text ---- */

static void put_number(FILE *out, const struct cbcc_field *field, const void *data)
{
	double real;
	uint64_t number;

	if (cbcc_type_kind(field->type) == CBCC_TYPE_FLOAT && cbcc_field_get_double(field, data, &real) == 0)
		fprintf(out, "%g", real);
	else if (cbcc_field_get_u64(field, data, &number) != 0)
		fputc('?', out);
	else if (cbcc_type_is_signed(field->type))
		fprintf(out, "%" PRId64, (int64_t)number);
	else
		fprintf(out, "%" PRIu64, number);
}

static void put_enum(FILE *out, const struct cbcc_field *field, const void *data)
{
	const char *name = NULL;
	uint64_t number;

	if (cbcc_field_get_u64(field, data, &number) == 0)
		name = cbcc_type_enum_name(field->type, number);
	if (name)
		fputs(name, out);
	else
		put_number(out, field, data);
}

static void put_syscall(FILE *out, const struct cbcc_field *field, const void *data)
{
	const char *name = NULL;
	uint64_t number;

	if (cbcc_field_get_u64(field, data, &number) == 0 && number < INT_MAX)
		name = cbcc_syscall_name((int)number);
	if (name)
		fputs(name, out);
	else
		put_number(out, field, data);
}

static void put_ip(FILE *out, int family, const void *address)
{
	static const unsigned char mapped[12] = { [10] = 0xff, [11] = 0xff };
	char text[INET6_ADDRSTRLEN] = "";

	if (family == AF_INET6 && memcmp(address, mapped, sizeof mapped) == 0)
		inet_ntop(AF_INET, (const char *)address + sizeof mapped, text, sizeof text);
	else
		inet_ntop(family, address, text, sizeof text);
	fputs(text, out);
}

static void put_mac(FILE *out, const unsigned char *bytes)
{
	for (int i = 0; i < 6; i++)
		fprintf(out, "%s%02x", i ? ":" : "", bytes[i]);
}

static void put_address(struct session *session, FILE *out, const struct cbcc_field *field, const void *data)
{
	struct cbcc_symbol symbol;
	char text[SYMBOL_SIZE];
	uint64_t address;

	if (cbcc_field_get_u64(field, data, &address) != 0)
		fputc('?', out);
	else if (stacks_is_kernel(address) && cbcc_resolve(session->b, address, -1, 0, &symbol) == 0 &&
		 symbol.name && symbol.offset < (1 << 20) &&
		 cbcc_ksym(session->b, address, symbol.offset ? CBCC_SYM_OFFSET : 0, text, sizeof text) > 0)
		fputs(text, out);
	else
		fprintf(out, "0x%" PRIx64, address);
}

static void put_formatted(FILE *out, const struct cbcc_field *field, const void *data)
{
	const char *bytes = (const char *)data + field->offset;
	int length = cbcc_type_format(field->type, bytes, NULL, 0, CBCC_STYLE_C);
	char *text;

	if (length < 0)
		return;
	text = allocate((size_t)length + 1);
	cbcc_type_format(field->type, bytes, text, (size_t)length + 1, CBCC_STYLE_C);
	fputs(text, out);
	free(text);
}

/* The bytes of a text: a flexible array has what is left of data. */
static size_t text_size(const struct cbcc_field *field, size_t size)
{
	size_t own = cbcc_type_size(field->type), left = size > field->offset ? size - field->offset : 0;

	return own && own < left ? own : left;
}

static bool is_inside(const struct cbcc_field *field, size_t size)
{
	return field->offset + cbcc_type_size(field->type) <= size;
}

void value_put(struct session *session, FILE *out, const struct cbcc_field *field, const void *data, size_t size)
{
	const char *bytes = (const char *)data + field->offset;

	if (!is_inside(field, size)) {
		fputc('-', out);
		return;
	}
	switch (value_show(session, field)) {
	case SHOW_ENUM:
		put_enum(out, field, data);
		break;
	case SHOW_SYSCALL:
		put_syscall(out, field, data);
		break;
	case SHOW_TEXT:
		text_put(out, bytes, text_size(field, size));
		break;
	case SHOW_IPV4:
		put_ip(out, AF_INET, bytes);
		break;
	case SHOW_PORT:
		fprintf(out, "%u", (unsigned int)(((unsigned char)bytes[0] << 8) | (unsigned char)bytes[1]));
		break;
	case SHOW_IPV6:
		put_ip(out, AF_INET6, bytes);
		break;
	case SHOW_MAC:
		put_mac(out, (const unsigned char *)bytes);
		break;
	case SHOW_ADDRESS:
		put_address(session, out, field, data);
		break;
	case SHOW_PARTS:
	case SHOW_LIST:
		put_formatted(out, field, data);
		break;
	case SHOW_NUMBER:
	case SHOW_STACK:
		put_number(out, field, data);
		break;
	case SHOW_NOTHING:
		break;
	}
}

/* ---- JSON ---- */

static void put_parts_json(struct session *session, FILE *out, const struct cbcc_field *outer,
			   const struct cbcc_type *whole, const void *data, size_t size, bool *first)
{
	struct cbcc_field member;

	for (size_t i = 0; value_part(outer, i, &member); i++) {
		if (!*member.name && value_show(session, &member) == SHOW_PARTS) {
			put_parts_json(session, out, &member, whole, data, size, first);
			continue;
		}
		if (value_is_hidden(member.name) || value_show(session, &member) == SHOW_NOTHING)
			continue;
		fprintf(out, "%s\"%s\": ", *first ? "" : ", ", member.name);
		*first = false;
		value_put_json(session, out, &member, whole, data, size);
	}
}

static void put_list_json(FILE *out, const struct cbcc_field *field, const void *data)
{
	const char *bytes = (const char *)data + field->offset;
	int length = cbcc_type_format(field->type, bytes, NULL, 0, CBCC_STYLE_JSON);
	char *text = allocate(length > 0 ? (size_t)length + 1 : 1);

	if (length > 0 && cbcc_type_format(field->type, bytes, text, (size_t)length + 1, CBCC_STYLE_JSON) > 0)
		fputs(text, out);
	else
		fputs("null", out);
	free(text);
}

static void put_number_json(FILE *out, const struct cbcc_field *field, const void *data)
{
	uint64_t number;

	if (cbcc_type_kind(field->type) == CBCC_TYPE_BOOL && cbcc_field_get_u64(field, data, &number) == 0)
		fputs(number ? "true" : "false", out);
	else if (cbcc_type_kind(field->type) == CBCC_TYPE_FLOAT)
		put_list_json(out, field, data);
	else
		put_number(out, field, data);
}

static void put_text_json(struct session *session, FILE *out, const struct cbcc_field *field, const void *data,
			  size_t size)
{
	value_put(session, scratch_begin(&session->scratch), field, data, size);
	text_put_json_string(out, scratch_end(&session->scratch));
}

void value_put_json(struct session *session, FILE *out, const struct cbcc_field *field,
		    const struct cbcc_type *whole, const void *data, size_t size)
{
	bool first = true;

	if (!is_inside(field, size)) {
		fputs("null", out);
		return;
	}
	switch (value_show(session, field)) {
	case SHOW_NUMBER:
	case SHOW_PORT:
		if (value_show(session, field) == SHOW_PORT)
			value_put(session, out, field, data, size);
		else
			put_number_json(out, field, data);
		break;
	case SHOW_TEXT:
		text_put_json(out, (const char *)data + field->offset, text_size(field, size));
		break;
	case SHOW_STACK:
		stacks_put_json(session, out, field, whole, data);
		break;
	case SHOW_PARTS:
		fputc('{', out);
		put_parts_json(session, out, field, whole, data, size, &first);
		fputc('}', out);
		break;
	case SHOW_LIST:
		put_list_json(out, field, data);
		break;
	case SHOW_NOTHING:
		fputs("null", out);
		break;
	default:
		put_text_json(session, out, field, data, size);
		break;
	}
}
