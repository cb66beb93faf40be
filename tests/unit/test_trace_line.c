/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include <errno.h>
#include <locale.h>
#include <math.h>
#include <stdlib.h>

#include "readers/trace_line.h"

/* On the heap and of its exact size, so that the sanitizer sees a read behind its end. */
static int parse(const char *line, char **copy, struct cbcc_trace_line *fields)
{
	*copy = strdup(line);
	assert_non_null(*copy);
	return trace_line_parse(*copy, fields);
}

static const struct {
	const char *line;
	struct cbcc_trace_line fields;
} lines[] = {
	{ "            bash-1234    [000] d..31  1234.567890: bpf_trace_printk: Hello, World!",
	  { "bash", 1234, 0, "d..31", 1234.567890, "Hello, World!" } },
	/* before 5.11: four flags; before 5.9: no name of an event */
	{ "            bash-1234  [001] d...   99.000001: 0x00000001: Hello",
	  { "bash", 1234, 1, "d...", 99.000001, "Hello" } },
	{ "            bash-1234  [001] d...   99.000001: : Hello",
	  { "bash", 1234, 1, "d...", 99.000001, "Hello" } },
	{ "          <idle>-0       [003] ..s2.     0.000000: bpf_trace_printk: x",
	  { "<idle>", 0, 3, "..s2.", 0, "x" } },
	{ "           <...>-2147483647 [1023] d..31 4294967295.999999: f: x",
	  { "<...>", 2147483647, 1023, "d..31", 4294967295.999999, "x" } },
	/* comm with everything that the line has around it */
	{ "       my-task:1-77      [000] .....     1.500000: f: x",
	  { "my-task:1", 77, 0, ".....", 1.5, "x" } },
	{ "      kworker/0:1-77      [000] .....     1.500000: f: x",
	  { "kworker/0:1", 77, 0, ".....", 1.5, "x" } },
	{ "       a b [c] -1-77      [000] .....     1.500000: f: x",
	  { "a b [c] -1", 77, 0, ".....", 1.5, "x" } },
	{ "   -1 [000] .... -77      [000] .....     1.500000: f: x",
	  { "-1 [000] .... ", 77, 0, ".....", 1.5, "x" } },
	{ "                -77      [000] .....     1.500000: f: x", { "", 77, 0, ".....", 1.5, "x" } },
	{ " ---------------77-78      [000] .....     1.500000: f: x",
	  { "---------------77", 78, 0, ".....", 1.5, "x" } },
	/* options of the tracer: record-tgid, noirq-info, a clock that counts, sym-offset */
	{ "            bash-12      (     10) [000] .....     1.500000: f: x",
	  { "bash", 12, 0, ".....", 1.5, "x" } },
	{ "            bash-12      (-------) [000] .....     1.500000: f: x",
	  { "bash", 12, 0, ".....", 1.5, "x" } },
	{ "            bash-12      [000]     1.500000: f: x", { "bash", 12, 0, "", 1.5, "x" } },
	{ "            bash-12      [000] .....  52588372509: f: x",
	  { "bash", 12, 0, ".....", 52588372509.0, "x" } },
	{ "            bash-12      [000] .....  1.123456789: f: x",
	  { "bash", 12, 0, ".....", 1.123456789, "x" } },
	{ "            bash-12      [000] .....  1.5: f+0x12/0x20: x", { "bash", 12, 0, ".....", 1.5, "x" } },
	/* messages */
	{ "            bash-12      [000] .....  1.500000: f: a: b - [000] 1.0: c",
	  { "bash", 12, 0, ".....", 1.5, "a: b - [000] 1.0: c" } },
	{ "            bash-12      [000] .....  1.500000: f:   x", { "bash", 12, 0, ".....", 1.5, "  x" } },
	{ "            bash-12      [000] .....  1.500000: f: ", { "bash", 12, 0, ".....", 1.5, "" } },
	{ "            bash-12      [000] .....  1.500000: f:", { "bash", 12, 0, ".....", 1.5, "" } },
	{ "            bash-12      [000] .....  1.500000: f: \xc3\xa9\x01\xff",
	  { "bash", 12, 0, ".....", 1.5, "\xc3\xa9\x01\xff" } },
};

static void assert_lines(void)
{
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		const struct cbcc_trace_line *expected = &lines[i].fields;
		struct cbcc_trace_line fields;
		char *copy;

		if (parse(lines[i].line, &copy, &fields))
			fail_msg("not understood: \"%s\"", lines[i].line);
		assert_string_equal(fields.task, expected->task);
		assert_int_equal(fields.pid, expected->pid);
		assert_int_equal(fields.cpu, expected->cpu);
		assert_string_equal(fields.flags, expected->flags);
		if (fields.ts != expected->ts)
			fail_msg("%.17g instead of %.17g", fields.ts, expected->ts);
		assert_string_equal(fields.msg, expected->msg);
		free(copy);
	}
}

static void a_line_is_taken_apart(void **state)
{
	(void)state;
	assert_lines();
}

static void the_locale_does_not_matter(void **state)
{
	(void)state;
	if (!setlocale(LC_NUMERIC, "de_DE.UTF-8") && !setlocale(LC_NUMERIC, "fr_FR.UTF-8"))
		skip_because("no locale with a decimal comma is installed");
	assert_lines();
	setlocale(LC_NUMERIC, "C");
}

static const char *const other_lines[] = {
	"",
	" ",
	"CPU:2 [LOST 51 EVENTS]",
	"Hello, World!",
	"the second line of a message-1 [000] and so on",
	"bash-12 [000] ..... 1.5: f: x", /* comm is always 16 columns wide */
	"            bash-12      [000] .....  1.500000: no function",
	"            bash-12      [000] .....  1.500000:",
	"            bash-12      [000] .....  1.500000",
	"            bash-12      [000] .....  1.500000: f:x",
	"            bash-12      [000] .....  1.5.5: f: x",
	"            bash-12      [000] .....  .5: f: x",
	"            bash-12      [000] .....  1.: f: x",
	"            bash-12      [000] .....  -1.5: f: x",
	"            bash-12      [000] .....  nan: f: x",
	"            bash-12      [000] ...  1.5: f: x",
	"            bash-12      [000] ......  1.5: f: x",
	"            bash-12      000 .....  1.5: f: x",
	"            bash-12      [] .....  1.5: f: x",
	"            bash-12      [-1] .....  1.5: f: x",
	"            bash-        [000] .....  1.5: f: x",
	"            bash-x       [000] .....  1.5: f: x",
	"            bash-12      (10 [000] .....  1.5: f: x",
	"            bash         [000] .....  1.5: f: x",
	/* one more than fits */
	"            bash-2147483648 [000] .....  1.5: f: x",
	"            bash-12      [2147483648] .....  1.5: f: x",
	"            bash-12      [000] .....  18446744073709551616: f: x",
	"            bash-12      [000] .....  18446744073709.551616: f: x",
	"            bash-12      [000] .....  1.1234567890: f: x",
};

static void another_line_is_refused_and_left_as_it_is(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof other_lines / sizeof *other_lines; i++) {
		struct cbcc_trace_line fields;
		char *copy;

		if (parse(other_lines[i], &copy, &fields) != -EINVAL)
			fail_msg("understood: \"%s\"", other_lines[i]);
		assert_string_equal(copy, other_lines[i]);
		free(copy);
	}
}

/* No prefix of a line is more than refused. */
static void a_line_may_end_anywhere(void **state)
{
	const char *line = "            bash-12      (     10) [000] d..31     1.500000: f: x";
	size_t message = (size_t)(strstr(line, "f:") - line) + 2;

	(void)state;
	for (size_t length = 0; length <= strlen(line); length++) {
		struct cbcc_trace_line fields;
		char *copy = strndup(line, length);

		assert_non_null(copy);
		assert_int_equal(trace_line_parse(copy, &fields), length < message ? -EINVAL : 0);
		free(copy);
	}
}

static const struct {
	const char *line;
	bool lost;
	uint64_t events;
} lost_lines[] = {
	{ "CPU:2 [LOST 51 EVENTS]", true, 51 },
	{ "CPU:127 [LOST 18446744073709551615 EVENTS]", true, UINT64_MAX },
	{ "CPU:0 [LOST EVENTS]", true, 1 },
	{ "CPU:2 [LOST 18446744073709551616 EVENTS]", false, 0 },
	{ "CPU:2 [LOST 51 EVENTS] ", false, 0 },
	{ "CPU:2 [LOST x EVENTS]", false, 0 },
	{ "CPU:2 [LOST 51", false, 0 },
	{ "CPU:x [LOST 51 EVENTS]", false, 0 },
	{ "CPU:2", false, 0 },
	{ "            bash-12      [000] .....  1.5: f: CPU:2 [LOST 51 EVENTS]", false, 0 },
	{ "", false, 0 },
};

static void lost_events_are_recognised(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof lost_lines / sizeof *lost_lines; i++) {
		uint64_t events = 0;

		assert_int_equal(trace_line_lost(lost_lines[i].line, &events), lost_lines[i].lost);
		if (lost_lines[i].lost)
			assert_true(events == lost_lines[i].events);
	}
}

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_is_taken_apart),
		cmocka_unit_test(the_locale_does_not_matter),
		cmocka_unit_test(another_line_is_refused_and_left_as_it_is),
		cmocka_unit_test(a_line_may_end_anywhere),
		cmocka_unit_test(lost_events_are_recognised),
	};

	return run_selected_tests(tests, argc, argv);
}
