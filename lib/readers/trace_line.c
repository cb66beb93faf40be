/* SPDX-License-Identifier: Apache-2.0 */
#include "readers/trace_line.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

#include "cbcc.h"

/* The kernel prints "%16s-%-7d " (earlier "%-5d"): the dash is never before this column. */
#define COMM_WIDTH 16

/* Where the strings of a line end; written only when all of it is understood. */
struct ends {
	char *task, *flags;
};

/* Each of these takes one thing off the text at *p and moves *p behind it. */

static bool take_char(char **p, char c)
{
	if (**p != c)
		return false;
	(*p)++;
	return true;
}

static void take_blanks(char **p)
{
	*p += strspn(*p, " ");
}

static bool take_number(char **p, uint64_t max, uint64_t *value)
{
	char *start = *p;

	*value = 0;
	for (; **p >= '0' && **p <= '9'; (*p)++) {
		unsigned int digit = (unsigned int)(**p - '0');

		if (*value > (max - digit) / 10)
			return false;
		*value = *value * 10 + digit;
	}
	return *p > start;
}

static bool take_int(char **p, int *value)
{
	uint64_t number;

	if (!take_number(p, INT_MAX, &number))
		return false;
	*value = (int)number;
	return true;
}

/* "(    123) " or, where the kernel does not know it, "(-------) " */
static bool take_tgid(char **p)
{
	if (!take_char(p, '('))
		return true;
	*p += strspn(*p, " -0123456789");
	if (!take_char(p, ')'))
		return false;
	take_blanks(p);
	return true;
}

static bool take_cpu(char **p, int *cpu)
{
	return take_char(p, '[') && take_int(p, cpu) && take_char(p, ']') && take_char(p, ' ');
}

/* One division of two integers is the double nearest to the text; strtod(3) depends on the locale. */
static bool take_seconds(char **p, double *ts)
{
	uint64_t digits, fraction, scale = 1;
	char *start;

	if (!take_number(p, UINT64_MAX, &digits))
		return false;
	if (take_char(p, '.')) {
		start = *p;
		if (!take_number(p, UINT64_MAX, &fraction) || *p - start > 9)
			return false;
		for (; start < *p; start++)
			scale *= 10;
		if (digits > (UINT64_MAX - fraction) / scale)
			return false;
		digits = digits * scale + fraction;
	}
	*ts = (double)digits / (double)scale;
	return true;
}

static bool take_flags(char **p, struct cbcc_trace_line *fields, struct ends *ends)
{
	size_t length = strcspn(*p, " ");

	fields->flags = *p;
	ends->flags = *p + length;
	*p += length;
	return (length == 4 || length == 5) && take_char(p, ' ');
}

/* "d..31 1234.567890: ", or without flags, "1234.567890: " */
static bool take_flags_and_time(char **p, struct cbcc_trace_line *fields, struct ends *ends)
{
	char *start = *p;

	take_blanks(p);
	fields->flags = "";
	ends->flags = NULL;
	if (take_seconds(p, &fields->ts) && take_char(p, ':'))
		return true;
	*p = start;
	if (!take_flags(p, fields, ends))
		return false;
	take_blanks(p);
	return take_seconds(p, &fields->ts) && take_char(p, ':');
}

/* "function: msg"; kernels before 5.9 print "0x00000001: " or ": " for a program's message. */
static bool take_message(char *p, struct cbcc_trace_line *fields)
{
	char *colon;

	if (!take_char(&p, ' '))
		return false;
	colon = p + strcspn(p, ": ");
	if (*colon != ':')
		return false;
	fields->msg = colon[1] == ' ' ? colon + 2 : colon + 1;
	return fields->msg[-1] == ' ' || !*fields->msg;
}

/* All behind the dash. */
static bool take_rest(char *p, struct cbcc_trace_line *fields, struct ends *ends)
{
	if (!take_int(&p, &fields->pid) || !take_char(&p, ' '))
		return false;
	take_blanks(&p);
	return take_tgid(&p) && take_cpu(&p, &fields->cpu) && take_flags_and_time(&p, fields, ends) &&
	       take_message(p, fields);
}

int trace_line_parse(char *line, struct cbcc_trace_line *fields)
{
	struct ends ends;

	if (strnlen(line, COMM_WIDTH) < COMM_WIDTH)
		return -EINVAL;
	for (ends.task = strchr(line + COMM_WIDTH, '-'); ends.task; ends.task = strchr(ends.task + 1, '-')) {
		if (!take_rest(ends.task + 1, fields, &ends))
			continue;
		fields->task = line + strspn(line, " ");
		*ends.task = '\0';
		if (ends.flags)
			*ends.flags = '\0';
		return 0;
	}
	return -EINVAL;
}

bool trace_line_lost(const char *line, uint64_t *events)
{
	char *p = (char *)line; /* not written to */
	int cpu;

	if (strncmp(p, "CPU:", 4) != 0)
		return false;
	p += 4;
	if (!take_int(&p, &cpu) || !take_char(&p, ' '))
		return false;
	*events = 1;
	if (!strcmp(p, "[LOST EVENTS]"))
		return true;
	if (strncmp(p, "[LOST ", 6) != 0)
		return false;
	p += 6;
	return take_number(&p, UINT64_MAX, events) && !strcmp(p, " EVENTS]");
}
