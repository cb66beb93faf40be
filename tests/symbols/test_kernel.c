/* SPDX-License-Identifier: Apache-2.0 */
/* Names of kernel addresses, next to what /proc/kallsyms says of them, read here in the simplest way. */
#include "run.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

static struct cbcc *empty(void)
{
	struct cbcc *b = compiled("");
	uint64_t address;

	if (cbcc_ksymname(b, "vfs_read", &address) == -EPERM) {
		cbcc_free(b);
		skip_because("the kernel hides its addresses");
	}
	return b;
}

struct line {
	unsigned long long address;
	char type, name[512], module[64];
};

/* The next symbol of the file that is no data; false at the end. */
static bool next_symbol(FILE *file, struct line *line)
{
	char text[1024];

	while (fgets(text, sizeof text, file)) {
		strcpy(line->module, "kernel");
		if (sscanf(text, "%llx %c %511s [%63[^]]", &line->address, &line->type, line->name,
			   line->module) >= 3 &&
		    line->address && !strchr("aAbBdDrR", line->type))
			return true;
	}
	return false;
}

static const char *ksym(struct cbcc *b, uint64_t address, unsigned int flags)
{
	static char text[1024];
	int length = cbcc_ksym(b, address, flags, text, sizeof text);

	assert_ok(length);
	assert_int_equal(strlen(text), length);
	return text;
}

static void every_symbol_is_found_by_its_name_and_address(void **state)
{
	struct cbcc *b = empty();
	FILE *file = fopen("/proc/kallsyms", "re");
	struct line line;
	size_t count = 0, firsts = 0;

	(void)state;
	while (next_symbol(file, &line)) {
		char expected[1024];
		uint64_t address;

		if (!strcmp(line.module, "bpf"))
			continue; /* others load programs meanwhile */
		count++;
		assert_ok(cbcc_ksymname(b, line.name, &address));
		snprintf(expected, sizeof expected, "%s+0x0 [%s]", line.name, line.module);
		if (address == line.address)
			firsts += !strcmp(ksym(b, address, CBCC_SYM_OFFSET | CBCC_SYM_MODULE), expected);
	}
	fclose(file);
	assert_true(count > 10000);
	/* The others have an address or a name that came before. */
	assert_true(firsts > count / 10 * 9);
	cbcc_free(b);
}

static void behind_every_symbols_first_byte_is_a_symbol_of_its_address(void **state)
{
	struct cbcc *b = empty();
	FILE *file = fopen("/proc/kallsyms", "re");
	struct line line, before = { 0 };

	(void)state;
	while (next_symbol(file, &line)) {
		const char *text;
		uint64_t found;

		if (*line.module == 'b' || line.address < before.address)
			break; /* modules are in an order of their own */
		if (before.address && line.address > before.address + 1) {
			text = ksym(b, before.address + 1, CBCC_SYM_OFFSET);
			assert_non_null(strstr(text, "+0x1"));
			*strrchr((char *)text, '+') = '\0';
			assert_ok(cbcc_ksymname(b, text, &found));
			if (found != before.address) /* another of that name */
				assert_string_not_equal(text, "vfs_read");
		}
		before = line;
	}
	fclose(file);
	cbcc_free(b);
}

static void the_parts_of_a_name_are_those_asked_for(void **state)
{
	struct cbcc *b = empty();
	uint64_t address;

	(void)state;
	assert_ok(cbcc_ksymname(b, "vfs_read", &address));
	assert_string_equal(ksym(b, address + 1, 0), "vfs_read");
	assert_string_equal(ksym(b, address + 1, CBCC_SYM_OFFSET), "vfs_read+0x1");
	assert_string_equal(ksym(b, address + 1, CBCC_SYM_MODULE), "vfs_read [kernel]");
	assert_string_equal(ksym(b, address + 26, CBCC_SYM_OFFSET | CBCC_SYM_MODULE),
			    "vfs_read+0x1a [kernel]");
	assert_string_equal(ksym(b, 0x1000, CBCC_SYM_OFFSET | CBCC_SYM_MODULE), "[unknown]");
	cbcc_free(b);
}

static void a_small_buffer_gets_the_beginning(void **state)
{
	struct cbcc *b = empty();
	char text[8] = "???????";
	uint64_t address;

	(void)state;
	assert_ok(cbcc_ksymname(b, "vfs_read", &address));
	assert_int_equal(cbcc_ksym(b, address, 0, NULL, 0), 8);
	assert_int_equal(cbcc_ksym(b, address, 0, text, 5), 8);
	assert_string_equal(text, "vfs_");
	assert_int_equal(text[5], '?');
	assert_int_equal(cbcc_ksym(b, address, 0, text, 8), 8);
	assert_string_equal(text, "vfs_rea");
	cbcc_free(b);
}

static void bad_arguments_are_refused(void **state)
{
	struct cbcc *b = empty();
	char text[8];
	uint64_t address;

	(void)state;
	assert_int_equal(cbcc_ksym(b, 0, 0, NULL, 1), -EINVAL);
	assert_int_equal(cbcc_ksym(b, 0, 1u << 31, text, sizeof text), -EINVAL);
	assert_error_has("0x80000000");
	assert_int_equal(cbcc_ksym(NULL, 0, 0, text, sizeof text), -EINVAL);
	assert_int_equal(cbcc_ksymname(b, NULL, &address), -EINVAL);
	assert_int_equal(cbcc_ksymname(b, "vfs_read", NULL), -EINVAL);
	assert_int_equal(cbcc_ksymname(b, "no_such_symbol", &address), -ENOENT);
	assert_error_has("no_such_symbol");
	cbcc_free(b);
}

/* The first line of /proc/kallsyms whose name ends so; false: none. */
static bool find_line(const char *ending, struct line *line)
{
	FILE *file = fopen("/proc/kallsyms", "re");
	bool found = false;

	while (!found && next_symbol(file, line)) {
		size_t length = strlen(line->name);

		found = length > strlen(ending) && !strcmp(line->name + length - strlen(ending), ending);
	}
	fclose(file);
	return found;
}

static void a_bpf_program_has_a_name_with_its_tag(void **state)
{
	struct cbcc *b = empty();
	struct cbcc *other = compiled("int cbcc_ksym_test(void *ctx) { return 7; }");
	char expected[1024];
	struct line line;
	uint64_t address;

	(void)state;
	cbcc_free(b);
	b = compiled("");
	assert_int_equal(run_function(other, "cbcc_ksym_test"), 7);
	if (!find_line("_cbcc_ksym_test", &line)) {
		cbcc_free(other);
		cbcc_free(b);
		skip_because("the kernel does not list BPF programs");
	}
	snprintf(expected, sizeof expected, "%s+0x1 [bpf]", line.name);
	assert_string_equal(ksym(b, line.address + 1, CBCC_SYM_OFFSET | CBCC_SYM_MODULE), expected);
	assert_ok(cbcc_ksymname(b, line.name, &address));
	assert_int_equal(address, line.address);
	cbcc_free(other);
	cbcc_free(b);
}

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_symbol_is_found_by_its_name_and_address),
		cmocka_unit_test(behind_every_symbols_first_byte_is_a_symbol_of_its_address),
		cmocka_unit_test(the_parts_of_a_name_are_those_asked_for),
		cmocka_unit_test(a_small_buffer_gets_the_beginning),
		cmocka_unit_test(bad_arguments_are_refused),
		cmocka_unit_test(a_bpf_program_has_a_name_with_its_tag),
	};

	return run_selected_tests(tests, argc, argv);
}
