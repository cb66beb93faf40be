/* SPDX-License-Identifier: Apache-2.0 */
#include "readers/trace_format.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "cbcc.h"

/* Text, or one field. */
struct piece {
	const char *text;
	size_t length;
	int field; /* -1: text */
};

/* Takes the next piece off the format. Returns 1, 0 at the end, -EINVAL for a brace that means nothing. */
static int next_piece(const char **fmt, struct piece *piece)
{
	const char *p = *fmt;

	if (!*p)
		return 0;
	*piece = (struct piece){ .text = p, .length = strcspn(p, "{}"), .field = -1 };
	if (piece->length) {
		*fmt = p + piece->length;
	} else if (p[1] == p[0]) {
		piece->length = 1;
		*fmt = p + 2;
	} else if (p[0] == '{' && p[1] >= '0' && p[1] <= '5' && p[2] == '}') {
		piece->field = p[1] - '0';
		*fmt = p + 3;
	} else {
		return -EINVAL;
	}
	return 1;
}

int trace_format_check(const char *fmt)
{
	const char *p = fmt;
	struct piece piece;
	int status;

	do
		status = next_piece(&p, &piece);
	while (status > 0);
	if (status < 0)
		return error_say(status,
				 "format \"%s\", character %zu: \"%.8s\" is none of {0} to {5}, {{ and }}",
				 fmt, (size_t)(p - fmt) + 1, p);
	return 0;
}

/* The locale may have another decimal point, and one of several bytes. */
static void use_point(char *number)
{
	char *point = number + strspn(number, "-0123456789");
	char *fraction = point + strcspn(point, "0123456789e");

	if (fraction > point) {
		*point = '.';
		memmove(point + 1, fraction, strlen(fraction) + 1);
	}
}

static int write_seconds(FILE *out, double value)
{
	bool scientific = value >= 1e16 || (value > 0 && value < 1e-4);
	char text[64];

	for (int digits = scientific ? 0 : 1; digits <= 17; digits++) {
		snprintf(text, sizeof text, scientific ? "%.*e" : "%.*f", digits, value);
		if (strtod(text, NULL) == value)
			break;
	}
	if (isfinite(value))
		use_point(text);
	return fputs(text, out);
}

static int write_field(FILE *out, int field, const struct cbcc_trace_line *fields)
{
	switch (field) {
	case 0:
		return fputs(fields->task, out);
	case 1:
		return fprintf(out, "%d", fields->pid);
	case 2:
		return fprintf(out, "%d", fields->cpu);
	case 3:
		return fputs(fields->flags, out);
	case 4:
		return write_seconds(out, fields->ts);
	default:
		return fputs(fields->msg, out);
	}
}

int trace_format_write(FILE *out, const char *fmt, const struct cbcc_trace_line *fields)
{
	struct piece piece;

	while (next_piece(&fmt, &piece) > 0) {
		if (piece.field < 0) {
			if (fwrite(piece.text, 1, piece.length, out) != piece.length)
				return EOF;
		} else if (write_field(out, piece.field, fields) < 0) {
			return EOF;
		}
	}
	return 0;
}
