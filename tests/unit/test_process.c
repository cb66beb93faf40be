/* SPDX-License-Identifier: Apache-2.0 */
/* What processes have mapped, and files as they see them. */
#include "test.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "folder.h"
#include "mounts.h"
#include "process/files.h"
#include "process/ld_cache.h"
#include "process/maps.h"
#include "process/zip.h"
#include "target.h"

static int parse(const char *text, struct process_maps *maps)
{
	FILE *file = fmemopen((void *)text, strlen(text), "r");
	int err;

	assert_non_null(file);
	err = process_maps_parse(file, maps);
	fclose(file);
	return err;
}

static void mappings_are_parsed(void **state)
{
	struct process_maps maps;
	const struct process_map *map;

	(void)state;
	assert_int_equal(
		parse("00400000-00452000 r-xp 00001000 08:02 173521      /usr/bin/a b\\012c (deleted)\n"
		      "7f0000000000-7f0000001000 rw-s 00000000 00:01 7 /SYSV00000000 (deleted)\n"
		      "7ffd0000-7ffe0000 rw-p 00000000 00:00 0                  [stack]\n"
		      "fffe0000-ffff0000 ---p 00000000 00:00 0 \n",
		      &maps),
		0);
	assert_int_equal(maps.count, 4);
	map = &maps.maps[0];
	assert_string_equal(map->path, "/usr/bin/a b\nc");
	assert_true(map->deleted && map->executable && map->readable && !map->writable && !map->shared);
	assert_int_equal(map->start, 0x400000);
	assert_int_equal(map->end, 0x452000);
	assert_int_equal(map->offset, 0x1000);
	assert_int_equal(map->inode, 173521);
	assert_true(map->major == 8 && map->minor == 2);
	assert_true(process_map_is_file(map));
	assert_true(maps.maps[1].shared);
	assert_false(process_map_is_file(&maps.maps[1]));
	assert_string_equal(maps.maps[2].path, "[stack]");
	assert_false(process_map_is_file(&maps.maps[2]));
	assert_string_equal(maps.maps[3].path, "");
	process_maps_free(&maps);
}

static void what_is_no_mapping_is_refused(void **state)
{
	static const char *const texts[] = {
		"x\n",
		"00400000-00452000 r-xp\n",
		"00452000-00400000 r-xp 00001000 08:02 173521 /a\n",
		"00400000-00452000 r 00001000 08:02 173521 /a\n",
		"00400000-00452000 r-xp 00001000 08:02 173521 /a\n\n",
	};
	struct process_maps maps;

	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		assert_int_equal(parse(texts[i], &maps), -EBADMSG);
		assert_null(maps.maps);
	}
	assert_int_equal(process_maps_read(0x3fffffff, &maps), -ENOENT);
}

static void an_address_is_found_in_its_mapping(void **state)
{
	struct process_maps maps;
	const struct process_map *map;
	char own[4096], opened[4096];
	int fd;

	(void)state;
	assert_int_equal(process_maps_read(getpid(), &maps), 0);
	map = process_maps_find(&maps, (uintptr_t)an_address_is_found_in_its_mapping);
	assert_non_null(map);
	assert_true(map->executable && process_map_is_file(map));
	fd = process_map_open(getpid(), map);
	assert_true(fd >= 0);
	assert_true(file_path(fd, opened, sizeof opened));
	own[readlink("/proc/self/exe", own, sizeof own - 1)] = '\0';
	assert_string_equal(opened, own);
	close(fd);
	assert_null(process_maps_find(&maps, 1));
	process_maps_free(&maps);
}

/* A file of one page, mapped. */
static void *map_file(const char *path, const char *content)
{
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	void *mapped;

	assert_true(fd >= 0);
	assert_int_equal(write(fd, content, strlen(content)), strlen(content));
	mapped = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, fd, 0);
	assert_true(mapped != MAP_FAILED);
	close(fd);
	return mapped;
}

static void a_deleted_and_replaced_file_is_opened(void **state)
{
	char *folder = folder_make(), content[9] = "";
	void *mapped = map_file(folder_path(folder, "file"), "old");
	struct process_maps maps;
	const struct process_map *map;
	int fd;

	(void)state;
	unlink(folder_path(folder, "file"));
	munmap(map_file(folder_path(folder, "file"), "new"), 4096);
	assert_int_equal(process_maps_read(getpid(), &maps), 0);
	map = process_maps_find(&maps, (uintptr_t)mapped);
	assert_true(map && map->deleted);
	assert_string_equal(map->path, folder_path(folder, "file"));
	fd = process_map_open(getpid(), map);
	if (geteuid() != 0) {
		assert_true(fd < 0 || pread(fd, content, 8, 0) == 3);
	} else {
		assert_true(fd >= 0);
		assert_int_equal(pread(fd, content, 8, 0), 3);
		assert_string_equal(content, "old");
	}
	if (fd >= 0)
		close(fd);
	process_maps_free(&maps);
	munmap(mapped, 4096);
	folder_remove(folder);
}

/* A process that sees another file system at the folder, with an absolute link in it. */
static pid_t start_in_other_mounts(const char *folder, const char *file)
{
	int ready[2];
	char byte = 'x';
	pid_t pid;

	assert_int_equal(pipe(ready), 0);
	pid = fork();
	if (pid == 0) {
		if (!mounts_make_own() || mount("none", folder, "tmpfs", 0, NULL) != 0)
			_exit(1);
		folder_write(folder, "file", "inside", 6);
		if (symlink(file, folder_path(folder, "link")) != 0)
			_exit(2);
		(void)!write(ready[1], &byte, 1);
		pause();
		_exit(0);
	}
	close(ready[1]);
	assert_int_equal(read(ready[0], &byte, 1), 1);
	close(ready[0]);
	return pid;
}

static void expect_content(int fd, const char *expected)
{
	char content[16] = "";

	assert_true(fd >= 0);
	assert_int_equal(pread(fd, content, sizeof content - 1, 0), strlen(expected));
	assert_string_equal(content, expected);
	close(fd);
}

static void a_file_is_seen_as_the_process_sees_it(void **state)
{
	char *folder = folder_make(), file[256];
	pid_t pid;

	(void)state;
	if (!mounts_can_be_own()) {
		folder_remove(folder);
		skip_because("there can be no mounts of one's own here");
	}
	folder_write(folder, "file", "outside", 7);
	snprintf(file, sizeof file, "%s", folder_path(folder, "file"));
	folder_write(folder, "only-here", "", 0);
	pid = start_in_other_mounts(folder, file);
	expect_content(process_file_open(pid, file), "inside");
	expect_content(process_file_open(0, file), "outside");
	expect_content(process_file_open(pid, folder_path(folder, "link")), "inside");
	assert_int_equal(process_file_open(pid, folder_path(folder, "only-here")), -ENOENT);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	assert_int_equal(process_file_open(pid, file), -ENOENT);
	folder_remove(folder);
}

static void an_absolute_link_stays_below_the_root(void **state)
{
	char *folder = folder_make();
	int root;

	(void)state;
	assert_int_equal(mkdir(folder_path(folder, "etc"), 0700), 0);
	folder_write(folder, "etc/passwd", "inside", 6);
	assert_int_equal(symlink("/etc/passwd", folder_path(folder, "link")), 0);
	assert_int_equal(symlink("../../../../../etc/passwd", folder_path(folder, "up")), 0);
	root = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
	expect_content(file_open_below(root, "/link"), "inside");
	expect_content(file_open_below(root, "/up"), "inside");
	expect_content(file_open_below(root, "/../../etc/passwd"), "inside");
	close(root);
	folder_remove(folder);
}

/* Two libraries as glibc lists them, behind the list of old or without it. */
static size_t make_cache(char *content, size_t room, size_t entry_flags, bool old)
{
	static const char strings[] = "libx.so.1\0/lib/libx.so.1\0liby-2.so\0/lib/liby-2.so";
	const uint32_t names[2][2] = { { 0, 10 }, { 25, 35 } };
	size_t at = 0;
	uint32_t number;

	memset(content, 0, room);
	if (old) {
		memcpy(content, "ld.so-1.7.0", 11);
		number = 1;
		memcpy(content + 12, &number, 4);
		at = (16 + 12 + 7) & ~(size_t)7;
	}
	memcpy(content + at, "glibc-ld.so.cache1.1", 20);
	number = 2;
	memcpy(content + at + 20, &number, 4);
	number = sizeof strings;
	memcpy(content + at + 24, &number, 4);
	at += 48;
	for (int i = 0; i < 2; i++, at += 24) {
		uint32_t key = 48 + 2 * 24 + names[i][0], value = 48 + 2 * 24 + names[i][1];

		number = (uint32_t)entry_flags;
		memcpy(content + at, &number, 4);
		memcpy(content + at + 4, &key, 4);
		memcpy(content + at + 8, &value, 4);
	}
	memcpy(content + at, strings, sizeof strings);
	return at + sizeof strings;
}

/* The architecture's flags are those that this machine's own library is listed with. */
static size_t own_flags(void)
{
	char content[256], path[64];

	for (size_t flags = 3; flags <= 0xffff; flags += 0x100) {
		size_t size = make_cache(content, sizeof content, flags, false);

		if (ld_cache_find(content, size, "libx.so", path, sizeof path))
			return flags;
	}
	return 0;
}

static void the_linkers_list_is_read(void **state)
{
	char content[256], path[64];
	size_t flags = own_flags();

	(void)state;
	assert_true(flags != 0);
	for (int old = 0; old < 2; old++) {
		size_t size = make_cache(content, sizeof content, flags, old);

		assert_true(ld_cache_find(content, size, "libx.so", path, sizeof path));
		assert_string_equal(path, "/lib/libx.so.1");
		assert_true(ld_cache_find(content, size, "libx.so.1", path, sizeof path));
		assert_true(ld_cache_find(content, size, "liby-2.so", path, sizeof path));
		assert_string_equal(path, "/lib/liby-2.so");
		assert_false(ld_cache_find(content, size, "lib", path, sizeof path));
		assert_false(ld_cache_find(content, size, "libx.so.2", path, sizeof path));
		assert_false(ld_cache_find(content, size, "libx.so", path, 4));
	}
}

static void a_damaged_list_is_refused(void **state)
{
	char content[256], path[64];
	size_t flags = own_flags();
	unsigned int random = 1;

	(void)state;
	for (int old = 0; old < 2; old++) {
		size_t size = make_cache(content, sizeof content, flags, old);

		for (size_t at = 0; at < size; at++) { /* where reading on would be seen by a sanitizer */
			char *part = malloc(at + 1);

			memcpy(part, content, at);
			ld_cache_find(part, at, "liby-2.so", path, sizeof path);
			free(part);
		}
		for (int round = 0; round < 20000; round++) {
			char *damaged = malloc(size);

			memcpy(damaged, content, size);
			for (int i = 0; i < 3; i++) {
				random = random * 1103515245 + 12345;
				damaged[(random >> 8) % size] = (char)(random >> 24);
			}
			ld_cache_find(damaged, size, "liby-2.so", path, sizeof path);
			free(damaged);
		}
	}
}

/* An archive of one empty file. */
static const char archive[] = "PK\3\4\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1\0\0\0x"
			      "PK\1\2\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1\0\0\0\0\0\0\0\0\0"
			      "\0\0\0\0\0\0\0\0x"
			      "PK\5\6\0\0\0\0\1\0\1\0\x2f\0\0\0\x1f\0\0\0\0\0";

static int find_in_archive(const char *content, size_t size, const char *name, uint64_t *offset)
{
	int fd = memfd_create("archive", MFD_CLOEXEC), result;
	uint64_t entry_size;

	assert_int_equal(write(fd, content, size), size);
	result = zip_find(fd, name, offset, &entry_size);
	close(fd);
	return result;
}

static void archives_may_hold_anything(void **state)
{
	const size_t size = sizeof archive - 1;
	unsigned int random = 1;
	uint64_t offset;

	(void)state;
	assert_int_equal(find_in_archive(archive, size, "x", &offset), 0);
	assert_int_equal(offset, 31);
	assert_int_equal(find_in_archive(archive, size, "y", &offset), -ENOENT);
	for (size_t at = 0; at < size; at++)
		assert_int_equal(find_in_archive(archive, at, "x", &offset), -EBADMSG);
	for (int round = 0; round < 20000; round++) {
		char damaged[sizeof archive];

		memcpy(damaged, archive, size);
		for (int i = 0; i < 3; i++) {
			random = random * 1103515245 + 12345;
			damaged[(random >> 8) % size] = (char)(random >> 24);
		}
		find_in_archive(damaged, size, "x", &offset);
	}
}

/* The language of a target that has been copied to a file of that name; NULL: none is known. */
static void expect_language(const char *folder, const char *target, const char *name, const char *language)
{
	char path[256], command[1024];
	struct target process;

	snprintf(path, sizeof path, "%s", folder_path(folder, name));
	snprintf(command, sizeof command, "cp %s %s", target_path(target), path);
	assert_int_equal(system(command), 0);
	process = target_start(path);
	if (language)
		assert_string_equal(cbcc_detect_language(process.pid), language);
	else
		assert_null(cbcc_detect_language(process.pid));
	target_stop(&process);
}

static void a_process_has_the_language_of_its_program(void **state)
{
	char *folder = folder_make();

	(void)state;
	expect_language(folder, "static", "python3.11", "python");
	expect_language(folder, "static", "nodejs", "node");
	expect_language(folder, "pie", "java", "java");
	expect_language(folder, "pie", "rubytool", "c");
	expect_language(folder, "static", "perlish", NULL);
	assert_int_equal(errno, ENOENT);
	folder_remove(folder);
	assert_null(cbcc_detect_language(0x3fffffff));
	assert_int_equal(errno, ESRCH);
	assert_null(cbcc_detect_language(0));
	assert_int_equal(errno, ESRCH);
}

static void a_process_has_the_language_of_its_libraries(void **state)
{
	char *folder = folder_make();
	int fd;
	void *map;

	(void)state;
	assert_string_equal(cbcc_detect_language(getpid()), "c");
	folder_write(folder, "libruby-3.1.so.3.1", "library", 7);
	fd = open(folder_path(folder, "libruby-3.1.so.3.1"), O_RDONLY | O_CLOEXEC);
	map = mmap(NULL, 7, PROT_READ, MAP_PRIVATE, fd, 0);
	assert_ptr_not_equal(map, MAP_FAILED);
	assert_string_equal(cbcc_detect_language(getpid()), "ruby");
	munmap(map, 7);
	close(fd);
	folder_remove(folder);
	assert_string_equal(cbcc_detect_language(getpid()), "c");
}

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(mappings_are_parsed),
		cmocka_unit_test(what_is_no_mapping_is_refused),
		cmocka_unit_test(an_address_is_found_in_its_mapping),
		cmocka_unit_test(a_deleted_and_replaced_file_is_opened),
		cmocka_unit_test(a_file_is_seen_as_the_process_sees_it),
		cmocka_unit_test(an_absolute_link_stays_below_the_root),
		cmocka_unit_test(the_linkers_list_is_read),
		cmocka_unit_test(a_damaged_list_is_refused),
		cmocka_unit_test(archives_may_hold_anything),
		cmocka_unit_test(a_process_has_the_language_of_its_program),
		cmocka_unit_test(a_process_has_the_language_of_its_libraries),
	};

	return run_selected_tests(tests, argc, argv);
}
