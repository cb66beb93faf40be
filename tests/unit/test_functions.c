/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include <errno.h>
#include <stdlib.h>

#include "kernel/functions.h"
#include "kernel/kallsyms.h"

/* A small kernel: every line is there for one rule. */
static const char symbols_text[] = "0000000000000000 A fixed_percpu_data\n"
				   "ffffffff81000000 T _text\n"
				   "ffffffff81000300 T __irqentry_text_start\n"
				   "ffffffff81000310 T vfs_in_irqentry\n"
				   "ffffffff81000f70 T __irqentry_text_end\n"
				   "ffffffff81001000 T vfs_read\n"
				   "ffffffff81001100 t vfs_write\n"
				   "ffffffff81001150 t vfs_static_twin\n"
				   "ffffffff81001160 t vfs_static_twin\n"
				   "ffffffff81001200 W vfs_weak\n"
				   "ffffffff81001300 D vfs_data\n"
				   "ffffffff81001400 T vfs_blacklisted\n"
				   "ffffffff81001500 T vfs_notrace\n"
				   "ffffffff81001600 t vfs_read.cold\n"
				   "ffffffff81001700 t vfs_read.cold.12\n"
				   "ffffffff81001750 t vfs_read.isra.0\n"
				   "ffffffff81001760 t vfs_read.colder\n"
				   "ffffffff81001800 T do_vfs_ioctl\n"
				   "ffffffff81001900 t _kbl_addr_vfs_read\n"
				   "ffffffff81001a00 T perf_event_open\n"
				   "ffffffff81001b00 T __perf_event_read\n"
				   "ffffffff81001c00 t __SCT__might_resched\n"
				   "ffffffff83783000 B __init_begin\n"
				   "ffffffff83783100 t vfs_in_init\n"
				   "ffffffffc0001000 t vfs_module\t[ext4]\n"
				   "ffffffffc0002000 t bpf_prog_vfs\t[bpf]\n"
				   "ffffffffc0003000 t ftrace_trampoline\t[__builtin__ftrace]\n";

static const char blacklist_text[] = "0xffffffff81001400-0xffffffff81001420\tvfs_blacklisted\n"
				     "0xffffffff81009000-0xffffffff81009010\tvfs_rea\n"
				     "broken\n"
				     "\n";

static const char filterable_text[] = "vfs_read\n"
				      "vfs_write\n"
				      "vfs_static_twin\n"
				      "vfs_weak\n"
				      "vfs_blacklisted\n"
				      "vfs_read.cold\n"
				      "vfs_read.isra.0\n"
				      "vfs_module [ext4]\n"
				      "perf_event_open\n"
				      "vfs_in_init";

static FILE *open_text(const char *text)
{
	FILE *file = text ? fmemopen((char *)text, strlen(text), "r") : NULL;

	assert_true(!text || file);
	return file;
}

/* The names that match, each followed by a blank; to be freed. */
static char *match(const char *regex, const char *symbols, const char *blacklist, const char *filterable)
{
	struct kallsyms kallsyms;
	struct function_sources sources = {
		.symbols = &kallsyms,
		.blacklist = open_text(blacklist),
		.filterable = open_text(filterable),
	};
	struct function_list list;
	char *names = NULL;
	size_t size;
	FILE *out = open_memstream(&names, &size);

	kallsyms_from_file(&kallsyms, open_text(symbols));
	assert_int_equal(functions_match_in(&sources, regex, &list), 0);
	for (size_t i = 0; i < list.count; i++)
		fprintf(out, "%s ", list.names[i]);
	fclose(out);
	function_list_free(&list);
	kallsyms_close(&kallsyms);
	if (sources.blacklist)
		fclose(sources.blacklist);
	if (sources.filterable)
		fclose(sources.filterable);
	return names;
}

static void assert_match(const char *regex, const char *expected)
{
	char *names = match(regex, symbols_text, blacklist_text, filterable_text);

	assert_string_equal(names, expected);
	free(names);
}

static void all_that_can_be_probed_is_listed_once_in_order(void **state)
{
	(void)state;
	assert_match(".*", "vfs_module vfs_read vfs_read.isra.0 vfs_static_twin vfs_weak vfs_write ");
}

static void the_expression_matches_the_whole_name(void **state)
{
	(void)state;
	assert_match("vfs_r.*", "vfs_read vfs_read.isra.0 ");
	assert_match("^vfs_w.*", "vfs_weak vfs_write ");
	assert_match("vfs_r|vfs_read", "vfs_read ");
	assert_match("vfs_", "");
	assert_match("read", "");
	assert_match(".*read$", "vfs_read ");
	assert_match("read|vfs_write", "vfs_write ");
	assert_match("(vfs)_(w)(eak|rite)$", "vfs_weak vfs_write ");
}

static void without_lists_only_the_symbols_decide(void **state)
{
	char *names = match("(vfs_|do_|perf|__perf|_kbl|__SCT|bpf|ftrace).*", symbols_text, NULL, NULL);

	(void)state;
	assert_string_equal(names,
			    "do_vfs_ioctl vfs_blacklisted vfs_module vfs_notrace vfs_read vfs_read.colder "
			    "vfs_read.isra.0 vfs_static_twin vfs_weak vfs_write ");
	free(names);
}

static void a_section_with_an_end_ends_there(void **state)
{
	char *names = match(
		".*", "1 T a\n2 T __init_begin\n3 T b\n4 T __init_end\n5 T c\n6 T __init_begin\n7 T d\n",
		NULL, NULL);

	(void)state;
	assert_string_equal(names, "__init_begin a c d ");
	free(names);
}

static void a_bad_expression_is_refused_with_the_reason(void **state)
{
	static const char *const bad[] = { "(", "[", "a{1", "a)(b" };
	struct function_list list;

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		assert_int_equal(functions_match(bad[i], &list), -EINVAL);
		assert_error_has(bad[i]);
		assert_int_equal(list.count, 0);
		assert_null(list.names);
	}
}

static void many_names_are_kept(void **state)
{
	size_t size;
	char *text, *names;
	FILE *out = open_memstream(&text, &size);

	(void)state;
	for (int i = 0; i < 5000; i++)
		fprintf(out, "%x T f%d\n%x T f%d\n", i, 9999 - i, i, i);
	fclose(out);
	names = match("f[0-9]*$", text, NULL, NULL);
	assert_int_equal(strlen(names), 10 * 3 + 90 * 4 + 900 * 5 + 9000 * 6);
	assert_memory_equal(names, "f0 f1 f10 f100 f1000 f1001 ", 27);
	free(names);
	free(text);
}

static void the_kernels_functions_exist(void **state)
{
	(void)state;
	if (!function_exists("vfs_read"))
		skip_because("kallsyms has no vfs_read");
	assert_true(function_exists("vfs_write"));
	assert_false(function_exists("vfs_rea"));
	assert_false(function_exists("no_such_function"));
	assert_false(function_exists(""));
	assert_false(function_exists("init_task"));
}

static void the_kernels_lists_are_applied(void **state)
{
	struct function_list list;
	int err = functions_match("vfs_read(v)?$", &list);

	(void)state;
	if (err)
		skip_because("%s", cbcc_last_error());
	if (!function_exists("vfs_read"))
		skip_because("kallsyms has no vfs_read");
	assert_true(list.count >= 1);
	assert_string_equal(list.names[0], "vfs_read");
	function_list_free(&list);
	assert_null(list.names);
	function_list_free(&list);
}

static void the_blacklist_is_consulted(void **state)
{
	FILE *file = fopen("/sys/kernel/debug/kprobes/blacklist", "r");
	char name[256];
	int read;

	(void)state;
	assert_false(function_blacklisted("no_such_function"));
	assert_false(function_blacklisted(""));
	if (!file)
		skip_because("there is no kprobe blacklist, or it cannot be read");
	read = fscanf(file, "%*s %255s", name);
	fclose(file);
	if (read != 1)
		skip_because("the kprobe blacklist is empty");
	assert_true(function_blacklisted(name));
}

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_that_can_be_probed_is_listed_once_in_order),
		cmocka_unit_test(the_expression_matches_the_whole_name),
		cmocka_unit_test(without_lists_only_the_symbols_decide),
		cmocka_unit_test(a_section_with_an_end_ends_there),
		cmocka_unit_test(a_bad_expression_is_refused_with_the_reason),
		cmocka_unit_test(many_names_are_kept),
		cmocka_unit_test(the_kernels_functions_exist),
		cmocka_unit_test(the_kernels_lists_are_applied),
		cmocka_unit_test(the_blacklist_is_consulted),
	};

	return run_selected_tests(tests, argc, argv);
}
