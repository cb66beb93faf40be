/* SPDX-License-Identifier: Apache-2.0 */
#include "loader/verifier_log.h"

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"

/* A line of the log; not terminated. */
struct line {
	const char *start;
	size_t length;
};

/* Lines at the log's end that are statistics, not its reason. */
static const char *const statistics[] = { "processed ", "verification time ", "stack depth ", "peak_states ",
					  "max_states " };

static bool starts_with(struct line line, const char *prefix)
{
	size_t length = strlen(prefix);

	return line.length >= length && memcmp(line.start, prefix, length) == 0;
}

static bool is_statistics(struct line line)
{
	for (size_t i = 0; i < sizeof statistics / sizeof *statistics; i++)
		if (starts_with(line, statistics[i]))
			return true;
	return false;
}

/* The line before end, which is a line's start or the log's end. */
static struct line line_before(const char *log, const char *end)
{
	struct line line = { log, 0 };

	if (end > log && end[-1] == '\n')
		end--;
	for (line.start = end; line.start > log && line.start[-1] != '\n'; line.start--)
		;
	line.length = end - line.start;
	return line;
}

static struct line last_line(const char *log, bool (*wanted)(struct line))
{
	const char *end = log + strlen(log);

	while (end > log) {
		struct line line = line_before(log, end);

		if (wanted(line))
			return line;
		end = line.start;
	}
	return (struct line){ log, 0 };
}

static bool is_reason(struct line line)
{
	return line.length > 0 && !is_statistics(line);
}

static bool is_source(struct line line)
{
	return starts_with(line, "; ");
}

static struct line trimmed(struct line line)
{
	while (line.length && strchr(" \t", line.start[0]))
		line.start++, line.length--;
	while (line.length && strchr(" \t\r", line.start[line.length - 1]))
		line.length--;
	return line;
}

/* The number of the only line of text that reads like this one; 0 if there is none or more than one. */
static unsigned int only_line(const char *text, struct line wanted)
{
	unsigned int found = 0, number = 1;

	for (const char *p = text; *p; number++) {
		struct line line = trimmed((struct line){ p, strcspn(p, "\n") });

		if (line.length == wanted.length && memcmp(line.start, wanted.start, line.length) == 0) {
			if (found)
				return 0;
			found = number;
		}
		p += strcspn(p, "\n");
		p += *p == '\n';
	}
	return found;
}

/* "; text @ file:12" since 6.9, "; text" before: as "file:12: text" where the place is known. Allocated. */
static char *source_line(struct line line, const char *text, const char *name)
{
	static const char at[] = " @ ";
	char *source = strndup(line.start + 2, line.length - 2), *place = NULL, *result;
	struct line quoted;
	unsigned int number;

	if (!source)
		return NULL;
	for (char *p = source; (p = strstr(p, at)); p++)
		place = p;
	if (place)
		*place = '\0';
	quoted = trimmed((struct line){ source, strlen(source) });
	number = place ? 0 : only_line(text, quoted);
	if (place)
		number = asprintf(&result, "%s: %.*s", place + strlen(at), (int)quoted.length, quoted.start);
	else if (number)
		number = asprintf(&result, "%s:%u: %.*s", name, number, (int)quoted.length, quoted.start);
	else
		number = asprintf(&result, "%.*s", (int)quoted.length, quoted.start);
	free(source);
	return (int)number < 0 ? NULL : result;
}

/* What a reason means, where the verifier's words do not say it. */
static const struct {
	const char *reason, *hint;
} hints[] = {
	{ "unknown#177", "bpf_trace_printk with more than three values takes Linux 5.16" },
	{ "bpf_trace_vprintk", "bpf_trace_printk with more than three values takes Linux 5.16" },
	{ "cannot call GPL", "#define BPF_LICENSE names the program's license; without it, it is GPL" },
};

static const char *hint_for(struct line reason)
{
	for (size_t i = 0; i < sizeof hints / sizeof *hints; i++)
		if (memmem(reason.start, reason.length, hints[i].reason, strlen(hints[i].reason)))
			return hints[i].hint;
	return NULL;
}

int verifier_log_error(int err, const char *function, const char *log, const char *text, const char *name)
{
	struct line reason = last_line(log, is_reason), source = last_line(log, is_source);
	char *where;

	if (!reason.length) {
		error_set(err, "cannot load '%s'", function);
		if (err == -EPERM)
			error_details(
				geteuid() == 0
					? "this process is root: the kernel refuses programs of this kind, "
					  "or its capabilities (CAP_BPF, CAP_PERFMON) are taken away"
					: "loading programs takes CAP_BPF and CAP_PERFMON: run it as root");
		return err;
	}
	error_say(err, "cannot load '%s': %.*s", function, (int)reason.length, reason.start);
	error_details(hint_for(reason));
	if (source.length) {
		where = source_line(source, text, name);
		error_details(where);
		free(where);
	}
	error_details(log);
	return err;
}
