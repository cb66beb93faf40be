/* SPDX-License-Identifier: Apache-2.0 */
#include "columns.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "stacks.h"
#include "text.h"

#define WIDEST 40 /* to which a column grows */

static char *upper_case(char *text)
{
	for (char *at = text; *at; at++)
		*at = (char)toupper((unsigned char)*at);
	return text;
}

static size_t enum_width(const struct cbcc_type *type)
{
	size_t width = 4;
	const char *name;

	for (uint64_t value = 0; value < cbcc_type_count(type) && value < 256; value++) {
		name = cbcc_type_enum_name(type, value);
		if (name && strlen(name) > width)
			width = strlen(name);
	}
	return width < WIDEST ? width : WIDEST;
}

static size_t number_width(const struct cbcc_type *type)
{
	size_t size = cbcc_type_size(type);

	return size >= 8 ? 10 : size == 4 ? 7 : size == 2 ? 5 : 3;
}

/* What most values need. */
static size_t usual_width(const struct column *column)
{
	const struct cbcc_type *type = column->field.type;
	size_t size = cbcc_type_size(type);

	switch (column->show) {
	case SHOW_NUMBER:
		return number_width(type);
	case SHOW_ENUM:
		return enum_width(type);
	case SHOW_TEXT:
		return size == 16 ? 15 : size > 24 ? 24 : size;
	case SHOW_IPV4:
	case SHOW_IPV6:
		return 15;
	case SHOW_PORT:
		return 5;
	case SHOW_MAC:
		return 17;
	case SHOW_ADDRESS:
		return 24;
	case SHOW_SYSCALL:
		return 16;
	default:
		return 8;
	}
}

static void add(struct columns *columns, const struct session *session, const struct cbcc_field *field,
		char *title)
{
	struct column *items = allocate((columns->count + 1) * sizeof *items), *column = &items[columns->count];
	size_t width = strlen(title);

	if (columns->count)
		memcpy(items, columns->items, columns->count * sizeof *items);
	free(columns->items);
	columns->items = items;
	columns->count++;
	*column = (struct column){ .title = upper_case(title), .field = *field };
	column->show = value_show(session, field);
	column->right = column->show == SHOW_NUMBER || column->show == SHOW_PORT;
	column->width = usual_width(column);
	if (column->width < width)
		column->width = width;
	columns->nstacks += column->show == SHOW_STACK;
}

static void add_members(struct columns *columns, const struct session *session, const struct cbcc_field *outer,
			const char *prefix);

static void add_member(struct columns *columns, const struct session *session, const struct cbcc_field *member,
		       const char *prefix)
{
	enum show show = value_show(session, member);
	char title[256];

	if (show == SHOW_NOTHING || value_is_hidden(member->name))
		return;
	snprintf(title, sizeof title, "%s%s%s", prefix, *prefix && *member->name ? "." : "", member->name);
	if (show == SHOW_PARTS)
		add_members(columns, session, member, title);
	else
		add(columns, session, member, copy_text(title, strlen(title)));
}

static void add_members(struct columns *columns, const struct session *session, const struct cbcc_field *outer,
			const char *prefix)
{
	struct cbcc_field member;

	for (size_t i = 0; value_part(outer, i, &member); i++)
		add_member(columns, session, &member, prefix);
}

void columns_init(struct columns *columns, const struct session *session, const struct cbcc_type *type,
		  const char *title)
{
	struct cbcc_field whole = { .name = "", .type = type };

	*columns = (struct columns){ .type = type };
	if (value_show(session, &whole) == SHOW_PARTS)
		add_members(columns, session, &whole, "");
	else
		add(columns, session, &whole, copy_text(title, strlen(title)));
}

/* The text is valid until the next one. */
static const char *cell(const struct column *column, struct session *session, const void *data, size_t size)
{
	value_put(session, scratch_begin(&session->scratch), &column->field, data, size);
	return scratch_end(&session->scratch);
}

static void widen(struct column *column, size_t width)
{
	if (width > column->width)
		column->width = width < WIDEST ? width : WIDEST;
}

void columns_measure(struct columns *columns, struct session *session, const void *data, size_t size)
{
	for (size_t i = 0; i < columns->count; i++)
		widen(&columns->items[i], text_width(cell(&columns->items[i], session, data, size)));
}

static void put_padded(FILE *out, const char *text, const struct column *column, bool last)
{
	size_t width = text_width(text), blanks = column->width > width ? column->width - width : 0;

	if (column->right)
		fprintf(out, "%*s%s", (int)blanks, "", text);
	else
		fprintf(out, "%s%*s", text, last ? 0 : (int)blanks, "");
}

static bool is_last(const struct columns *columns, size_t index)
{
	while (++index < columns->count)
		if (columns->items[index].show != SHOW_STACK)
			return false;
	return true;
}

void columns_put_titles(const struct columns *columns, const struct session *session, bool last)
{
	bool first = true;

	for (size_t i = 0; i < columns->count; i++) {
		if (columns->items[i].show == SHOW_STACK)
			continue;
		fputs(first ? "" : " ", session->out);
		first = false;
		put_padded(session->out, columns->items[i].title, &columns->items[i], last && is_last(columns, i));
	}
}

void columns_put(struct columns *columns, struct session *session, const void *data, size_t size, bool last)
{
	bool first = true;

	for (size_t i = 0; i < columns->count; i++) {
		struct column *column = &columns->items[i];
		const char *text;

		if (column->show == SHOW_STACK)
			continue;
		text = cell(column, session, data, size);
		fputs(first ? "" : " ", session->out);
		first = false;
		widen(column, text_width(text));
		put_padded(session->out, text, column, last && is_last(columns, i));
	}
}

void columns_put_stacks(const struct columns *columns, struct session *session, const void *data)
{
	for (size_t i = 0; i < columns->count; i++)
		if (columns->items[i].show == SHOW_STACK)
			stacks_put(session, &columns->items[i].field, columns->type, data);
}

bool columns_are_alike(const struct columns *a, const struct columns *b)
{
	if (a->count != b->count)
		return false;
	for (size_t i = 0; i < a->count; i++)
		if (strcmp(a->items[i].title, b->items[i].title) != 0)
			return false;
	return true;
}

void columns_free(struct columns *columns)
{
	for (size_t i = 0; i < columns->count; i++)
		free(columns->items[i].title);
	free(columns->items);
}
