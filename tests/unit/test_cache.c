/* SPDX-License-Identifier: Apache-2.0 */
/* The compile cache by its parts, without a compiler: keys, entries, facts, and whose files are used. */
#include "test.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "cache/directory.h"
#include "cache/entry.h"
#include "cache/facts.h"
#include "cache/key.h"
#include "cache/recheck.h"
#include "cache/unit.h"
#include "folder.h"
#include "kernel/build_id.h"
#include "module/module.h"

#define NOBODY 65534
#define NAME "0123456789abcdef0123456789abcdef.cbcc"
#define OTHER "fedcba9876543210fedcba9876543210.cbcc"

static void require_owner_change(void)
{
	if (geteuid() != 0)
		skip_because("only root can give files to others");
}

/* Keys */

static const char *const flags[] = { "-DA=1", "-I", "/usr/include" };

static const struct compile_request plain = {
	.text = "int f(void *ctx) { return 0; }",
	.text_size = 30,
	.name = "<text>",
	.cflags = flags,
	.ncflags = 3,
	.kernel_version = 0x60100,
};

/* The compiler's identity is that of a file. */
static void use_as_compiler(const char *path)
{
	assert_int_equal(setenv("CBCC_COMPILER", path, 1), 0);
}

static void name_of(const struct compile_request *request, char name[ENTRY_NAME_SIZE])
{
	struct bytes key;
	const char *why = "";

	if (!key_make(&key, request, &why))
		fail_msg("there is no key: %s", why);
	entry_name(&key, name);
	bytes_free(&key);
}

static void expect_same(const struct compile_request *request, bool same)
{
	char first[ENTRY_NAME_SIZE], second[ENTRY_NAME_SIZE];

	name_of(&plain, first);
	name_of(request, second);
	assert_int_equal(strcmp(first, second) == 0, same);
}

static void expect_no_key(const struct compile_request *request, const char *expected)
{
	struct bytes key;
	const char *why = "";

	assert_false(key_make(&key, request, &why));
	assert_non_null(strstr(why, expected));
	assert_null(key.data);
}

static void every_part_of_a_request_makes_another_key(void **state)
{
	static const char *const others[] = { "-DA=2", "-I", "/usr/include" };
	static const char *const joined[] = { "-DA=1", "-I/usr/include" };
	struct compile_request request = plain;

	(void)state;
	use_as_compiler("/proc/self/exe");
	expect_same(&request, true);
	request.text = "int f(void *ctx) { return 1; }";
	expect_same(&request, false);
	request = plain;
	request.text_size--;
	expect_same(&request, false);
	request = plain;
	request.name = "a.c";
	expect_same(&request, false);
	request = plain;
	request.cflags = others;
	expect_same(&request, false);
	request.cflags = joined;
	request.ncflags = 2;
	expect_same(&request, false);
	request = plain;
	request.kernel_version++;
	expect_same(&request, false);
	request = plain;
	request.syscall_wrapper = true;
	expect_same(&request, false);
}

static void what_the_compiler_reads_of_the_environment_is_in_the_key(void **state)
{
	char before[ENTRY_NAME_SIZE], after[ENTRY_NAME_SIZE];

	(void)state;
	use_as_compiler("/proc/self/exe");
	name_of(&plain, before);
	setenv("BCC_LINUX_VERSION_CODE", "0x60100", 1);
	name_of(&plain, after);
	unsetenv("BCC_LINUX_VERSION_CODE");
	assert_string_not_equal(before, after);
	setenv("SOURCE_DATE_EPOCH", "1", 1);
	name_of(&plain, after);
	unsetenv("SOURCE_DATE_EPOCH");
	assert_string_not_equal(before, after);
}

static void another_compiler_makes_another_key(void **state)
{
	char first[ENTRY_NAME_SIZE], second[ENTRY_NAME_SIZE];
	char *folder = folder_make();

	(void)state;
	folder_write(folder, "compiler", "one", 3);
	use_as_compiler(folder_path(folder, "compiler"));
	name_of(&plain, first);
	usleep(20000); /* a file's times are those of the kernel's last tick */
	folder_write(folder, "compiler", "two", 3);
	name_of(&plain, second);
	assert_string_not_equal(first, second);
	assert_int_equal(unlink(folder_path(folder, "compiler")), 0);
	expect_no_key(&plain, "cannot be identified");
	folder_remove(folder);
}

static void what_may_not_be_kept_has_no_key(void **state)
{
	static const char *const unknown[] = { "-fprofile-instrument-use-path=/tmp/x" };
	static const char *const similar[] = { "-working-directory" };
	struct compile_request request = plain;

	(void)state;
	use_as_compiler("/proc/self/exe");
	request.debug = CBCC_DEBUG_SOURCE;
	expect_no_key(&request, "debug");
	request = plain;
	request.cflags = unknown;
	request.ncflags = 1;
	expect_no_key(&request, "cflags");
	request.cflags = similar;
	expect_no_key(&request, "cflags");
}

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define WORD(byte) byte "\0\0\0"
#else
#define WORD(byte) "\0\0\0" byte
#endif

static void a_build_id_is_found_among_notes(void **state)
{
	static const unsigned char notes[] = WORD("\x06") WORD("\x04")
		WORD("\x01") "Linux\0\0\0ABCD" WORD("\x04") WORD("\x05") WORD("\x03") "GNU\0vwxyz\0\0\0";
	unsigned char id[BUILD_ID_MAX];

	(void)state;
	assert_int_equal(build_id_find(notes, sizeof notes - 1, id), 5);
	assert_memory_equal(id, "vwxyz", 5);
	for (size_t size = 0; size < sizeof notes - 1; size++)
		assert_int_equal(build_id_find(notes, size, id), 0);
}

/* Entries */

static struct compiled_function functions[] = {
	{ (char *)"f", (char *)"f", NULL, NULL, true },
	{ (char *)"g", (char *)"g_", (char *)"kprobe/x", (char *)"pt_regs", false },
};

static struct compiled_slot slots[] = { { 7, (char *)"f" } };

static struct compiled_map maps[] = {
	{ (char *)"m", MAP_PUBLIC, MAP_LOG2, (char *)"/sys/fs/bpf/m", (char *)"struct event", 24, NULL, 0 },
	{ (char *)"p", MAP_OWN, MAP_NO_HISTOGRAM, NULL, NULL, 0, slots, 1 },
};

static char *formats[] = { (char *)"%d of %s", (char *)"done" };

static const struct compiled unit = {
	.object = (char *)"object",
	.object_size = 6,
	.functions = functions,
	.nfunctions = 2,
	.maps = maps,
	.nmaps = 2,
	.trace_formats = formats,
	.ntrace_formats = 2,
	.diagnostics = (char *)"a warning",
};

static const struct bytes some_key = { .data = (char *)"some key", .size = 8 };

static void make_entry(struct bytes *entry, const struct facts *facts)
{
	*entry = (struct bytes){ 0 };
	entry_put(entry, &some_key, facts, &unit);
	assert_false(entry->failed);
}

static void expect_unit(const struct compiled *got)
{
	assert_int_equal(got->object_size, 6);
	assert_memory_equal(got->object, "object", 6);
	assert_int_equal(got->nfunctions, 2);
	assert_string_equal(got->functions[0].name, "f");
	assert_null(got->functions[0].section);
	assert_true(got->functions[0].reads_registers);
	assert_string_equal(got->functions[1].symbol, "g_");
	assert_string_equal(got->functions[1].section, "kprobe/x");
	assert_string_equal(got->functions[1].context, "pt_regs");
	assert_false(got->functions[1].reads_registers);
	assert_int_equal(got->nmaps, 2);
	assert_string_equal(got->maps[0].name, "m");
	assert_int_equal(got->maps[0].sharing, MAP_PUBLIC);
	assert_int_equal(got->maps[0].histogram, MAP_LOG2);
	assert_string_equal(got->maps[0].path, "/sys/fs/bpf/m");
	assert_string_equal(got->maps[0].event, "struct event");
	assert_int_equal(got->maps[0].event_size, 24);
	assert_int_equal(got->maps[0].nslots, 0);
	assert_null(got->maps[1].path);
	assert_null(got->maps[1].event);
	assert_int_equal(got->maps[1].nslots, 1);
	assert_int_equal(got->maps[1].slots[0].index, 7);
	assert_string_equal(got->maps[1].slots[0].function, "f");
	assert_int_equal(got->ntrace_formats, 2);
	assert_string_equal(got->trace_formats[0], "%d of %s");
	assert_string_equal(got->trace_formats[1], "done");
	assert_string_equal(got->diagnostics, "a warning");
}

static void an_entry_gives_back_all_of_a_unit(void **state)
{
	static const struct compiled nothing;
	const struct facts facts = { 0 };
	struct bytes entry;
	struct compiled got;

	(void)state;
	make_entry(&entry, &facts);
	assert_null(entry_get(entry.data, entry.size, &some_key, &got));
	expect_unit(&got);
	compiler_release(&got);
	bytes_free(&entry);
	entry_put(&entry, &some_key, &facts, &nothing);
	assert_null(entry_get(entry.data, entry.size, &some_key, &got));
	assert_null(got.object);
	assert_null(got.diagnostics);
	assert_int_equal(got.nfunctions + got.nmaps, 0);
	compiler_release(&got);
	bytes_free(&entry);
}

static void an_entry_with_any_byte_changed_or_missing_is_not_used(void **state)
{
	const struct facts facts = { 0 };
	struct bytes entry;
	struct compiled got;

	(void)state;
	make_entry(&entry, &facts);
	for (size_t i = 0; i < entry.size; i++) {
		entry.data[i] ^= 1;
		assert_non_null(entry_get(entry.data, entry.size, &some_key, &got));
		entry.data[i] ^= 1;
		assert_non_null(entry_get(entry.data, i, &some_key, &got));
	}
	bytes_free(&entry);
}

/* Two keys whose hashes are the same would have one name. */
static void an_entry_of_another_key_is_not_used(void **state)
{
	static const struct bytes other = { .data = (char *)"sOme key", .size = 8 };
	static const struct bytes shorter = { .data = (char *)"some ke", .size = 7 };
	const struct facts facts = { 0 };
	struct bytes entry;
	struct compiled got;

	(void)state;
	make_entry(&entry, &facts);
	assert_string_equal(entry_get(entry.data, entry.size, &other, &got), "it is another program's");
	assert_string_equal(entry_get(entry.data, entry.size, &shorter, &got), "it is another program's");
	bytes_free(&entry);
}

/* A checksum that is right by chance. */
static void wrong_counts_are_noticed(void **state)
{
	(void)state;
	for (uint64_t count = 1; count; count <<= 1) {
		struct bytes bad = { 0 };
		struct bytes_reader reader;
		struct compiled got;

		bytes_put_number(&bad, count);
		bytes_put_number(&bad, count);
		reader = (struct bytes_reader){ bad.data, bad.data + bad.size, false };
		assert_false(facts_hold(&reader));
		reader = (struct bytes_reader){ bad.data, bad.data + bad.size, false };
		unit_get(&reader, &got);
		assert_true(reader.failed);
		compiler_release(&got);
		bytes_free(&bad);
	}
}

/* Facts */

static bool hold(const struct facts *facts)
{
	struct bytes bytes = { 0 };
	struct bytes_reader reader;
	bool held;

	facts_put(&bytes, facts);
	assert_false(bytes.failed);
	reader = (struct bytes_reader){ bytes.data, bytes.data + bytes.size, false };
	held = facts_hold(&reader);
	if (held)
		assert_ptr_equal(reader.at, reader.end);
	bytes_free(&bytes);
	return held;
}

static void a_file_holds_as_long_as_its_content_is_the_same(void **state)
{
	char *folder = folder_make();
	struct facts facts = { 0 };
	const char *path;

	(void)state;
	folder_write(folder, "x.h", "one", 3);
	path = folder_path(folder, "x.h");
	facts_add(&facts, FACT_FILE, path, "one", 3);
	assert_true(hold(&facts));
	folder_write(folder, "x.h", "two", 3);
	assert_false(hold(&facts));
	folder_write(folder, "x.h", "one", 3);
	assert_true(hold(&facts));
	folder_write(folder, "x.h", "ones", 4);
	assert_false(hold(&facts));
	assert_int_equal(unlink(path), 0);
	assert_false(hold(&facts));
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_false(hold(&facts));
	facts_free(&facts);
	folder_remove(folder);
}

static void what_was_absent_must_still_be(void **state)
{
	char *folder = folder_make();
	struct facts facts = { 0 };

	(void)state;
	facts_add(&facts, FACT_FILE, folder_path(folder, "x.h"), NULL, 0);
	facts_add(&facts, FACT_STATUS, folder_path(folder, "x.h"), "-", 1);
	facts_add(&facts, FACT_STATUS, folder, "d", 1);
	facts_add(&facts, FACT_TRACEFS, "events/no/such/format", NULL, 0);
	assert_true(hold(&facts));
	folder_write(folder, "x.h", "", 0);
	assert_false(hold(&facts));
	facts_free(&facts);
	folder_remove(folder);
}

static void an_answer_that_changes_spoils_the_facts(void **state)
{
	struct facts facts = { 0 };

	(void)state;
	facts_add(&facts, FACT_FILE, "/x", "one", 3);
	facts_add(&facts, FACT_STATUS, "/x", "f", 1);
	facts_add(&facts, FACT_FILE, "/x", "one", 3);
	assert_int_equal(facts.count, 2);
	assert_false(facts.spoiled);
	facts_add(&facts, FACT_FILE, "/x", "two", 3);
	assert_true(facts.spoiled);
	facts_free(&facts);
	facts_add(&facts, FACT_FILE, "/x", "", 0);
	facts_add(&facts, FACT_FILE, "/x", NULL, 0);
	assert_true(facts.spoiled);
	facts_free(&facts);
	facts_add_fd(&facts, FACT_FILE, "/x", -1);
	assert_true(facts.spoiled);
	facts_free(&facts);
	facts_add(NULL, FACT_FILE, "/x", "", 0);
	facts_spoil(NULL);
}

/* The directory */

static int open_folder(const char *folder)
{
	int directory = directory_open(folder);

	assert_true(directory >= 0);
	return directory;
}

static int read_name(int directory, const char *name)
{
	void *content;
	size_t size;
	int err = directory_read(directory, name, &content, &size);

	if (err)
		return err;
	assert_int_equal(size, 7);
	assert_memory_equal(content, "content", 7);
	free(content);
	return 0;
}

static void an_entry_is_read_as_it_was_written(void **state)
{
	char *folder = folder_make();
	int directory = open_folder(folder);
	struct stat st;

	(void)state;
	assert_int_equal(read_name(directory, NAME), -ENOENT);
	assert_int_equal(directory_write(directory, NAME, "before", 6), 0);
	assert_int_equal(directory_write(directory, NAME, "content", 7), 0);
	assert_int_equal(read_name(directory, NAME), 0);
	assert_int_equal(stat(folder_path(folder, NAME), &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(folder_count(folder, ""), 1);
	close(directory);
	folder_remove(folder);
}

static void a_directory_is_made_for_its_owner_only(void **state)
{
	char *folder = folder_make(), *inner = strdup(folder_path(folder, "cache"));
	struct stat st;
	mode_t mask = umask(0);

	(void)state;
	close(open_folder(inner));
	umask(mask);
	assert_int_equal(stat(inner, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
	free(inner);
	assert_int_equal(directory_open(folder_path(folder, "no/such")), -ENOENT);
	folder_write(folder, "file", "", 0);
	assert_int_equal(directory_open(folder_path(folder, "file")), -ENOTDIR);
	folder_remove(folder);
}

static void a_directory_that_others_may_write_to_is_refused(void **state)
{
	char *folder = folder_make();

	(void)state;
	assert_int_equal(chmod(folder, 0702), 0);
	assert_int_equal(directory_open(folder), -EPERM);
	assert_int_equal(chmod(folder, 0720), 0);
	assert_int_equal(directory_open(folder), -EPERM);
	assert_int_equal(chmod(folder, 0755), 0);
	close(open_folder(folder));
	folder_remove(folder);
}

static void a_directory_of_another_user_is_refused(void **state)
{
	char *folder = folder_make();

	(void)state;
	if (geteuid() == 0)
		assert_int_equal(chown(folder, NOBODY, NOBODY), 0);
	assert_int_equal(directory_open(geteuid() == 0 ? folder : "/"), -EPERM);
	folder_remove(folder);
}

static void an_entry_that_others_could_have_written_is_not_read(void **state)
{
	char *folder = folder_make();
	int directory = open_folder(folder);

	(void)state;
	assert_int_equal(directory_write(directory, NAME, "content", 7), 0);
	assert_int_equal(symlink(NAME, folder_path(folder, OTHER)), 0);
	assert_int_equal(read_name(directory, OTHER), -EPERM);
	assert_int_equal(chmod(folder_path(folder, NAME), 0602), 0);
	assert_int_equal(read_name(directory, NAME), -EPERM);
	assert_int_equal(chmod(folder_path(folder, NAME), 0620), 0);
	assert_int_equal(read_name(directory, NAME), -EPERM);
	assert_int_equal(unlink(folder_path(folder, NAME)), 0);
	assert_int_equal(mkfifo(folder_path(folder, NAME), 0600), 0);
	assert_int_equal(read_name(directory, NAME), -EPERM);
	assert_int_equal(directory_write(directory, NAME, "content", 7), 0);
	assert_int_equal(read_name(directory, NAME), 0);
	/* Writing replaces a link, and leaves alone what it leads to. */
	assert_int_equal(directory_write(directory, OTHER, "changed", 7), 0);
	assert_int_equal(read_name(directory, NAME), 0);
	close(directory);
	folder_remove(folder);
}

static void an_entry_of_another_user_is_not_read(void **state)
{
	char *folder;
	int directory;

	(void)state;
	require_owner_change();
	folder = folder_make();
	directory = open_folder(folder);
	assert_int_equal(directory_write(directory, NAME, "content", 7), 0);
	assert_int_equal(chown(folder_path(folder, NAME), NOBODY, NOBODY), 0);
	assert_int_equal(read_name(directory, NAME), -EPERM);
	close(directory);
	folder_remove(folder);
}

static void make_file(const char *folder, const char *name, off_t size, time_t age)
{
	const char *path = folder_path(folder, name);
	struct timespec times[2];

	folder_write(folder, name, "", 0);
	assert_int_equal(truncate(path, size), 0);
	clock_gettime(CLOCK_REALTIME, &times[0]);
	times[0].tv_sec -= age;
	times[1] = times[0];
	assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
}

static void the_oldest_are_removed_when_there_is_too_much(void **state)
{
	static const char *const names[] = {
		"00000000000000000000000000000000.cbcc",
		"11111111111111111111111111111111.cbcc",
		"22222222222222222222222222222222.cbcc",
	};
	char *folder = folder_make();
	int directory = open_folder(folder);

	(void)state;
	make_file(folder, "somebody's file", 100 << 20, 9000);
	make_file(folder, "22222222222222222222222222222222.cbcc.old", 100 << 20, 9000);
	for (int i = 0; i < 3; i++)
		make_file(folder, names[i], 24 << 20, 3000 + 1000 * i);
	directory_trim(directory);
	assert_int_equal(access(folder_path(folder, names[0]), F_OK), 0);
	assert_int_equal(access(folder_path(folder, names[1]), F_OK), 0);
	assert_int_equal(access(folder_path(folder, names[2]), F_OK), -1);
	assert_int_equal(folder_count(folder, ""), 4);
	directory_trim(directory);
	assert_int_equal(folder_count(folder, ""), 4);
	close(directory);
	folder_remove(folder);
}

static void an_entry_that_is_used_becomes_young(void **state)
{
	char *folder = folder_make();
	int directory = open_folder(folder);
	struct stat st;

	(void)state;
	assert_int_equal(directory_write(directory, NAME, "content", 7), 0);
	assert_int_equal(utimensat(AT_FDCWD, folder_path(folder, NAME),
				   (struct timespec[2]){ { 1000, 0 }, { 1000, 0 } }, 0),
			 0);
	assert_int_equal(read_name(directory, NAME), 0);
	assert_int_equal(stat(folder_path(folder, NAME), &st), 0);
	assert_in_range(st.st_mtime, time(NULL) - 60, time(NULL) + 1);
	close(directory);
	folder_remove(folder);
}

static void what_interrupted_writers_left_is_removed(void **state)
{
	char *folder = folder_make();
	int directory = open_folder(folder);

	(void)state;
	make_file(folder, NAME ".tmp1.2.3", 10, 3000);
	make_file(folder, OTHER ".tmp1.2.3", 10, 0); /* its writer may be at work */
	directory_trim(directory);
	assert_int_equal(access(folder_path(folder, NAME ".tmp1.2.3"), F_OK), -1);
	assert_int_equal(access(folder_path(folder, OTHER ".tmp1.2.3"), F_OK), 0);
	close(directory);
	folder_remove(folder);
}

static void a_write_that_fails_leaves_nothing(void **state)
{
	char *folder = folder_make();
	int directory = open_folder(folder);
	struct rlimit limit;

	(void)state;
	assert_int_equal(directory_write(directory, NAME, "content", 7), 0);
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
	limit.rlim_cur = 3;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
	assert_int_equal(directory_write(directory, NAME, "another", 7), -EFBIG);
	limit.rlim_cur = limit.rlim_max;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
	assert_int_equal(read_name(directory, NAME), 0);
	assert_int_equal(folder_count(folder, ""), 1);
	close(directory);
	folder_remove(folder);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_part_of_a_request_makes_another_key),
		cmocka_unit_test(what_the_compiler_reads_of_the_environment_is_in_the_key),
		cmocka_unit_test(another_compiler_makes_another_key),
		cmocka_unit_test(what_may_not_be_kept_has_no_key),
		cmocka_unit_test(a_build_id_is_found_among_notes),
		cmocka_unit_test(an_entry_gives_back_all_of_a_unit),
		cmocka_unit_test(an_entry_with_any_byte_changed_or_missing_is_not_used),
		cmocka_unit_test(an_entry_of_another_key_is_not_used),
		cmocka_unit_test(wrong_counts_are_noticed),
		cmocka_unit_test(a_file_holds_as_long_as_its_content_is_the_same),
		cmocka_unit_test(what_was_absent_must_still_be),
		cmocka_unit_test(an_answer_that_changes_spoils_the_facts),
		cmocka_unit_test(an_entry_is_read_as_it_was_written),
		cmocka_unit_test(a_directory_is_made_for_its_owner_only),
		cmocka_unit_test(a_directory_that_others_may_write_to_is_refused),
		cmocka_unit_test(a_directory_of_another_user_is_refused),
		cmocka_unit_test(an_entry_that_others_could_have_written_is_not_read),
		cmocka_unit_test(an_entry_of_another_user_is_not_read),
		cmocka_unit_test(the_oldest_are_removed_when_there_is_too_much),
		cmocka_unit_test(an_entry_that_is_used_becomes_young),
		cmocka_unit_test(what_interrupted_writers_left_is_removed),
		cmocka_unit_test(a_write_that_fails_leaves_nothing),
	};

	return run_selected_tests(tests, argc, argv);
}
