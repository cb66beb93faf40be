/* SPDX-License-Identifier: Apache-2.0 */
/* Functions in user space: of programs that the test starts, linked in every way, and only of those. */
#include "test.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "folder.h"
#include "target.h"

/* Counts calls, and adds up arguments and results. */
static const char text[] =
	"BPF_ARRAY(out, u64, 4);\n"
	"static void add(int key, u64 value) {\n"
	"	u64 *at = out.lookup(&key);\n"
	"	if (at) *at += value;\n"
	"}\n"
	"int enter(struct pt_regs *ctx, int a, int b) { add(0, 1); add(1, a * 100 + b); return 0; }\n"
	"int leave(struct pt_regs *ctx) { add(2, 1); add(3, PT_REGS_RC(ctx)); return 0; }\n";

static struct cbcc *new_ok(void)
{
	struct cbcc *b;

	require_uprobes();
	b = cbcc_new(text, NULL);
	if (!b)
		fail_msg("%s", cbcc_last_error());
	return b;
}

static void expect_values(struct cbcc *b, uint64_t calls, uint64_t arguments, uint64_t returns,
			  uint64_t results)
{
	assert_int_equal(value_of(b, "out", 0), calls);
	assert_int_equal(value_of(b, "out", 1), arguments);
	assert_int_equal(value_of(b, "out", 2), returns);
	assert_int_equal(value_of(b, "out", 3), results);
}

/* Attaches to entry and return of a symbol in one process. */
static void attach_both(struct cbcc *b, const char *name, const char *sym, pid_t pid)
{
	struct cbcc_uprobe_opts opts = { .sz = sizeof opts, .pid = pid };

	assert_ok(cbcc_attach_uprobe_opts(b, name, sym, "enter", &opts));
	assert_ok(cbcc_attach_uretprobe_opts(b, name, sym, "leave", &opts));
	assert_int_equal(cbcc_num_open_uprobes(b), 2);
}

static void expect_seen(const char *name)
{
	struct cbcc *b = new_ok();
	struct target target = target_start(name), other = target_start(name);

	attach_both(b, target_path(name), "target_add", target.pid);
	assert_int_equal(target_do(&target, 'a'), 23);
	assert_int_equal(target_do(&target, 'a'), 23);
	assert_int_equal(target_do(&other, 'a'), 23);
	assert_int_equal(target_do(&target, 't'), 23);
	expect_values(b, 3, 3 * 2003, 3, 3 * 23);
	cbcc_free(b);
	assert_int_equal(target_do(&target, 'a'), 23);
	target_stop(&target);
	target_stop(&other);
}

static void a_function_is_seen_in_a_program_that_is_loaded_anywhere(void **state)
{
	(void)state;
	expect_seen("pie");
}

static void a_function_is_seen_in_a_program_at_fixed_addresses(void **state)
{
	(void)state;
	expect_seen("fixed");
}

static void a_function_is_seen_in_a_static_program(void **state)
{
	(void)state;
	expect_seen("static");
	expect_seen("static-pie");
}

static void a_stripped_programs_functions_are_found_by_its_debug_file(void **state)
{
	struct cbcc *b = new_ok();
	struct target target = target_start("stripped");

	(void)state;
	attach_both(b, target_path("stripped"), "target_hidden", target.pid);
	assert_int_equal(target_do(&target, 'h'), 21);
	assert_int_equal(value_of(b, "out", 0), 1);
	assert_int_equal(value_of(b, "out", 3), 21);
	assert_int_equal(cbcc_attach_uprobe(b, target_path("bare"), "target_hidden", "enter"), -ENOENT);
	assert_error_has("has no symbol 'target_hidden' (it is stripped");
	cbcc_free(b);
	target_stop(&target);
}

static void a_librarys_function_is_seen(void **state)
{
	struct cbcc *b = new_ok();
	struct target target = target_start("pie");

	(void)state;
	attach_both(b, "target", "target_library_multiply", target.pid); /* as it has it mapped */
	assert_int_equal(target_do(&target, 'l'), 42);
	expect_values(b, 1, 607, 1, 42);
	cbcc_free(b);
	b = new_ok();
	attach_both(b, target_library(), "target_library_multiply", target.pid);
	assert_int_equal(target_do(&target, 'l'), 42);
	expect_values(b, 1, 607, 1, 42);
	cbcc_free(b);
	b = new_ok();
	attach_both(b, "c", "write", target.pid);
	assert_int_equal(target_do(&target, 'a'), 23);
	assert_int_equal(target_do(&target, 'a'), 23);
	assert_int_equal(value_of(b, "out", 0), 2);
	assert_in_range(value_of(b, "out", 2), 1, 2); /* the last one may not have returned */
	assert_in_range(value_of(b, "out", 3), 1, 2);
	cbcc_free(b);
	target_stop(&target);
}

static void a_place_is_named_by_its_address(void **state)
{
	struct cbcc *b = new_ok();
	struct target target = target_start("fixed");
	struct cbcc_uprobe_opts opts = { .sz = sizeof opts, .pid = target.pid };
	struct cbcc_user_functions *list = cbcc_get_user_functions(target_path("fixed"), "target_add", NULL);

	(void)state;
	assert_non_null(list);
	assert_int_equal(list->count, 1);
	opts.addr = list->functions[0].addr;
	assert_ok(cbcc_attach_uprobe_opts(b, target_path("fixed"), NULL, "enter", &opts));
	target_do(&target, 'a');
	expect_values(b, 1, 2003, 0, 0);
	assert_ok(cbcc_detach_uprobe_opts(b, target_path("fixed"), NULL, NULL, &opts));
	target_do(&target, 'a');
	expect_values(b, 1, 2003, 0, 0);
	/* target_add() from another function's address on */
	cbcc_user_functions_free(list);
	list = cbcc_get_user_functions(target_path("fixed"), "main", NULL);
	assert_non_null(list);
	assert_int_equal(list->count, 1);
	opts.offset = opts.addr - list->functions[0].addr;
	opts.addr = 0;
	assert_ok(cbcc_attach_uprobe_opts(b, target_path("fixed"), "main", "enter", &opts));
	target_do(&target, 'a');
	expect_values(b, 2, 2 * 2003, 0, 0);
	opts.addr = 1;
	assert_int_equal(cbcc_attach_uprobe_opts(b, target_path("fixed"), NULL, "enter", &opts), -EINVAL);
	assert_error_has("has no code at");
	cbcc_user_functions_free(list);
	cbcc_free(b);
	target_stop(&target);
}

static void functions_are_attached_by_a_pattern(void **state)
{
	struct cbcc *b = new_ok();
	struct target target = target_start("pie"), other = target_start("pie");
	struct cbcc_uprobe_opts opts = { .sz = sizeof opts,
					 .sym_re = "target_many_[0-9]",
					 .pid = target.pid };

	(void)state;
	assert_int_equal(cbcc_attach_uprobe_opts(b, target_path("pie"), NULL, "enter", &opts), 10);
	assert_int_equal(cbcc_attach_uretprobe_opts(b, target_path("pie"), NULL, "leave", &opts), 10);
	assert_int_equal(cbcc_num_open_uprobes(b), 20);
	assert_int_equal(target_do(&target, 'm'), 45);
	assert_int_equal(target_do(&other, 'm'), 45);
	assert_int_equal(value_of(b, "out", 0), 10);
	assert_int_equal(value_of(b, "out", 2), 10);
	assert_int_equal(value_of(b, "out", 3), 45);
	assert_int_equal(cbcc_attach_uprobe_opts(b, target_path("pie"), NULL, "enter", &opts), -EEXIST);
	assert_ok(cbcc_detach_uprobe_opts(b, target_path("pie"), NULL, NULL, &opts));
	assert_ok(cbcc_detach_uretprobe_opts(b, target_path("pie"), NULL, NULL, &opts));
	assert_int_equal(cbcc_num_open_uprobes(b), 0);
	assert_int_equal(target_do(&target, 'm'), 45);
	assert_int_equal(value_of(b, "out", 0), 10);
	opts.sym_re = "target_none.*";
	assert_int_equal(cbcc_attach_uprobe_opts(b, target_path("pie"), NULL, "enter", &opts), -ENOENT);
	assert_error_has("no function of");
	opts.sym_re = "(";
	assert_int_equal(cbcc_attach_uprobe_opts(b, target_path("pie"), NULL, "enter", &opts), -EINVAL);
	cbcc_free(b);
	target_stop(&target);
	target_stop(&other);
}

static void functions_of_cxx_are_found_by_their_names(void **state)
{
	struct cbcc *b = new_ok();
	struct target target = target_start("cxx");
	struct cbcc_uprobe_opts opts = { .sz = sizeof opts, .pid = target.pid };
	const char *path = target_path("cxx");

	(void)state;
	assert_ok(cbcc_attach_uprobe_opts(b, path, "_ZN6target5twiceEi", "enter", &opts));
	assert_ok(cbcc_attach_uretprobe_opts(b, path, "target::twice", "leave", &opts));
	assert_int_equal(target_do(&target, 'c'), 40 + 2 + 5);
	assert_int_equal(value_of(b, "out", 0), 1);
	assert_int_equal(value_of(b, "out", 3), 40);
	assert_int_equal(cbcc_attach_uprobe_opts(b, path, "target::overloaded", "enter", &opts), -ENOTUNIQ);
	assert_ok(cbcc_attach_uretprobe_opts(b, path, "target::overloaded(int, int)", "leave", &opts));
	target_do(&target, 'c');
	assert_int_equal(value_of(b, "out", 3), 40 + 40 + 5);
	opts.sym_re = "target::.*";
	assert_int_equal(cbcc_attach_uprobe_opts(b, path, NULL, "enter", &opts), -ENOENT);
	opts.demangled = true;
	assert_int_equal(cbcc_attach_uprobe_opts(b, path, NULL, "enter", &opts), 3);
	target_do(&target, 'c');
	assert_int_equal(value_of(b, "out", 0), 2 + 1 + 3);
	cbcc_free(b);
	target_stop(&target);
}

static void a_program_in_other_mounts_is_seen(void **state)
{
	char *folder = folder_make(), inside[PATH_MAX];
	struct cbcc *b = new_ok();
	struct target target;

	(void)state;
	snprintf(inside, sizeof inside, "%s", folder_path(folder, "program"));
	if (!target_start_mounted("pie", folder, inside, &target)) {
		cbcc_free(b);
		folder_remove(folder);
		skip_because("there can be no mounts of one's own here");
	}
	assert_int_equal(access(inside, F_OK), -1);
	attach_both(b, inside, "target_add", target.pid);
	assert_int_equal(target_do(&target, 'a'), 23);
	expect_values(b, 1, 2003, 1, 23);
	cbcc_free(b);
	target_stop(&target);
	folder_remove(folder);
}

static void a_deleted_programs_functions_are_seen(void **state)
{
	char *folder = folder_make(), path[PATH_MAX], command[2 * PATH_MAX + 16];
	struct cbcc *b = new_ok();
	struct target target;

	(void)state;
	snprintf(path, sizeof path, "%s", folder_path(folder, "program"));
	snprintf(command, sizeof command, "cp %s %s", target_path("pie"), path);
	assert_int_equal(system(command), 0);
	target = target_start(path);
	assert_int_equal(unlink(path), 0);
	folder_write(folder, "program", "another", 7);
	attach_both(b, path, "target_add", target.pid);
	assert_int_equal(target_do(&target, 'a'), 23);
	expect_values(b, 1, 2003, 1, 23);
	cbcc_free(b);
	target_stop(&target);
	folder_remove(folder);
}

static void functions_in_sections_attach_themselves(void **state)
{
	static const char sections[] =
		"%s"
		"SEC(\"uprobe/%s:target_add\")\n"
		"int on_add(struct pt_regs *ctx) { add(0, PT_REGS_PARM1(ctx)); return 0; }\n"
		"SEC(\"uretprobe/%s:target_add\")\n"
		"int off_add(struct pt_regs *ctx) { add(1, PT_REGS_RC(ctx)); return 0; }\n"
		"SEC(\"uprobe.multi/%s:target_many_?\")\n"
		"int on_many(struct pt_regs *ctx) { add(2, 1); return 0; }\n"
		"SEC(\"uretprobe.multi/libtarget.so:*\") int none(void *ctx) { return 0; }\n";
	char *program, *path;
	struct target target;
	struct cbcc *b;

	(void)state;
	require_uprobes();
	path = strdup(target_path("pie"));
	assert_true(asprintf(&program, sections, text, path, path, path) > 0);
	assert_null(cbcc_new(program, NULL)); /* the library is not the dynamic linker's */
	assert_error_has("there is no library or program 'libtarget.so'");
	*strstr(program, "SEC(\"uretprobe.multi") = '\0';
	b = cbcc_new(program, NULL);
	if (!b)
		fail_msg("%s", cbcc_last_error());
	assert_int_equal(cbcc_num_open_uprobes(b), 12);
	target = target_start("pie");
	target_do(&target, 'a');
	target_do(&target, 'm');
	assert_int_equal(value_of(b, "out", 0), 20);
	assert_int_equal(value_of(b, "out", 1), 23);
	assert_int_equal(value_of(b, "out", 2), 10);
	cbcc_free(b);
	target_stop(&target);
	free(program);
	free(path);
	assert_null(cbcc_new("SEC(\"uprobe/x\") int f(void *ctx) { return 0; }", NULL));
	assert_error_has("'uprobe/x' is no file and function");
}

static void put_number(unsigned char *at, uint32_t value, int size)
{
	for (int i = 0; i < size; i++, value >>= 8)
		at[i] = (unsigned char)value;
}

/* An archive of the library, whose bytes begin at a page, as those have that are mapped. Returns their number. */
static uint32_t write_archive(const char *folder, uint32_t page, int method)
{
	static const char name[] = "lib/x.so";
	uint32_t length = sizeof name - 1, size, directory;
	FILE *in = fopen(target_library(), "re");
	unsigned char *archive = calloc(1, 1 << 20), *at;

	assert_non_null(in);
	size = (uint32_t)fread(archive + page, 1, (1 << 20) - page - 200, in);
	fclose(in);
	memcpy(archive, "PK\3\4", 4);
	put_number(archive + 26, length, 2);
	put_number(archive + 28, page - 30 - length, 2);
	memcpy(archive + 30, name, length);
	directory = page + size;
	at = archive + directory;
	memcpy(at, "PK\1\2", 4);
	put_number(at + 10, (uint32_t)method, 2);
	put_number(at + 20, size, 4);
	put_number(at + 24, size, 4);
	put_number(at + 28, length, 2);
	memcpy(at + 46, name, length);
	at += 46 + length;
	memcpy(at, "PK\5\6", 4);
	put_number(at + 12, 46 + length, 4);
	put_number(at + 16, directory, 4);
	folder_write(folder, "app.zip", archive, directory + 46 + length + 22);
	free(archive);
	return size;
}

static uint64_t library_address(const char *sym)
{
	struct cbcc_user_functions *list = cbcc_get_user_functions(target_library(), sym, NULL);
	uint64_t address;

	assert_non_null(list);
	assert_int_equal(list->count, 1);
	address = list->functions[0].addr;
	cbcc_user_functions_free(list);
	return address;
}

static void a_library_in_an_archive_is_seen(void **state)
{
	char *folder = folder_make(), name[PATH_MAX];
	struct cbcc *b = new_ok();
	uint32_t page = (uint32_t)sysconf(_SC_PAGESIZE), size = write_archive(folder, page, 0);
	int fd = open(folder_path(folder, "app.zip"), O_RDONLY | O_CLOEXEC);
	/* its code needs nothing of the loader, and is as far into the file as its address is */
	char *code = mmap(NULL, size, PROT_READ | PROT_EXEC, MAP_PRIVATE, fd, page);
	int (*multiply)(int, int);

	(void)state;
	assert_true(fd >= 0 && code != MAP_FAILED);
	*(void **)&multiply = code + library_address("target_library_multiply");
	snprintf(name, sizeof name, "%s!/lib/x.so", folder_path(folder, "app.zip"));
	attach_both(b, name, "target_library_multiply", getpid());
	assert_int_equal(multiply(6, 7), 42);
	expect_values(b, 1, 607, 1, 42);
	strcpy(strchr(name, '!'), "!/lib/none.so");
	assert_int_equal(cbcc_attach_uprobe(b, name, "f", "enter"), -ENOENT);
	munmap(code, size);
	close(fd);
	write_archive(folder, page, 8);
	strcpy(strchr(name, '!'), "!/lib/x.so");
	assert_int_equal(cbcc_attach_uprobe(b, name, "f", "enter"), -EOPNOTSUPP);
	assert_error_has("is compressed");
	cbcc_free(b);
	folder_remove(folder);
}

static void a_function_may_have_a_name_as_go_gives_them(void **state)
{
	static const char name[] = "main.(*sum).Add";
	struct cbcc *b = new_ok();
	struct target target = target_start("pie");
	struct cbcc_user_functions *list;

	(void)state;
	attach_both(b, target_path("pie"), name, target.pid);
	assert_int_equal(target_do(&target, 'g'), 17);
	expect_values(b, 1, 2003, 1, 17);
	list = cbcc_get_user_functions(target_path("pie"), "main\\..*\\.Add", NULL);
	assert_non_null(list);
	assert_int_equal(list->count, 1);
	assert_string_equal(list->functions[0].name, name);
	cbcc_user_functions_free(list);
	cbcc_free(b);
	target_stop(&target);
}

static void detaching_takes_the_same_names(void **state)
{
	struct cbcc *b = new_ok();
	struct target target = target_start("pie");
	struct cbcc_uprobe_opts opts = { .sz = sizeof opts, .pid = target.pid };
	const char *path = target_path("pie");
	uint64_t returned;

	(void)state;
	assert_ok(cbcc_attach_uprobe(b, path, "target_add", "enter"));
	assert_int_equal(cbcc_attach_uprobe(b, path, "target_add", "enter"), -EEXIST);
	assert_ok(cbcc_attach_uprobe_opts(b, path, "target_add", "enter", &opts));
	assert_ok(cbcc_attach_uprobe(b, path, "target_add", "leave"));
	assert_int_equal(cbcc_num_open_uprobes(b), 3);
	assert_int_equal(cbcc_detach_uprobe(b, path, "target_hidden", NULL), -ENOENT);
	assert_int_equal(cbcc_detach_uretprobe(b, path, "target_add", NULL), -ENOENT);
	assert_ok(cbcc_detach_uprobe(b, path, "target_add", "enter"));
	assert_int_equal(cbcc_num_open_uprobes(b), 2);
	target_do(&target, 'a');
	assert_int_equal(value_of(b, "out", 0), 1);
	assert_ok(cbcc_detach_uprobe(b, path, "target_add", NULL));
	assert_ok(cbcc_detach_uprobe_opts(b, path, "target_add", NULL, &opts));
	assert_int_equal(cbcc_num_open_uprobes(b), 0);
	target_do(&target, 'a');
	assert_int_equal(value_of(b, "out", 0), 1);
	returned = value_of(b, "out", 3);
	assert_ok(cbcc_attach_uretprobe(b, path, "target_add", "leave"));
	target_do(&target, 'a');
	assert_int_equal(value_of(b, "out", 3), returned + 23);
	assert_ok(cbcc_detach_uretprobe(b, path, "target_add", "leave"));
	target_do(&target, 'a');
	assert_int_equal(value_of(b, "out", 3), returned + 23);
	cbcc_free(b);
	target_stop(&target);
}

static void what_cannot_be_attached_is_explained(void **state)
{
	struct cbcc *b = new_ok();
	struct cbcc_uprobe_opts opts = { .sz = sizeof opts, .pid = 0x3fffffff };
	char *folder = folder_make();

	(void)state;
	assert_int_equal(cbcc_attach_uprobe(b, "no-such-library", "f", "enter"), -ENOENT);
	assert_error_has("there is no library or program 'no-such-library'");
	assert_int_equal(cbcc_attach_uprobe(b, "/no/such", "f", "enter"), -ENOENT);
	assert_error_has("cannot open /no/such");
	folder_write(folder, "text", "text", 4);
	assert_int_equal(cbcc_attach_uprobe(b, folder_path(folder, "text"), "f", "enter"), -ENOEXEC);
	assert_error_has("no ELF file");
	assert_int_equal(cbcc_attach_uprobe(b, "c", "f", "none"), -ENOENT);
	assert_error_has("no function 'none'");
	assert_int_equal(cbcc_attach_uprobe(b, "c", NULL, "enter"), -EINVAL);
	assert_int_equal(cbcc_attach_uprobe(b, NULL, "f", "enter"), -EINVAL);
	assert_int_equal(cbcc_attach_uprobe(NULL, "c", "f", "enter"), -EINVAL);
	assert_int_equal(cbcc_attach_uprobe(b, target_path("pie"), "target_numbers", "enter"), -EINVAL);
	assert_error_has("has no code at");
	assert_int_equal(cbcc_attach_uprobe_opts(b, "c", "read", "enter", &opts), -ENOENT);
	opts.pid = 0;
	opts.offset = 4;
	assert_int_equal(cbcc_attach_uretprobe_opts(b, "c", "read", "enter", &opts), -EINVAL);
	cbcc_free(b);
	folder_remove(folder);
}

static void functions_are_listed(void **state)
{
	struct cbcc_user_functions *list =
		cbcc_get_user_functions(target_path("stripped"), "target_(add|hidden)", NULL);

	(void)state;
	assert_non_null(list);
	assert_int_equal(list->count, 2);
	assert_true(list->functions[0].addr < list->functions[1].addr);
	cbcc_user_functions_free(list);
	list = cbcc_get_user_functions("c", "f?printf", NULL);
	assert_non_null(list);
	assert_true(list->count >= 2);
	cbcc_user_functions_free(list);
	list = cbcc_get_user_functions("c", NULL, NULL);
	assert_non_null(list);
	assert_true(list->count > 1000);
	cbcc_user_functions_free(list);
	assert_null(cbcc_get_user_functions("no-such-library", ".*", NULL));
	assert_int_equal(errno, ENOENT);
	cbcc_user_functions_free(NULL);
}

static void libraries_and_programs_are_found(void **state)
{
	char path[PATH_MAX];
	struct target target = target_start("pie");

	(void)state;
	assert_ok(cbcc_find_library("c", 0, path, sizeof path));
	assert_non_null(strstr(path, "/libc.so"));
	assert_ok(cbcc_find_library("c.so.6", 0, path, sizeof path));
	assert_non_null(strstr(path, "/libc.so.6"));
	assert_int_equal(cbcc_find_library("target", 0, path, sizeof path), -ENOENT);
	assert_ok(cbcc_find_library("target", target.pid, path, sizeof path));
	assert_string_equal(path, target_library());
	assert_int_equal(cbcc_find_library("none", target.pid, path, sizeof path), -ENOENT);
	assert_int_equal(cbcc_find_library("c", 0, path, 4), -ENAMETOOLONG);
	assert_ok(cbcc_find_exe("sh", path, sizeof path));
	assert_non_null(strstr(path, "/sh"));
	assert_ok(cbcc_find_exe("/bin/sh", path, sizeof path));
	assert_string_equal(path, "/bin/sh");
	assert_int_equal(cbcc_find_exe("no-such-program", path, sizeof path), -ENOENT);
	assert_int_equal(cbcc_find_exe("", path, sizeof path), -ENOENT);
	target_stop(&target);
}

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_function_is_seen_in_a_program_that_is_loaded_anywhere),
		cmocka_unit_test(a_function_is_seen_in_a_program_at_fixed_addresses),
		cmocka_unit_test(a_function_is_seen_in_a_static_program),
		cmocka_unit_test(a_stripped_programs_functions_are_found_by_its_debug_file),
		cmocka_unit_test(a_librarys_function_is_seen),
		cmocka_unit_test(a_place_is_named_by_its_address),
		cmocka_unit_test(functions_are_attached_by_a_pattern),
		cmocka_unit_test(functions_of_cxx_are_found_by_their_names),
		cmocka_unit_test(a_program_in_other_mounts_is_seen),
		cmocka_unit_test(a_deleted_programs_functions_are_seen),
		cmocka_unit_test(functions_in_sections_attach_themselves),
		cmocka_unit_test(a_library_in_an_archive_is_seen),
		cmocka_unit_test(a_function_may_have_a_name_as_go_gives_them),
		cmocka_unit_test(detaching_takes_the_same_names),
		cmocka_unit_test(what_cannot_be_attached_is_explained),
		cmocka_unit_test(functions_are_listed),
		cmocka_unit_test(libraries_and_programs_are_found),
	};

	return run_selected_tests(tests, argc, argv);
}
