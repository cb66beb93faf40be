/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include <errno.h>
#include <locale.h>
#include <stdlib.h>

#include "readers/trace_format.h"

static const struct cbcc_trace_line fields = {
	.task = "a task",
	.pid = 42,
	.cpu = 3,
	.flags = "d..31",
	.ts = 1234.56789,
	.msg = "Hello, {1} World!",
};

static char *expand(const char *fmt, const struct cbcc_trace_line *from)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	assert_int_equal(trace_format_check(fmt), 0);
	assert_int_equal(trace_format_write(out, fmt, from), 0);
	fclose(out);
	return text;
}

static const struct {
	const char *fmt, *text;
} formats[] = {
	{ "", "" },
	{ "plain 100% \\n", "plain 100% \\n" },
	{ "{0}|{1}|{2}|{3}|{4}|{5}", "a task|42|3|d..31|1234.56789|Hello, {1} World!" },
	{ "{5}{5}", "Hello, {1} World!Hello, {1} World!" },
	{ "pid {1}, msg = {5}", "pid 42, msg = Hello, {1} World!" },
	{ "{{1}}", "{1}" },
	{ "{{{1}}}", "{42}" },
	{ "{{}}", "{}" },
	{ "}}{{", "}{" },
};

static void fields_and_braces_are_expanded(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
		char *text = expand(formats[i].fmt, &fields);

		assert_string_equal(text, formats[i].text);
		free(text);
	}
}

static const struct {
	const char *fmt, *where;
} bad_formats[] = {
	{ "{6}", "character 1:" },  { "abc {", "character 5:" }, { "{0} }", "character 5:" },
	{ "{}", "character 1:" },   { "{{{", "character 3:" },   { "{1:>5}", "character 1:" },
	{ "{-1}", "character 1:" }, { "{01}", "character 1:" },  { "{0}{task}", "character 4:" },
	{ "{ 1}", "character 1:" }, { "}", "character 1:" },     { "{0", "character 1:" },
};

static void other_braces_are_refused_with_their_place(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof bad_formats / sizeof *bad_formats; i++) {
		assert_int_equal(trace_format_check(bad_formats[i].fmt), -EINVAL);
		assert_error_has(bad_formats[i].where);
		assert_error_has("{0} to {5}");
	}
}

/* Right: what Python's repr() gives. */
static const struct {
	double ts;
	const char *text;
} stamps[] = {
	{ 0, "0.0" },
	{ 1234.567890, "1234.56789" },
	{ 1234, "1234.0" },
	{ 100, "100.0" },
	{ 0.1, "0.1" },
	{ 0.000123, "0.000123" },
	{ 0.000001, "1e-06" },
	{ 0.000012, "1.2e-05" },
	{ 31536000.000001, "31536000.000001" },
	{ 4294967295.999999, "4294967295.999999" },
	{ 123456.100000, "123456.1" },
	{ 0.1 + 0.2, "0.30000000000000004" },
	{ 9007199254740992.0, "9007199254740992.0" },
	{ 1e16, "1e+16" },
	{ 12345678901234567890.0, "1.2345678901234567e+19" },
};

static void assert_stamps(void)
{
	struct cbcc_trace_line stamped = fields;

	for (size_t i = 0; i < sizeof stamps / sizeof *stamps; i++) {
		char *text;

		stamped.ts = stamps[i].ts;
		text = expand("{4}", &stamped);
		assert_string_equal(text, stamps[i].text);
		free(text);
	}
}

static void the_time_is_the_shortest_that_reads_back(void **state)
{
	(void)state;
	assert_stamps();
}

static void the_locale_does_not_matter(void **state)
{
	static const char *const locales[] = { "de_DE.UTF-8", "fr_FR.UTF-8", "ps_AF.UTF-8" };
	size_t tried = 0;

	(void)state;
	for (size_t i = 0; i < sizeof locales / sizeof *locales; i++) {
		if (!setlocale(LC_NUMERIC, locales[i]))
			continue;
		tried++;
		assert_stamps();
	}
	setlocale(LC_NUMERIC, "C");
	if (!tried)
		skip_because("no locale with a decimal comma is installed");
}

static void a_failing_write_is_told(void **state)
{
	FILE *full = fopen("/dev/full", "w");

	(void)state;
	if (!full)
		skip_because("there is no /dev/full");
	setvbuf(full, NULL, _IONBF, 0);
	for (int i = 0; i <= 5; i++) {
		char fmt[] = { '{', (char)('0' + i), '}', '\0' };

		assert_int_equal(trace_format_write(full, fmt, &fields), EOF);
		assert_int_equal(errno, ENOSPC);
	}
	assert_int_equal(trace_format_write(full, "text", &fields), EOF);
	fclose(full);
}

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(fields_and_braces_are_expanded),
		cmocka_unit_test(other_braces_are_refused_with_their_place),
		cmocka_unit_test(the_time_is_the_shortest_that_reads_back),
		cmocka_unit_test(the_locale_does_not_matter),
		cmocka_unit_test(a_failing_write_is_told),
	};

	return run_selected_tests(tests, argc, argv);
}
