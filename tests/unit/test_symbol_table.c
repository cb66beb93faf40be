/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "folder.h"
#include "process/files.h"
#include "symbols/perf_map.h"
#include "symbols/symbol_table.h"

static void add(struct symbol_table *table, uint64_t address, uint64_t size, uint32_t rank, const char *name)
{
	assert_int_equal(symbol_table_add(table, &(struct table_symbol){ address, size, 0, rank }, name), 0);
}

static const char *at(const struct symbol_table *table, uint64_t address)
{
	const struct table_symbol *symbol = symbol_table_find(table, address);

	return symbol ? table_symbol_name(table, symbol) : "none";
}

static void an_address_is_in_the_symbol_that_begins_last(void **state)
{
	struct symbol_table table = { 0 };

	(void)state;
	add(&table, 0x1000, 0x100, 0, "outer");
	add(&table, 0x3000, 0, 0, "point");
	add(&table, 0x1010, 0x10, 0, "inner");
	add(&table, 0x2000, 0x10, 1, "second");
	add(&table, 0x2000, 0x10, 0, "first");
	add(&table, 0x2000, 0x20, 5, "longest");
	add(&table, UINT64_MAX - 1, 100, 0, "end");
	assert_int_equal(symbol_table_finish(&table), 0);
	assert_string_equal(at(&table, 0xfff), "none");
	assert_string_equal(at(&table, 0x1000), "outer");
	assert_string_equal(at(&table, 0x1010), "inner");
	assert_string_equal(at(&table, 0x101f), "inner");
	assert_string_equal(at(&table, 0x1020), "outer");
	assert_string_equal(at(&table, 0x10ff), "outer");
	assert_string_equal(at(&table, 0x1100), "none");
	assert_string_equal(at(&table, 0x200f), "first");
	assert_string_equal(at(&table, 0x2010), "longest");
	assert_string_equal(at(&table, 0x3000), "point");
	assert_string_equal(at(&table, 0x3001), "none");
	assert_string_equal(at(&table, UINT64_MAX), "end");
	assert_non_null(symbol_table_find_name(&table, "inner"));
	assert_null(symbol_table_find_name(&table, "inne"));
	symbol_table_free(&table);
}

static void an_empty_table_has_nothing(void **state)
{
	struct symbol_table table = { 0 };

	(void)state;
	assert_int_equal(symbol_table_finish(&table), 0);
	assert_string_equal(at(&table, 0), "none");
	assert_null(symbol_table_find_name(&table, ""));
	symbol_table_free(&table);
}

static uint64_t next_random(uint64_t *state)
{
	*state = *state * 6364136223846793005ull + 1442695040888963407ull;
	return *state >> 33;
}

static void any_symbols_are_found_as_by_looking_at_all(void **state)
{
	uint64_t seed = 7, starts[200], sizes[200];

	(void)state;
	for (int round = 0; round < 30; round++) {
		struct symbol_table table = { 0 };

		for (int i = 0; i < 200; i++) {
			starts[i] = next_random(&seed) % 2000;
			sizes[i] = next_random(&seed) % (round + 1) * 5;
			add(&table, starts[i], sizes[i], 0, "s");
		}
		assert_int_equal(symbol_table_finish(&table), 0);
		for (uint64_t address = 0; address < 2100; address++) {
			const struct table_symbol *found = symbol_table_find(&table, address);
			long best = -1;

			for (int i = 0; i < 200; i++)
				if (address >= starts[i] && address - starts[i] < (sizes[i] ? sizes[i] : 1) &&
				    (best < 0 || starts[i] > starts[best]))
					best = i;
			assert_int_equal(found ? (long)found->address : -1,
					 best < 0 ? -1 : (long)starts[best]);
		}
		symbol_table_free(&table);
	}
}

static struct symbol_table parsed(const char *text, size_t size)
{
	struct symbol_table table = { 0 };
	FILE *file = fmemopen((char *)text, size, "r");

	assert_non_null(file);
	assert_int_equal(perf_map_parse(file, &table), 0);
	fclose(file);
	return table;
}

static void a_perf_map_has_numbers_with_prefix_and_without(void **state)
{
	static const char text[] = "7f00 10 plain\n"
				   "0x7f10 0x10 prefixed, with blanks [and more]\r\n"
				   "  7f20\t8  indented\n"
				   "7F30 A UPPER\n"
				   "7f40 10 last";
	struct symbol_table table = parsed(text, sizeof text - 1);

	(void)state;
	assert_int_equal(table.count, 5);
	assert_string_equal(at(&table, 0x7f0f), "plain");
	assert_string_equal(at(&table, 0x7f10), "prefixed, with blanks [and more]");
	assert_string_equal(at(&table, 0x7f20), "indented");
	assert_string_equal(at(&table, 0x7f39), "UPPER");
	assert_string_equal(at(&table, 0x7f4f), "last");
	symbol_table_free(&table);
}

static void newer_code_replaces_older_at_its_address(void **state)
{
	static const char text[] = "1000 10 old\n1000 10 new\n1000 8 newest\n";
	struct symbol_table table = parsed(text, sizeof text - 1);

	(void)state;
	assert_string_equal(at(&table, 0x1000), "newest");
	assert_string_equal(at(&table, 0x1008), "new");
	symbol_table_free(&table);
}

static void broken_lines_of_a_perf_map_are_skipped(void **state)
{
	static const char text[] =
		"\n \n1000\n1000 \n1000 10\n1000 10 \n1000 10\t\n1000 0 empty\n-1000 10 negative\n"
		"1000 -10 negative\nxyz 10 n\n1000 xyz n\n10001000100010001000 10 large\n"
		"1000 10001000100010001000 large\n0x 10 n\n1000 10n n\n\0\0 1000 10 nul\n"
		"1000 10 go\0od\n";
	struct symbol_table table = parsed(text, sizeof text - 1);

	(void)state;
	assert_int_equal(table.count, 1);
	assert_string_equal(at(&table, 0x1000), "go");
	symbol_table_free(&table);
}

/* Any bytes are read without harm, what they may mean. */
static void damaged_perf_maps_do_no_harm(void **state)
{
	static const char text[] =
		"7f00 10 plain name\n0x7f10 0x10 other\nffffffffffffffff ffffffffffffffff all\n";
	char damaged[sizeof text - 1];
	uint64_t seed = 3;

	(void)state;
	for (int round = 0; round < 3000; round++) {
		struct symbol_table table;

		memcpy(damaged, text, sizeof damaged);
		for (int i = 0; i < 3; i++)
			damaged[next_random(&seed) % sizeof damaged] = (char)next_random(&seed);
		table = parsed(damaged, 1 + next_random(&seed) % sizeof damaged);
		assert_true(table.count <= 6);
		symbol_table_find(&table, next_random(&seed));
		symbol_table_find(&table, UINT64_MAX);
		symbol_table_free(&table);
	}
}

static void a_perf_map_that_is_no_file_is_not_read(void **state)
{
	struct perf_map map = { 0 };
	char *folder = folder_make();

	(void)state;
	assert_true(strlen(folder) + 8 < sizeof map.path);
	strcpy(map.path, folder_path(folder, "map"));
	assert_false(perf_map_refresh(&map, OWN_ROOT, getuid(), 0));
	assert_int_equal(mkfifo(map.path, 0600), 0);
	assert_false(perf_map_refresh(&map, OWN_ROOT, getuid(), 0));
	assert_int_equal(unlink(map.path), 0);
	folder_write(folder, "map", "10 10 f\n", 8);
	assert_true(perf_map_refresh(&map, OWN_ROOT, getuid(), 0));
	map.next_read = 0;
	assert_false(perf_map_refresh(&map, OWN_ROOT, getuid(), 0));
	assert_string_equal(at(&map.table, 0x1f), "f");
	perf_map_free(&map);
	folder_remove(folder);
}

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_address_is_in_the_symbol_that_begins_last),
		cmocka_unit_test(an_empty_table_has_nothing),
		cmocka_unit_test(any_symbols_are_found_as_by_looking_at_all),
		cmocka_unit_test(a_perf_map_has_numbers_with_prefix_and_without),
		cmocka_unit_test(newer_code_replaces_older_at_its_address),
		cmocka_unit_test(broken_lines_of_a_perf_map_are_skipped),
		cmocka_unit_test(damaged_perf_maps_do_no_harm),
		cmocka_unit_test(a_perf_map_that_is_no_file_is_not_read),
	};

	return run_selected_tests(tests, argc, argv);
}
