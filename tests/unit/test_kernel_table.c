/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include <errno.h>
#include <stdlib.h>

#include "kernel/kallsyms.h"
#include "symbols/kernel_table.h"

static FILE *open_bytes(const char *bytes, size_t size)
{
	FILE *file = fmemopen((char *)bytes, size, "r");

	assert_non_null(file);
	return file;
}

static int read_bytes(struct kernel_table *table, const char *bytes, size_t size)
{
	struct kallsyms kallsyms;
	int err;

	kallsyms_from_file(&kallsyms, open_bytes(bytes, size));
	err = kernel_table_read_from(table, &kallsyms);
	kallsyms_close(&kallsyms);
	return err;
}

static int read_text(struct kernel_table *table, const char *text)
{
	return read_bytes(table, text, strlen(text));
}

static void expect_at(const struct kernel_table *table, uint64_t address, const char *name,
		      const char *module)
{
	const struct kernel_symbol *symbol = kernel_table_find(table, address);

	assert_non_null(symbol);
	assert_string_equal(kernel_symbol_name(table, symbol), name);
	assert_string_equal(kernel_symbol_module(table, symbol), module);
	assert_true(symbol->address <= address);
}

static uint64_t address_of(struct kernel_table *table, const char *name)
{
	const struct kernel_symbol *symbol = kernel_table_find_name(table, name);

	return symbol ? symbol->address : 0;
}

static const char small_kernel[] = "0000000000000000 A fixed_percpu_data\n"
				   "0000000000001000 A cpu_number\n"
				   "ffffffff81000000 T first_of_two\n"
				   "ffffffff81000000 T _text\n"
				   "ffffffff81000100 t vfs_read\n"
				   "ffffffff81000180 d some_data\n"
				   "ffffffff81000200 W weak\n"
				   "ffffffff81000300 t twin\n"
				   "ffffffff81000400 t twin\n"
				   "ffffffffc0002000 t late\t[ext4]\n"
				   "ffffffffc0001000 t early\t[ext4]\n"
				   "ffffffffc0001000 t other_name\t[ext4]\n"
				   "ffffffffa0000000 t bpf_prog_6deef7357e7b4530_f\t[bpf]\n";

static void an_address_has_the_name_of_the_symbol_before_it(void **state)
{
	struct kernel_table table;

	(void)state;
	assert_ok(read_text(&table, small_kernel));
	assert_int_equal(table.count, 10);
	expect_at(&table, 0xffffffff81000101, "vfs_read", "kernel");
	expect_at(&table, 0xffffffff81000180, "vfs_read", "kernel");
	expect_at(&table, 0xffffffff81000200, "weak", "kernel");
	expect_at(&table, 0xffffffff90000000, "twin", "kernel");
	expect_at(&table, 0xffffffffa0000010, "bpf_prog_6deef7357e7b4530_f", "bpf");
	expect_at(&table, 0xffffffffc0001fff, "early", "ext4");
	expect_at(&table, UINT64_MAX, "late", "ext4");
	assert_null(kernel_table_find(&table, 0xffffffff80ffffff));
	assert_null(kernel_table_find(&table, 0x1000));
	kernel_table_free(&table);
}

static void of_aliases_the_first_in_the_file_is_chosen(void **state)
{
	struct kernel_table table;

	(void)state;
	assert_ok(read_text(&table, small_kernel));
	expect_at(&table, 0xffffffff81000000, "first_of_two", "kernel");
	expect_at(&table, 0xffffffff8100000f, "first_of_two", "kernel");
	expect_at(&table, 0xffffffffc0001000, "early", "ext4");
	kernel_table_free(&table);
}

static void a_name_has_the_address_of_its_first_symbol(void **state)
{
	struct kernel_table table;

	(void)state;
	assert_ok(read_text(&table, small_kernel));
	assert_int_equal(address_of(&table, "_text"), 0xffffffff81000000);
	assert_int_equal(address_of(&table, "twin"), 0xffffffff81000300);
	assert_int_equal(address_of(&table, "late"), 0xffffffffc0002000);
	assert_int_equal(address_of(&table, "other_name"), 0xffffffffc0001000);
	for (const char **name =
		     (const char *[]){ "some_data", "cpu_number", "twi", "twins", "", "[ext4]", NULL };
	     *name; name++) {
		errno = 0;
		assert_null(kernel_table_find_name(&table, *name));
		assert_int_equal(errno, ENOENT);
	}
	kernel_table_free(&table);
}

static void hidden_addresses_are_an_error_that_says_so(void **state)
{
	struct kernel_table table;

	(void)state;
	assert_int_equal(read_text(&table, "0000000000000000 T _text\n0000000000000000 t vfs_read\t[ext4]\n"),
			 -EPERM);
	assert_error_has("kptr_restrict");
	assert_null(table.symbols);
	assert_int_equal(read_text(&table, "\n"), -ENODATA);
}

static void lines_of_another_form_are_skipped(void **state)
{
	static const char text[] = "\n"
				   " \n"
				   "ffffffff81000000\n"
				   "ffffffff81000000 \n"
				   "ffffffff81000000 T\n"
				   "ffffffff81000000 T \n"
				   "ffffffff81000000 TT name\n"
				   "xyz T name\n"
				   "ffffffff8100000g T name\n"
				   "-1 T name\n"
				   "ffffffff81000000\tT\tname\n"
				   "ffffffff81000010 T []\n"
				   "ffffffff81000020 T\0 name\n"
				   "FFFFFFFF81000030 T upper\n"
				   "12 T short\n"
				   "ffffffff81000040 T half\t[mod\n"
				   "ffffffff81000050 T spaced  \t [mod]\n"
				   "ffffffff81000060 T end";
	struct kernel_table table;

	(void)state;
	assert_ok(read_bytes(&table, text, sizeof text - 1));
	assert_null(kernel_table_find_name(&table, "name"));
	assert_int_equal(address_of(&table, "upper"), 0xffffffff81000030);
	assert_int_equal(address_of(&table, "short"), 0x12);
	assert_int_equal(address_of(&table, "end"), 0xffffffff81000060);
	expect_at(&table, 0xffffffff81000051, "spaced", "mod");
	kernel_table_free(&table);
}

/* A line that is longer than what is read at once, and one that is cut off. */
static void lines_may_have_any_length(void **state)
{
	const size_t length = 300000;
	struct kernel_table table;
	char *text = malloc(length + 100);
	int head = sprintf(text, "ffffffff81000000 T ");

	(void)state;
	memset(text + head, 'x', length);
	sprintf(text + head + length, "\nffffffff81000010 T next\nffffffff810");
	assert_ok(read_text(&table, text));
	assert_int_equal(table.count, 2);
	assert_int_equal(strlen(kernel_symbol_name(&table, &table.symbols[0])), length);
	expect_at(&table, 0xffffffff81000010, "next", "kernel");
	kernel_table_free(&table);
	free(text);
}

static uint64_t next_random(uint64_t *state)
{
	*state = *state * 6364136223846793005ull + 1442695040888963407ull;
	return *state >> 20;
}

/* Addresses in clusters of any distance, in no order. */
static char *random_kernel(uint64_t *seed, size_t count, uint64_t *addresses)
{
	char *text = malloc(count * 40), *at = text;

	for (size_t i = 0; i < count; i++) {
		unsigned int spread = next_random(seed) % 40;

		addresses[i] =
			(next_random(seed) % 5 << 40) + (next_random(seed) & ((1ull << spread) - 1)) + 1;
		at += sprintf(at, "%016llx t s%zu\n", (unsigned long long)addresses[i], i);
	}
	return text;
}

/* The index of the symbol that has to be found, by looking at all. */
static long expected_at(const uint64_t *addresses, size_t count, uint64_t address)
{
	long best = -1;

	for (size_t i = 0; i < count; i++)
		if (addresses[i] <= address && (best < 0 || addresses[i] > addresses[best]))
			best = i;
	return best;
}

static void expect_same(const struct kernel_table *table, const uint64_t *addresses, size_t count,
			uint64_t address)
{
	const struct kernel_symbol *symbol = kernel_table_find(table, address);
	long expected = expected_at(addresses, count, address);
	char name[32];

	snprintf(name, sizeof name, "s%ld", expected);
	if (expected < 0)
		assert_null(symbol);
	else
		assert_string_equal(kernel_symbol_name(table, symbol), name);
}

static void any_addresses_are_found_as_by_looking_at_all(void **state)
{
	uint64_t seed = 1, addresses[400];

	(void)state;
	for (size_t count = 1; count <= 400; count += count / 2 + 1) {
		char *text = random_kernel(&seed, count, addresses);
		struct kernel_table table;

		assert_ok(read_text(&table, text));
		for (size_t i = 0; i < count; i++)
			for (int delta = -1; delta <= 1; delta++)
				expect_same(&table, addresses, count, addresses[i] + delta);
		for (int i = 0; i < 200; i++)
			expect_same(&table, addresses, count,
				    next_random(&seed) << (next_random(&seed) % 21));
		kernel_table_free(&table);
		free(text);
	}
}

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_address_has_the_name_of_the_symbol_before_it),
		cmocka_unit_test(of_aliases_the_first_in_the_file_is_chosen),
		cmocka_unit_test(a_name_has_the_address_of_its_first_symbol),
		cmocka_unit_test(hidden_addresses_are_an_error_that_says_so),
		cmocka_unit_test(lines_of_another_form_are_skipped),
		cmocka_unit_test(lines_may_have_any_length),
		cmocka_unit_test(any_addresses_are_found_as_by_looking_at_all),
	};

	return run_selected_tests(tests, argc, argv);
}
