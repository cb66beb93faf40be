/* SPDX-License-Identifier: Apache-2.0 */
/* Reading BTF: vmlinux and modules, whose files both start where vmlinux ends. */
#include "test.h"

#include <bpf/btf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "btf/kernel_btf.h"
#include "btf/name_index.h"

#define STRUCTS (1u << BTF_KIND_STRUCT)
#define TYPEDEFS (1u << BTF_KIND_TYPEDEF)

static char directory[32];

static void save(const struct btf *btf, const char *name)
{
	char path[64];
	const void *data;
	uint32_t size;
	FILE *file;

	snprintf(path, sizeof path, "%s/%s", directory, name);
	data = btf__raw_data(btf, &size);
	assert_non_null(data);
	file = fopen(path, "w");
	assert_non_null(file);
	assert_int_equal(fwrite(data, 1, size, file), size);
	assert_int_equal(fclose(file), 0);
}

/* vmlinux: int, struct base { int a[5]; }. */
static struct btf *make_vmlinux(void)
{
	struct btf *btf = btf__new_empty();
	int number = btf__add_int(btf, "int", 4, BTF_INT_SIGNED);
	int array = btf__add_array(btf, number, number, 5);

	assert_true(btf__add_struct(btf, "base", 20) > 0);
	assert_int_equal(btf__add_field(btf, "a", array, 0, 0), 0);
	save(btf, "vmlinux");
	return btf;
}

/* A module: struct TAG { struct base base; struct TAG *self; }, TAG_t, an enumerator. A string of vmlinux is used, too. */
static void make_module(struct btf *vmlinux, const char *tag, const char *alias, const char *enumerator)
{
	struct btf *btf = btf__new_empty_split(vmlinux);
	int base = btf__find_by_name_kind(vmlinux, "base", BTF_KIND_STRUCT);
	int record = btf__add_struct(btf, tag, 32);

	assert_true(record > 0);
	assert_int_equal(btf__add_field(btf, "base", base, 0, 0), 0);
	assert_int_equal(btf__add_field(btf, "self", record + 1, 160, 0), 0);
	assert_int_equal(btf__add_ptr(btf, record), record + 1);
	assert_int_equal(btf__add_typedef(btf, alias, record), record + 2);
	assert_true(btf__add_enum(btf, "", 4) > 0);
	assert_int_equal(btf__add_enum_value(btf, "a", 1), 0);
	assert_int_equal(btf__add_enum_value(btf, enumerator, 2), 0);
	save(btf, tag);
	btf__free(btf);
}

static struct kernel_btf *open_all(void)
{
	struct btf *vmlinux;
	struct kernel_btf *btf;
	char path[64];

	strcpy(directory, "/tmp/cbcc-btf-XXXXXX");
	assert_non_null(mkdtemp(directory));
	vmlinux = make_vmlinux();
	make_module(vmlinux, "first", "first_t", "FIRST");
	make_module(vmlinux, "second", "second_t", "SECOND");
	btf__free(vmlinux);
	snprintf(path, sizeof path, "%s/vmlinux", directory);
	assert_int_equal(kernel_btf_open(path, &btf), 0);
	return btf;
}

static void remove_all(void)
{
	static const char *const names[] = { "vmlinux", "first", "second" };
	char path[64];

	for (size_t i = 0; i < 3; i++) {
		snprintf(path, sizeof path, "%s/%s", directory, names[i]);
		unlink(path);
	}
	rmdir(directory);
}

static void a_module_is_not_there_until_it_is_added(void **state)
{
	struct kernel_btf *btf = open_all();

	(void)state;
	assert_true(kernel_btf_find(btf, "base", STRUCTS) > 0);
	assert_int_equal(kernel_btf_find(btf, "first", STRUCTS), 0);
	kernel_btf_add_modules(btf, directory);
	assert_true(kernel_btf_find(btf, "first", STRUCTS) > 0);
	assert_int_equal(kernel_btf_find(btf, "third", STRUCTS), 0);
	kernel_btf_close(btf);
	remove_all();
}

/* Ids and strings of the modules do not meet: each one's own struct is behind its names. */
static void expect_module(const struct kernel_btf *btf, const char *tag, const char *alias,
			  const char *enumerator)
{
	uint32_t id = kernel_btf_find(btf, tag, STRUCTS), index = 0;
	const struct btf_type *record = kernel_btf_type(btf, id), *type;
	const struct btf_member *members = (const struct btf_member *)(record + 1);

	assert_true(id > 0);
	assert_string_equal(kernel_btf_string(btf, record->name_off), tag);
	assert_int_equal(members[0].type, kernel_btf_find(btf, "base", STRUCTS));
	assert_string_equal(kernel_btf_string(btf, members[0].name_off), "base");
	assert_string_equal(kernel_btf_string(btf, members[1].name_off), "self");
	assert_int_equal(kernel_btf_type(btf, members[1].type)->type, id);
	assert_int_equal(kernel_btf_member_size(btf, tag, "base"), 20);
	assert_int_equal(kernel_btf_member_size(btf, tag, "self"), sizeof(void *));
	type = kernel_btf_type(btf, kernel_btf_find(btf, alias, TYPEDEFS));
	assert_non_null(type);
	assert_int_equal(type->type, id);
	assert_true(kernel_btf_find_enumerator(btf, enumerator, &index) > id);
	assert_int_equal(index, 1);
}

static void modules_have_types_of_their_own(void **state)
{
	struct kernel_btf *btf = open_all();

	(void)state;
	kernel_btf_add_modules(btf, directory);
	expect_module(btf, "first", "first_t", "FIRST");
	expect_module(btf, "second", "second_t", "SECOND");
	assert_int_equal(kernel_btf_member_size(btf, "base", "a"), 20);
	assert_int_equal(kernel_btf_member_size(btf, "base", "b"), 0);
	assert_int_equal(kernel_btf_member_size(btf, "nothing", "b"), 0);
	assert_null(kernel_btf_type(btf, 1000));
	assert_string_equal(kernel_btf_string(btf, 100000), "");
	kernel_btf_close(btf);
	remove_all();
}

static uint32_t hash_of(const char *name)
{
	return name_hash(name, name + strlen(name) + 1);
}

/* A name's hash is that of its own characters, wherever in the memory it is, and to the last. */
static void a_hash_is_of_the_name_alone(void **state)
{
	static const char text[] = "a\0abcdefg\0abcdefgh\0abcdefghi\0abcdefg\0z";
	const char *end = text + sizeof text;

	(void)state;
	assert_int_equal(name_hash(text + 2, end), name_hash(text + 29, end));
	assert_int_equal(name_hash(text + 2, end), hash_of("abcdefg"));
	assert_int_equal(name_hash(text + 10, end), hash_of("abcdefgh"));
	assert_int_not_equal(name_hash(text + 2, end), name_hash(text + 10, end));
	assert_int_not_equal(name_hash(text + 10, end), name_hash(text + 19, end));
	assert_int_equal(name_hash(text + 37, end), hash_of("z"));
}

static void candidates_come_in_the_order_in_which_they_were_added(void **state)
{
	struct name_index index;
	uint32_t at = 15;

	(void)state;
	assert_int_equal(name_index_init(&index, 12), 0);
	for (uint32_t number = 1; number <= 12; number++)
		name_index_add(&index, 15, number);
	for (uint32_t number = 1; number <= 12; number++)
		assert_int_equal(name_index_next(&index, &at), number);
	assert_int_equal(name_index_next(&index, &at), 0);
	name_index_free(&index);
}

static void the_running_kernels_types_outlive_a_handle(void **state)
{
	struct kernel_btf *first, *second;
	uint32_t id;

	(void)state;
	if (kernel_btf_open_running(&first))
		skip_because("this kernel has no BTF");
	assert_int_equal(kernel_btf_open_running(&second), 0);
	id = kernel_btf_find(first, "task_struct", STRUCTS);
	assert_true(id > 0);
	kernel_btf_close(first);
	assert_int_equal(kernel_btf_find(second, "task_struct", STRUCTS), id);
	assert_string_equal(kernel_btf_string(second, kernel_btf_type(second, id)->name_off), "task_struct");
	kernel_btf_close(second);
}

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_module_is_not_there_until_it_is_added),
		cmocka_unit_test(modules_have_types_of_their_own),
		cmocka_unit_test(a_hash_is_of_the_name_alone),
		cmocka_unit_test(candidates_come_in_the_order_in_which_they_were_added),
		cmocka_unit_test(the_running_kernels_types_outlive_a_handle),
	};

	return run_selected_tests(tests, argc, argv);
}
