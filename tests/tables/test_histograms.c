/* SPDX-License-Identifier: Apache-2.0 */
/* Histograms, byte by byte as BCC prints them. */
#include "run.h"

#include <errno.h>
#include <stdlib.h>

typedef int (*print_fn)(struct cbcc_table *t, FILE *out, const struct cbcc_hist_opts *opts);

static void expect(struct cbcc *b, const char *name, print_fn print, const struct cbcc_hist_opts *opts,
		   const char *expected)
{
	char *text;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	struct cbcc_table *t = cbcc_get_table(b, name);

	assert_non_null(out);
	assert_ok(print(t, out, opts));
	fclose(out);
	assert_string_equal(text, expected);
	free(text);
}

static const char program[] =
	"struct key { u32 pid; u64 slot; };\n"
	"struct name { char comm[8]; u64 slot; };\n"
	"BPF_HISTOGRAM(d, int, 64); BPF_HISTOGRAM(k, struct key); BPF_HISTOGRAM(n, struct name);\n"
	"BPF_HISTOGRAM(far, int, 64); BPF_HASH(text, u32, struct key);\n"
	"int f(void *ctx) {\n"
	"	struct key a = { 7, 3 }, b = { 7, 1 }, c = { 9, 2 };\n"
	"	struct name e = { \"abc\", 2 };\n"
	"	d.increment(1, 3); d.increment(2); d.increment(4, 10); d.increment(5, 37);\n"
	"	k.increment(a, 2); k.increment(b); k.increment(c); n.increment(e);\n"
	"	far.increment(32); far.increment(34, 4);\n"
	"	return 0;\n"
	"}\n";

static struct cbcc *run_program(void)
{
	struct cbcc *b = compiled(program);

	run_function(b, "f");
	return b;
}

static int by_pid_descending(void *ctx, const void *a, const void *b)
{
	(void)ctx;
	return *(const uint32_t *)a < *(const uint32_t *)b ? 1 : -1;
}

static int by_pid(void *ctx, const void *a, const void *b)
{
	return -by_pid_descending(ctx, a, b);
}

static void name_pid(void *ctx, const void *bucket, char *name, size_t size)
{
	snprintf(name, size, "%s%u", (const char *)ctx, *(const uint32_t *)bucket);
}

static size_t all_alike(void *ctx, const void *member, void *bucket)
{
	(void)ctx, (void)member;
	memcpy(bucket, "all", 3);
	return 3;
}

static void powers_of_two_are_as_bcc_prints_them(void **state)
{
	struct cbcc *b = run_program();
	struct cbcc_hist_opts usecs = { .sz = sizeof usecs, .val_type = "usecs" };
	struct cbcc_hist_opts strip = { .sz = sizeof strip, .strip_leading_zero = true };

	(void)state;
	expect(b, "d", cbcc_table_print_log2_hist, &usecs,
	       "     usecs               : count     distribution\n"
	       "         0 -> 1          : 3        |***                                     |\n"
	       "         2 -> 3          : 1        |*                                       |\n"
	       "         4 -> 7          : 0        |                                        |\n"
	       "         8 -> 15         : 10       |**********                              |\n"
	       "        16 -> 31         : 37       |****************************************|\n");
	expect(b, "far", cbcc_table_print_log2_hist, &strip,
	       "               value                         : count     distribution\n"
	       "          2147483648 -> 4294967295           : 1        |*****               |\n"
	       "          4294967296 -> 8589934591           : 0        |                    |\n"
	       "          8589934592 -> 17179869183          : 4        |********************|\n");
	cbcc_free(b);
}

static void linear_histograms_are_as_bcc_prints_them(void **state)
{
	struct cbcc *b = run_program();

	(void)state;
	expect(b, "d", cbcc_table_print_linear_hist, NULL,
	       "     value         : count     distribution\n"
	       "        0          : 0        |                                        |\n"
	       "        1          : 3        |***                                     |\n"
	       "        2          : 1        |*                                       |\n"
	       "        3          : 0        |                                        |\n"
	       "        4          : 10       |**********                              |\n"
	       "        5          : 37       |****************************************|\n");
	cbcc_free(b);
}

#define ROWS_7                                                                                               \
	"     v                   : count     distribution\n"                                                \
	"         0 -> 1          : 1        |********************                    |\n"                   \
	"         2 -> 3          : 0        |                                        |\n"                   \
	"         4 -> 7          : 2        |****************************************|\n"
#define ROWS_9                                                                                               \
	"     v                   : count     distribution\n"                                                \
	"         0 -> 1          : 0        |                                        |\n"                   \
	"         2 -> 3          : 1        |****************************************|\n"

static void sections_have_lines_names_and_an_order(void **state)
{
	struct cbcc *b = run_program();
	char prefix[] = "task ";
	struct cbcc_hist_opts opts = {
		.sz = sizeof opts, .val_type = "v", .section_header = "pid", .compare = by_pid
	};

	(void)state;
	expect(b, "k", cbcc_table_print_log2_hist, &opts, "\npid = 7\n" ROWS_7 "\npid = 9\n" ROWS_9);
	opts.compare = by_pid_descending;
	opts.section_name = name_pid;
	opts.ctx = prefix;
	expect(b, "k", cbcc_table_print_log2_hist, &opts,
	       "\npid = task 9\n" ROWS_9 "\npid = task 7\n" ROWS_7);
	opts = (struct cbcc_hist_opts){ .sz = sizeof opts, .bucket = all_alike };
	expect(b, "k", cbcc_table_print_linear_hist, &opts,
	       "\nBucket ptr = all\n"
	       "     value         : count     distribution\n"
	       "        0          : 0        |                                        |\n"
	       "        1          : 1        |********************                    |\n"
	       "        2          : 1        |********************                    |\n"
	       "        3          : 2        |****************************************|\n");
	opts = (struct cbcc_hist_opts){ .sz = sizeof opts,
					.section_header = "comm",
					.strip_leading_zero = true };
	expect(b, "n", cbcc_table_print_log2_hist, &opts,
	       "\ncomm = abc\n"
	       "     value               : count     distribution\n"
	       "         2 -> 3          : 1        |****************************************|\n");
	cbcc_free(b);
}

/* The first line, whose time is not known beforehand. */
static void expect_json(struct cbcc *b, print_fn print, const char *expected)
{
	struct cbcc_hist_opts opts = {
		.sz = sizeof opts, .val_type = "v\"", .section_header = "pid", .compare = by_pid
	};
	char *text, *data;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	assert_ok(print(cbcc_get_table(b, "k"), out, &opts));
	fclose(out);
	assert_memory_equal(text, "{\"ts\": \"2", 9);
	data = strstr(text, ", \"val_type\"");
	assert_non_null(data);
	*strchr(data, '\n') = '\0';
	assert_string_equal(data, expected);
	free(text);
}

static void json_has_an_object_for_each_section(void **state)
{
	struct cbcc *b = run_program();

	(void)state;
	expect_json(b, cbcc_table_print_json_hist,
		    ", \"val_type\": \"v\\\"\", \"data\": ["
		    "{\"interval-start\": 0, \"interval-end\": 1, \"count\": 1}, "
		    "{\"interval-start\": 2, \"interval-end\": 3, \"count\": 0}, "
		    "{\"interval-start\": 4, \"interval-end\": 7, \"count\": 2}], \"pid\": 7}");
	expect_json(b, cbcc_table_print_json_linear_hist,
		    ", \"val_type\": \"v\\\"\", \"data\": ["
		    "{\"interval-start\": 0, \"interval-end\": 0, \"count\": 0}, "
		    "{\"interval-start\": 1, \"interval-end\": 1, \"count\": 1}, "
		    "{\"interval-start\": 2, \"interval-end\": 2, \"count\": 0}, "
		    "{\"interval-start\": 3, \"interval-end\": 3, \"count\": 2}], \"pid\": 7}");
	cbcc_free(b);
}

static void what_is_no_histogram_is_refused(void **state)
{
	struct cbcc *b = run_program();
	struct cbcc_table *t = cbcc_get_table(b, "k");
	struct {
		uint32_t pid;
		uint64_t slot;
	} key = { .pid = 7, .slot = 65 };
	uint64_t count = 1;

	(void)state;
	memset(&key, 0, sizeof key);
	key.slot = 65;
	assert_ok(cbcc_table_update(t, &key, &count, 0));
	assert_int_equal(cbcc_table_print_log2_hist(t, stdout, NULL), -ERANGE);
	assert_string_equal(cbcc_last_error(), "the slot 65 of table 'k' exceeds the highest, 64");
	assert_int_equal(cbcc_table_print_log2_hist(cbcc_get_table(b, "text"), stdout, NULL), -EOPNOTSUPP);
	assert_int_equal(cbcc_table_print_log2_hist(t, NULL, NULL), -EINVAL);
	cbcc_free(b);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(powers_of_two_are_as_bcc_prints_them),
		cmocka_unit_test(linear_histograms_are_as_bcc_prints_them),
		cmocka_unit_test(sections_have_lines_names_and_an_order),
		cmocka_unit_test(json_has_an_object_for_each_section),
		cmocka_unit_test(what_is_no_histogram_is_refused),
	};

	return run_selected_tests(tests, argc, argv);
}
