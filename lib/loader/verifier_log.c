/* SPDX-License-Identifier: Apache-2.0 */
#include "loader/verifier_log.h"

#include <errno.h>
#include <linux/bpf.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"

#define NO_ADDRESS                                                                                           \
	"an address is wanted there, of a variable or of what a look-up has found: perhaps an & is missing"
#define UNKNOWN_MEMORY                                                                                       \
	"the verifier does not know what is there: bpf_probe_read_kernel() and bpf_probe_read_user() read "  \
	"it"
#define STACK_LIMIT "a program has 512 bytes of stack: keep what is large in a map (BPF_PERCPU_ARRAY)"
#define WRONG_HELPER "programs that are attached like this may not call that helper"

#define NO_PROBE_READ                                                                                        \
	"tracing programs read memory; where user addresses may be the kernel's, too (s390x), only by "      \
	"bpf_probe_read_kernel() and bpf_probe_read_user()"

#define NO_BOUND                                                                                             \
	"an index or a size has to be compared with its bound before it is used, as an unsigned number; "    \
	"the "                                                                                               \
	"verifier sees what & leaves of it, but not what % does"

#define NO_PACKET_END "the end of what is read of a packet has to be compared with data_end before"
#define RELEASE "what was reserved or looked up has to be submitted or released on every way to the end"

/* A line of the log; not terminated. */
struct line {
	const char *start;
	size_t length;
};

/* Lines at the log's end that are statistics, or explain its reason. */
static const char *const statistics[] = { "processed ",  "verification time ", "stack depth ", "peak_states ",
					  "max_states ", "cur state:",         "old state:" };

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

/* What a reason means, where the verifier's words do not say it. The first that fits. */
static const struct {
	const char *reason, *hint;
} hints[] = {
	{ "infinite loop detected",
	  "a loop has to have a variable that changes in every round until it ends" },
	{ "_or_null'", "a look-up may find nothing: compare its result with NULL before using it" },
	{ "type=scalar expected=fp", NO_ADDRESS },
	{ "type=inv expected=fp", NO_ADDRESS },
	{ "invalid size of register spill",
	  "an address is stored where fewer bytes are wanted than it has: perhaps there is an & too many" },
	{ "invalid mem access 'inv'", UNKNOWN_MEMORY },
	{ "invalid mem access 'scalar'", UNKNOWN_MEMORY },
	{ "unbounded m", NO_BOUND },
	{ "unbounded variable-offset", NO_BOUND },
	{ "min value is negative", NO_BOUND },
	{ "outside of the allowed memory range", NO_BOUND },
	{ "invalid access to map value", NO_BOUND },
	{ "outside of the packet", NO_PACKET_END },
	{ "invalid access to packet", NO_PACKET_END },
	{ "Unreleased reference", RELEASE },
	{ "reference leak", RELEASE },
	{ "invalid stack off=-", STACK_LIMIT },
	{ "combined stack size", STACK_LIMIT },
	{ "invalid write to stack", STACK_LIMIT },
	{ "unknown opcode", "this kernel does not know an instruction that the program is compiled to" },
	{ "too large",
	  "the verifier takes only so many instructions on all ways through a program: loops count "
	  "as often as they run" },
	{ " bpf_probe_read#4", NO_PROBE_READ },
	{ " bpf_probe_read_str#45", NO_PROBE_READ },
	{ "program of this type cannot use helper", WRONG_HELPER },
	{ "unknown func", WRONG_HELPER },
	{ "unknown#177", "bpf_trace_printk with more than three values takes Linux 5.16" },
	{ "invalid func bpf_trace_vprintk", "bpf_trace_printk with more than three values takes Linux 5.16" },
	{ "cannot call GPL", "#define BPF_LICENSE names the program's license; without it, it is GPL" },
};

static const char *hint_for_reason(struct line reason)
{
	for (size_t i = 0; i < sizeof hints / sizeof *hints; i++)
		if (memmem(reason.start, reason.length, hints[i].reason, strlen(hints[i].reason)))
			return hints[i].hint;
	return NULL;
}

/* The last helper that each version of the kernel brought. */
static const struct {
	unsigned int helper;
	const char *version;
} helper_versions[] = {
	{ 155, "5.10" }, { 162, "5.11" }, { 163, "5.12" }, { 165, "5.13" }, { 168, "5.14" },
	{ 175, "5.15" }, { 179, "5.16" }, { 185, "5.17" }, { 193, "5.18" }, { 203, "5.19" },
	{ 207, "6.0" },  { 209, "6.1" },  { 211, "6.2" },
};

#define HELPER_NAME(name) "bpf_" #name
static const char *const helper_names[] = { __BPF_FUNC_MAPPER(HELPER_NAME) };
#undef HELPER_NAME

/* "invalid func unknown#181": which helper that is. Allocated; NULL for other reasons. */
static char *hint_for_helper(struct line reason)
{
	static const char text[] = "invalid func ";
	const char *func = memmem(reason.start, reason.length, text, strlen(text));
	const char *number = func ? memchr(func, '#', reason.length - (func - reason.start)) : NULL;
	unsigned long helper = number ? strtoul(number + 1, NULL, 10) : 0;
	char *hint = NULL;

	if (!helper || helper >= sizeof helper_names / sizeof *helper_names)
		return NULL;
	for (size_t i = 0; i < sizeof helper_versions / sizeof *helper_versions; i++)
		if (helper <= helper_versions[i].helper)
			return asprintf(&hint, "%s takes Linux %s", helper_names[helper],
					helper_versions[i].version) < 0
				       ? NULL
				       : hint;
	return NULL;
}

static void add_hint(struct line reason)
{
	const char *hint = hint_for_reason(reason);
	char *helper = hint ? NULL : hint_for_helper(reason);

	error_details(hint ? hint : helper);
	free(helper);
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
		if (err == -E2BIG)
			error_details("the program has more instructions than the kernel takes");
		return err;
	}
	error_say(err, "cannot load '%s': %.*s", function, (int)reason.length, reason.start);
	add_hint(reason);
	if (source.length) {
		where = source_line(source, text, name);
		error_details(where);
		free(where);
	}
	error_details(log);
	return err;
}
