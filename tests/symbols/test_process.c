/* SPDX-License-Identifier: Apache-2.0 */
/* Names of addresses in processes, which tell their addresses themselves. */
#include "folder.h"
#include "run.h"
#include "target.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define ALL (CBCC_SYM_OFFSET | CBCC_SYM_MODULE)

static const char *sym(struct cbcc *b, const struct target *target, uint64_t address, unsigned int flags)
{
	static char text[4096];
	int length = cbcc_sym(b, address, target->pid, flags, text, sizeof text);

	assert_ok(length);
	assert_int_equal(strlen(text), length);
	return text;
}

/* The name of what is some bytes into a function of the target's. */
static const char *sym_of(struct cbcc *b, const struct target *target, const char *function,
			  unsigned int flags)
{
	return sym(b, target, target_address(target, function) + 1, flags);
}

static void shell(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

static void shell(const char *fmt, ...)
{
	char command[4096];
	va_list args;

	va_start(args, fmt);
	vsnprintf(command, sizeof command, fmt, args);
	va_end(args);
	assert_int_equal(system(command), 0);
}

static void wait_ms(int ms)
{
	nanosleep(&(struct timespec){ .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000L }, NULL);
}

static void expect_names(struct cbcc *b, const struct target *target, const char *module)
{
	char expected[512];

	snprintf(expected, sizeof expected, "plain_function+0x1 [%s]", module);
	assert_string_equal(sym_of(b, target, "plain_function", ALL), expected);
	snprintf(expected, sizeof expected, "hidden_function+0x1 [%s]", module);
	assert_string_equal(sym_of(b, target, "hidden_function", ALL), expected);
}

static void functions_of_a_program_have_names(void **state)
{
	struct cbcc *b = compiled("");
	struct target target;

	(void)state;
	target_start(&target, "exec " CBCC_TEST_TARGET);
	expect_names(b, &target, "symbols-target");
	assert_string_equal(sym_of(b, &target, "plain_function", 0), "plain_function");
	assert_string_equal(sym_of(b, &target, "plain_function", CBCC_SYM_OFFSET), "plain_function+0x1");
	assert_string_equal(sym_of(b, &target, "plain_function", CBCC_SYM_MODULE),
			    "plain_function [symbols-target]");
	target_stop(&target);
	cbcc_free(b);
}

static void a_static_program_at_fixed_addresses_has_them_too(void **state)
{
	struct cbcc *b = compiled("");
	struct target target;

	(void)state;
	target_start(&target, "exec " CBCC_TEST_TARGET "-static");
	expect_names(b, &target, "symbols-target-static");
	target_stop(&target);
	cbcc_free(b);
}

static void names_of_cxx_and_rust_are_as_in_the_source(void **state)
{
	struct cbcc *b = compiled("");
	struct target target;

	(void)state;
	target_start(&target, "exec " CBCC_TEST_TARGET);
	assert_string_equal(sym_of(b, &target, "cxx_function", 0),
			    "shapes::Circle::Circle(int, std::string const&)");
	assert_string_equal(sym_of(b, &target, "cxx_function", CBCC_SYM_OFFSET),
			    "shapes::Circle::Circle(int, std::string const&)+0x1");
	assert_string_equal(sym_of(b, &target, "cxx_function", CBCC_SYM_MANGLED),
			    "_ZN6shapes6CircleC2EiRKSs");
	assert_string_equal(sym_of(b, &target, "rust_function", 0), "mycrate::foo::bar");
	assert_string_equal(sym_of(b, &target, "old_rust_function", 0),
			    "<alloc::vec::Vec<T> as core::ops::drop::Drop>::drop");
	assert_string_equal(sym_of(b, &target, "odd_function", 0), "_Zodd");
	target_stop(&target);
	cbcc_free(b);
}

static void what_is_no_function_is_unknown(void **state)
{
	struct cbcc *b = compiled("");
	struct target target;
	struct cbcc_symbol symbol;

	(void)state;
	target_start(&target, "exec " CBCC_TEST_TARGET);
	assert_string_equal(sym(b, &target, 0, ALL), "[unknown]");
	assert_string_equal(sym_of(b, &target, "jit", ALL), "[unknown]");
	assert_string_equal(sym(b, &target, UINT64_MAX, ALL), "[unknown]");
	assert_ok(cbcc_resolve(b, 0x1000, target.pid, 0, &symbol));
	assert_null(symbol.name);
	assert_null(symbol.module);
	assert_int_equal(symbol.offset, 0x1000);
	assert_ok(cbcc_resolve(b, target_address(&target, "plain_function") + 1, target.pid, 0, &symbol));
	assert_string_equal(symbol.name, "plain_function");
	assert_string_equal(symbol.module, CBCC_TEST_TARGET);
	assert_int_equal(symbol.offset, 1);
	target_stop(&target);
	cbcc_free(b);
}

static void the_vdso_has_names(void **state)
{
	struct cbcc *b = compiled("");
	struct target target;
	uint64_t address;

	(void)state;
	target_start(&target, "exec " CBCC_TEST_TARGET);
	if (!target_address(&target, "vdso") ||
	    cbcc_resolve_name(b, target.pid, "[vdso]", "__vdso_clock_gettime", &address)) {
		target_stop(&target);
		cbcc_free(b);
		skip_because("there is no vDSO, or it has other names");
	}
	assert_true(address > target_address(&target, "vdso"));
	assert_string_equal(sym(b, &target, address + 1, ALL), "clock_gettime+0x1 [[vdso]]");
	target_stop(&target);
	cbcc_free(b);
}

static void a_name_has_an_address_in_the_process(void **state)
{
	struct cbcc *b = compiled("");
	struct target target;
	uint64_t address;

	(void)state;
	target_start(&target, "exec " CBCC_TEST_TARGET);
	assert_ok(cbcc_resolve_name(b, target.pid, NULL, "plain_function", &address));
	assert_int_equal(address, target_address(&target, "plain_function"));
	assert_ok(cbcc_resolve_name(b, target.pid, "symbols-target", "hidden_function", &address));
	assert_int_equal(address, target_address(&target, "hidden_function"));
	assert_ok(cbcc_resolve_name(b, target.pid, CBCC_TEST_TARGET, "__under_function", &address));
	assert_int_equal(address, target_address(&target, "plain_function"));
	assert_int_equal(cbcc_resolve_name(b, target.pid, "symbols-target", "no_function", &address),
			 -ENOENT);
	assert_int_equal(cbcc_resolve_name(b, target.pid, "libnone.so", "plain_function", &address), -ENOENT);
	assert_error_has("plain_function");
	target_stop(&target);
	cbcc_free(b);
}

static void a_library_that_is_loaded_later_is_found(void **state)
{
	struct cbcc *b = compiled("");
	struct target target;

	(void)state;
	target_start(&target, "exec " CBCC_TEST_TARGET);
	expect_names(b, &target, "symbols-target");
	target_tell(&target, "load " CBCC_TEST_LIBRARY " library_function");
	assert_true(target_address(&target, "library_function") != 0);
	assert_string_equal(sym_of(b, &target, "library_function", CBCC_SYM_OFFSET), "library_function+0x1");
	target_stop(&target);
	cbcc_free(b);
}

/* A copy of the target in the folder, under that name. */
static void copy_target(const char *folder, const char *name)
{
	shell("cp " CBCC_TEST_TARGET " %s/%s", folder, name);
}

static void start_in(struct target *target, const char *folder, const char *name)
{
	char command[1024];

	snprintf(command, sizeof command, "exec %s/%s", folder, name);
	target_start(target, command);
}

static void a_stripped_program_has_the_names_of_its_debug_file(void **state)
{
	struct cbcc *b = compiled("");
	char *folder = folder_make();
	struct target target;

	(void)state;
	copy_target(folder, "stripped");
	shell("cd %s && mkdir .debug && objcopy --only-keep-debug stripped .debug/symbols && strip stripped "
	      "&& "
	      "objcopy --add-gnu-debuglink=.debug/symbols stripped",
	      folder);
	start_in(&target, folder, "stripped");
	expect_names(b, &target, "stripped");
	target_stop(&target);
	cbcc_free(b);

	b = compiled("");
	shell("rm -r %s/.debug", folder);
	start_in(&target, folder, "stripped");
	assert_string_equal(sym_of(b, &target, "hidden_function", ALL), "[unknown] [stripped]");
	target_stop(&target);
	cbcc_free(b);
	folder_remove(folder);
}

static void a_deleted_or_replaced_program_keeps_its_names(void **state)
{
	struct cbcc *b = compiled("");
	char *folder = folder_make();
	struct target target;

	(void)state;
	copy_target(folder, "gone");
	start_in(&target, folder, "gone");
	shell("rm %s/gone", folder);
	expect_names(b, &target, "gone");
	target_stop(&target);

	copy_target(folder, "other");
	start_in(&target, folder, "other");
	shell("cp /bin/sh %s/new && mv %s/new %s/other", folder, folder, folder);
	expect_names(b, &target, "other");
	target_stop(&target);
	cbcc_free(b);
	folder_remove(folder);
}

static void a_program_in_another_mount_namespace_has_names(void **state)
{
	struct cbcc *b = compiled("");
	char *folder = folder_make(), command[1024];
	struct target target;

	(void)state;
	if (system("unshare -m true 2>/dev/null") != 0) {
		cbcc_free(b);
		folder_remove(folder);
		skip_because("no mount namespaces here");
	}
	snprintf(command, sizeof command,
		 "exec unshare -m sh -c 'mount -t tmpfs none %s && cp " CBCC_TEST_TARGET
		 " %s/inner && exec %s/inner'",
		 folder, folder, folder);
	target_start(&target, command);
	assert_int_not_equal(access(folder_path(folder, "inner"), F_OK), 0);
	expect_names(b, &target, "inner");
	target_stop(&target);
	cbcc_free(b);
	folder_remove(folder);
}

/* In namespaces of its own the target has another number, and another /tmp. */
static void a_jit_map_is_found_by_the_number_that_the_process_has_for_itself(void **state)
{
	struct cbcc *b = compiled("");
	struct target target;

	(void)state;
	if (system("unshare -pf -m true 2>/dev/null") != 0) {
		cbcc_free(b);
		skip_because("no namespaces here");
	}
	target_start(&target,
		     "cp " CBCC_TEST_TARGET " /dev/shm/symbols-target-$$ && exec unshare -pf -m sh -c "
		     "'mount -t tmpfs none /tmp && cp /dev/shm/symbols-target-'$$' /tmp/t && rm "
		     "/dev/shm/symbols-target-'$$' && exec /tmp/t'");
	target_tell(&target, "map");
	assert_string_equal(sym_of(b, &target, "jit", ALL), "LazyCompile:~first app.js:1+0x1 [perf-1.map]");
	assert_string_equal(sym_of(b, &target, "plain_function", 0), "plain_function");
	target_stop(&target);
	cbcc_free(b);
}

static void a_jit_map_that_grows_is_read_again(void **state)
{
	struct cbcc *b = compiled("");
	struct target target;
	char path[64], expected[128];
	uint64_t jit;
	FILE *file;

	(void)state;
	target_start(&target, "exec " CBCC_TEST_TARGET);
	jit = target_address(&target, "jit");
	target_tell(&target, "map");
	snprintf(expected, sizeof expected, "second+0xf [perf-%d.map]", (int)target.pid);
	assert_string_equal(sym(b, &target, jit + 47, ALL), expected);
	assert_string_equal(sym(b, &target, jit + 48, ALL), "[unknown]");
	snprintf(path, sizeof path, "/tmp/perf-%d.map", (int)target.pid);
	file = fopen(path, "ae");
	fprintf(file, "%llx 8 third\n", (unsigned long long)jit + 48);
	fclose(file);
	assert_string_equal(sym(b, &target, jit + 48, 0), "third");
	assert_string_equal(sym(b, &target, jit, 0), "LazyCompile:~first app.js:1");
	unlink(path);
	assert_string_equal(sym(b, &target, jit, 0), "LazyCompile:~first app.js:1");
	target_stop(&target);
	cbcc_free(b);
}

static void a_stranger_cannot_name_a_processs_code(void **state)
{
	struct cbcc *b = compiled("");
	struct target target;
	char path[64];

	(void)state;
	target_start(&target, "exec " CBCC_TEST_TARGET);
	target_tell(&target, "map");
	snprintf(path, sizeof path, "/tmp/perf-%d.map", (int)target.pid);
	if (chown(path, 54321, 54321) != 0) {
		unlink(path);
		target_stop(&target);
		cbcc_free(b);
		skip_because("only root can give files away");
	}
	assert_string_equal(sym_of(b, &target, "jit", ALL), "[unknown]");
	unlink(path);
	target_stop(&target);
	cbcc_free(b);
}

static void a_process_that_ended_keeps_its_names(void **state)
{
	struct cbcc *b = compiled("");
	struct target target;

	(void)state;
	target_start(&target, "exec " CBCC_TEST_TARGET);
	expect_names(b, &target, "symbols-target");
	target_stop(&target);
	wait_ms(20);
	expect_names(b, &target, "symbols-target");
	assert_string_equal(sym(b, &target, 0x1234, ALL), "[unknown]");
	cbcc_free(b);

	b = compiled("");
	assert_string_equal(sym_of(b, &target, "plain_function", ALL), "[unknown]");
	cbcc_free(b);
}

static void another_program_in_the_process_is_noticed(void **state)
{
	struct cbcc *b = compiled("");
	struct target target;

	(void)state;
	target_start(&target, "exec " CBCC_TEST_TARGET);
	expect_names(b, &target, "symbols-target");
	target_tell(&target, "exec " CBCC_TEST_TARGET "-static");
	wait_ms(20);
	expect_names(b, &target, "symbols-target-static");
	target_stop(&target);
	cbcc_free(b);
}

static void what_is_known_is_forgotten_on_request(void **state)
{
	struct cbcc *b = compiled("");
	struct target target;

	(void)state;
	assert_ok(cbcc_refresh_symbols(b, -1));
	target_start(&target, "exec " CBCC_TEST_TARGET);
	assert_ok(cbcc_refresh_symbols(b, target.pid));
	expect_names(b, &target, "symbols-target");
	assert_ok(cbcc_refresh_symbols(b, target.pid));
	assert_ok(cbcc_refresh_symbols(b, -1));
	expect_names(b, &target, "symbols-target");
	target_stop(&target);
	cbcc_free(b);
}

static void a_place_in_a_file_has_a_name_by_the_files_build_id(void **state)
{
	struct cbcc *b = compiled("");
	struct cbcc_build_id entry = { .status = 1 };
	struct cbcc_symbol symbol;
	struct target target;
	char text[256];

	(void)state;
	assert_int_equal(cbcc_sym_build_id(b, &entry, -1, ALL, text, sizeof text), 9);
	assert_string_equal(text, "[unknown]");
	target_start(&target, "exec " CBCC_TEST_TARGET);
	assert_ok(cbcc_resolve(b, target_address(&target, "plain_function"), target.pid, 0, &symbol));
	entry = (struct cbcc_build_id){ .status = 2, .value = target_address(&target, "plain_function") + 1 };
	assert_ok(cbcc_sym_build_id(b, &entry, target.pid, ALL, text, sizeof text));
	assert_string_equal(text, "plain_function+0x1 [symbols-target]");
	assert_ok(cbcc_sym_build_id(b, &entry, -1, ALL, text, sizeof text));
	assert_string_equal(text, "[unknown]");
	target_stop(&target);
	assert_ok(cbcc_add_module(b, CBCC_TEST_TARGET));
	assert_int_equal(cbcc_add_module(b, "/no/such/file"), -ENOENT);
	assert_int_equal(cbcc_add_module(b, "/etc/passwd"), -ENODATA);
	assert_error_has("build id");
	cbcc_free(b);
}

static void wrong_arguments_are_refused(void **state)
{
	struct cbcc *b = compiled("");
	char text[16];
	uint64_t address;

	(void)state;
	assert_int_equal(cbcc_sym(NULL, 0, 1, 0, text, sizeof text), -EINVAL);
	assert_int_equal(cbcc_sym(b, 0, 1, 0, NULL, 1), -EINVAL);
	assert_int_equal(cbcc_sym(b, 0, 1, 8, text, sizeof text), -EINVAL);
	assert_int_equal(cbcc_resolve(b, 0, 1, 0, NULL), -EINVAL);
	assert_int_equal(cbcc_resolve_name(b, 1, NULL, NULL, &address), -EINVAL);
	assert_int_equal(cbcc_resolve_name(b, 1, NULL, "f", NULL), -EINVAL);
	assert_int_equal(cbcc_sym_build_id(b, NULL, 1, 0, text, sizeof text), -EINVAL);
	assert_int_equal(cbcc_add_module(b, NULL), -EINVAL);
	assert_int_equal(cbcc_refresh_symbols(NULL, 1), -EINVAL);
	cbcc_free(b);
}

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(functions_of_a_program_have_names),
		cmocka_unit_test(a_static_program_at_fixed_addresses_has_them_too),
		cmocka_unit_test(names_of_cxx_and_rust_are_as_in_the_source),
		cmocka_unit_test(what_is_no_function_is_unknown),
		cmocka_unit_test(the_vdso_has_names),
		cmocka_unit_test(a_name_has_an_address_in_the_process),
		cmocka_unit_test(a_library_that_is_loaded_later_is_found),
		cmocka_unit_test(a_stripped_program_has_the_names_of_its_debug_file),
		cmocka_unit_test(a_deleted_or_replaced_program_keeps_its_names),
		cmocka_unit_test(a_program_in_another_mount_namespace_has_names),
		cmocka_unit_test(a_jit_map_is_found_by_the_number_that_the_process_has_for_itself),
		cmocka_unit_test(a_jit_map_that_grows_is_read_again),
		cmocka_unit_test(a_stranger_cannot_name_a_processs_code),
		cmocka_unit_test(a_process_that_ended_keeps_its_names),
		cmocka_unit_test(another_program_in_the_process_is_noticed),
		cmocka_unit_test(what_is_known_is_forgotten_on_request),
		cmocka_unit_test(a_place_in_a_file_has_a_name_by_the_files_build_id),
		cmocka_unit_test(wrong_arguments_are_refused),
	};

	return run_selected_tests(tests, argc, argv);
}
