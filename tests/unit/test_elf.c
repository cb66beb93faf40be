/* SPDX-License-Identifier: Apache-2.0 */
/* ELF files: this test's own program, what the tools made of it, and damaged copies. */
#include "test.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/auxv.h>
#include <sys/stat.h>
#include <unistd.h>

#include "elf/debug_file.h"
#include "elf/elf_file.h"
#include "elf/elf_notes.h"
#include "elf/elf_symbols.h"
#include "folder.h"
#include "process/files.h"
#include "process/maps.h"

/* What the tests look for. Its address is known here, and its offset by the mapping. */
__attribute__((noinline, used)) int elf_test_function(int x);

int elf_test_function(int x)
{
	return x + 1;
}

struct wanted {
	const char *name;
	struct elf_symbol found;
	unsigned int times;
};

static int look(void *ctx, const struct elf_symbol *symbol)
{
	struct wanted *wanted = ctx;

	if (strcmp(symbol->name, wanted->name) == 0) {
		wanted->found = *symbol;
		wanted->times++;
	}
	return 0;
}

static struct elf_file *open_ok(const char *path)
{
	struct elf_file *file;

	assert_int_equal(elf_file_open(path, &file), 0);
	return file;
}

static void run_tool(const char *fmt, ...)
{
	char command[4096];
	va_list args;

	va_start(args, fmt);
	vsnprintf(command, sizeof command, fmt, args);
	va_end(args);
	if (system(command) != 0)
		fail_msg("%s failed", command);
}

static void symbols_have_addresses_and_offsets(void **state)
{
	struct elf_file *file = open_ok("/proc/self/exe");
	struct wanted wanted = { .name = "elf_test_function" };
	uint64_t offset, back;
	char code[16];

	(void)state;
	assert_int_equal(elf_symbols_for_each(file, look, &wanted), 0);
	assert_int_equal(wanted.times, 1);
	assert_true(elf_symbol_is_function(&wanted.found));
	assert_true(wanted.found.size > 0);
	assert_true(elf_address_to_offset(file, wanted.found.address, &offset));
	assert_true(elf_offset_to_address(file, offset, &back));
	assert_int_equal(back, wanted.found.address);
	assert_int_equal(pread(file->fd, code, sizeof code, (off_t)offset), sizeof code);
	assert_memory_equal(code, (void *)elf_test_function, wanted.found.size < 16 ? wanted.found.size : 16);
	assert_false(elf_address_to_offset(file, UINT64_MAX, &offset));
	assert_false(elf_offset_to_address(file, UINT64_MAX, &offset));
	elf_file_close(file);
}

static int stop_at_first(void *ctx, const struct elf_symbol *symbol)
{
	(void)symbol;
	++*(int *)ctx;
	return 42;
}

static void a_callback_ends_the_iteration(void **state)
{
	struct elf_file *file = open_ok("/proc/self/exe");
	int calls = 0;

	(void)state;
	assert_int_equal(elf_symbols_for_each(file, stop_at_first, &calls), 42);
	assert_int_equal(calls, 1);
	elf_file_close(file);
}

static void the_vdso_is_a_file_in_memory(void **state)
{
	const void *vdso = (const void *)getauxval(AT_SYSINFO_EHDR);
	struct wanted wanted = { .name = "__vdso_clock_gettime" };
	const struct process_map *map;
	struct process_maps maps;
	struct elf_file *file;

	(void)state;
#if defined(__aarch64__) || defined(__s390x__)
	wanted.name = "__kernel_clock_gettime";
#endif
	if (!vdso)
		skip_because("there is no vDSO here");
	assert_int_equal(process_maps_read(getpid(), &maps), 0);
	map = process_maps_find(&maps, (uintptr_t)vdso);
	assert_non_null(map);
	assert_int_equal(elf_file_open_memory(vdso, map->end - map->start, &file), 0);
	process_maps_free(&maps);
	assert_int_equal(file->kind, ELF_SHARED);
	assert_int_equal(elf_symbols_for_each(file, look, &wanted), 0);
	assert_int_equal(wanted.times, 1);
	elf_file_close(file);
}

static void expect_kind(const char *folder, const char *name, const char *options, enum elf_kind kind)
{
	const char *path = folder_path(folder, name);
	struct elf_file *file;

	run_tool("echo 'int main(void) { return 0; }' | " CBCC_TEST_CC " -xc - %s -o %s", options, path);
	file = open_ok(path);
	assert_int_equal(file->kind, kind);
	elf_file_close(file);
}

static void kinds_of_files_are_told_apart(void **state)
{
	char *folder = folder_make();

	(void)state;
	expect_kind(folder, "executable", "-fno-pie -no-pie", ELF_EXECUTABLE);
	expect_kind(folder, "static", "-fno-pie -no-pie -static", ELF_EXECUTABLE);
	expect_kind(folder, "pie", "-fpie -pie", ELF_PIE);
	expect_kind(folder, "static-pie", "-fpie -static-pie", ELF_PIE);
	expect_kind(folder, "library", "-fpic -shared", ELF_SHARED);
	expect_kind(folder, "object", "-c", ELF_OTHER);
	folder_remove(folder);
}

/* A program in the folder with a build id or without, and its debug file of that name; the program is stripped. */
static char *make_stripped(const char *folder, const char *debug_name, const char *build_id)
{
	char *program = strdup(folder_path(folder, "program"));

	run_tool("echo 'int hidden(void) { return 1; } int main(void) { return hidden(); }' | " CBCC_TEST_CC
		 " -xc - -g -Wl,--build-id=%s -o %s",
		 build_id, program);
	run_tool("objcopy --only-keep-debug %s %s/%s", program, folder, debug_name);
	run_tool("strip %s", program);
	return program;
}

static void expect_hidden(const char *program, int root)
{
	struct elf_file *file = open_ok(program), *debug;
	struct wanted wanted = { .name = "hidden" };

	assert_int_equal(elf_symbols_for_each(file, look, &wanted), 0);
	assert_int_equal(wanted.times, 0);
	assert_int_equal(debug_file_open(file, program, root, &debug), 0);
	assert_int_equal(elf_symbols_for_each(debug, look, &wanted), 0);
	assert_int_equal(wanted.times, 1);
	assert_int_equal(wanted.found.type, STT_FUNC);
	elf_file_close(debug);
	elf_file_close(file);
}

static void expect_no_debug_file(const char *program)
{
	struct elf_file *file = open_ok(program), *debug;

	assert_int_equal(debug_file_open(file, program, OWN_ROOT, &debug), -ENOENT);
	assert_null(debug);
	elf_file_close(file);
}

static void a_debug_file_is_found_by_its_link(void **state)
{
	char *folder = folder_make(), *program = make_stripped(folder, "hidden.dbg", "none");

	(void)state;
	expect_no_debug_file(program);
	run_tool("cd %s && objcopy --add-gnu-debuglink=hidden.dbg %s", folder, program);
	expect_hidden(program, OWN_ROOT);
	run_tool("cd %s && mkdir .debug && mv hidden.dbg .debug", folder);
	expect_hidden(program, OWN_ROOT);
	run_tool("cd %s && mkdir -p root%s && mv .debug/hidden.dbg root%s", folder, folder, folder);
	setenv("BCC_DEBUGINFO_ROOT", folder_path(folder, "root"), 1);
	expect_hidden(program, OWN_ROOT);
	run_tool("cd %s && echo >> root%s/hidden.dbg", folder, folder);
	expect_no_debug_file(program); /* its checksum is another's */
	unsetenv("BCC_DEBUGINFO_ROOT");
	free(program);
	folder_remove(folder);
}

static void a_debug_file_is_found_by_its_build_id(void **state)
{
	char *folder = folder_make(), *program = make_stripped(folder, "x", "0xabcdef0123456789");

	(void)state;
	run_tool("cd %s && mkdir -p .build-id/ab && mv x .build-id/ab/cdef0123456789.debug", folder);
	setenv("BCC_DEBUGINFO_ROOT", folder, 1);
	expect_hidden(program, OWN_ROOT);
	free(program);
	program = make_stripped(folder, "x", "0xabcdef0123456780");
	run_tool("cd %s && cp .build-id/ab/cdef0123456789.debug .build-id/ab/cdef0123456780.debug", folder);
	expect_no_debug_file(program); /* it is another's */
	unsetenv("BCC_DEBUGINFO_ROOT");
	free(program);
	folder_remove(folder);
}

static void symbols_packed_into_the_file_are_found(void **state)
{
	char *folder = folder_make(), *program = make_stripped(folder, "mini", "none");

	(void)state;
	if (system("xz --version >/dev/null 2>&1") != 0) {
		free(program);
		folder_remove(folder);
		skip_because("there is no xz");
	}
	run_tool("cd %s && strip -g mini 2>/dev/null; xz mini && objcopy --add-section "
		 ".gnu_debugdata=mini.xz program",
		 folder);
	expect_hidden(program, OWN_ROOT);
	/* what it unpacks to has no end */
	run_tool("cd %s && head -c 200M /dev/zero | xz > bomb.xz && "
		 "objcopy --update-section .gnu_debugdata=bomb.xz program",
		 folder);
	expect_no_debug_file(program);
	free(program);
	folder_remove(folder);
}

static void the_build_id_is_read(void **state)
{
	char *folder = folder_make(), *program = make_stripped(folder, "x", "0xabcdef0123456789");
	struct elf_file *file = open_ok(program);
	unsigned char id[BUILD_ID_MAX];

	(void)state;
	assert_int_equal(elf_build_id(file, id), 8);
	assert_memory_equal(id, "\xab\xcd\xef\x01\x23\x45\x67\x89", 8);
	elf_file_close(file);
	free(program);
	folder_remove(folder);
}

static void what_is_no_elf_file_is_refused(void **state)
{
	char *folder = folder_make();
	struct elf_file *file;

	(void)state;
	folder_write(folder, "empty", "", 0);
	assert_int_equal(elf_file_open(folder_path(folder, "empty"), &file), -ENOEXEC);
	folder_write(folder, "text", "#!/bin/sh\n", 10);
	assert_int_equal(elf_file_open(folder_path(folder, "text"), &file), -ENOEXEC);
	assert_int_equal(elf_file_open(folder_path(folder, "none"), &file), -ENOENT);
	assert_int_equal(elf_file_open(folder, &file), -EISDIR);
	assert_int_equal(mkfifo(folder_path(folder, "pipe"), 0600), 0);
	assert_int_equal(elf_file_open(folder_path(folder, "pipe"), &file), -EINVAL); /* without waiting */
	assert_int_equal(symlink("loop", folder_path(folder, "loop")), 0);
	assert_int_equal(elf_file_open(folder_path(folder, "loop"), &file), -ELOOP);
	folder_remove(folder);
}

static int count_notes(void *ctx, const struct elf_note *note)
{
	unsigned char sum = 0;

	for (size_t i = 0; i < note->size; i++) /* all is there to be read */
		sum += ((const unsigned char *)note->data)[i];
	*(size_t *)ctx += 1 + (sum & 1);
	return 0;
}

/* Does with an image all that can be done with a file. */
static void use(const void *image, size_t size)
{
	unsigned char id[BUILD_ID_MAX];
	struct wanted wanted = { .name = "none such" };
	struct elf_file *file, *debug;
	size_t notes = 0;
	uint64_t value;

	if (elf_file_open_memory(image, size, &file) != 0)
		return;
	elf_symbols_for_each(file, look, &wanted);
	elf_notes_for_each(file, count_notes, &notes);
	elf_build_id(file, id);
	elf_address_to_offset(file, 0x1000, &value);
	elf_offset_to_address(file, 0x1000, &value);
	debug_file_open(file, "/none/such", OWN_ROOT, &debug);
	elf_file_close(debug);
	elf_file_close(file);
}

/* A small program as the linker made it. To be freed. */
static unsigned char *read_program(size_t *size)
{
	char *folder = folder_make(), *program = make_stripped(folder, "x", "sha1");
	unsigned char *image;
	struct stat status;
	int fd;

	run_tool("cd %s && objcopy --add-gnu-debuglink=x program && cp program y", folder);
	fd = open(program, O_RDONLY | O_CLOEXEC);
	assert_true(fd >= 0 && fstat(fd, &status) == 0);
	*size = (size_t)status.st_size;
	image = malloc(*size);
	assert_int_equal(read(fd, image, *size), *size);
	close(fd);
	free(program);
	folder_remove(folder);
	return image;
}

static void a_file_may_end_anywhere(void **state)
{
	size_t size;
	unsigned char *image = read_program(&size);

	(void)state;
	for (size_t at = 0; at < size; at += at < 1024 ? 1 : 61)
		use(image, at);
	free(image);
}

static void a_file_may_hold_anything(void **state)
{
	static const unsigned char values[] = { 0, 1, 0x7f, 0x80, 0xff };
	size_t size;
	unsigned char *image = read_program(&size);
	unsigned int random = 1;

	(void)state;
	for (int round = 0; round < 4000; round++) {
		size_t places[4];
		unsigned char saved[4];

		for (int i = 0; i < 4; i++) {
			random = random * 1103515245 + 12345;
			/* the headers at both ends, more often than not */
			places[i] = (random >> 16 & 3) == 0 ? (random >> 3) % size
				    : random >> 18 & 1      ? (random >> 3) % 1024
							    : size - 1 - (random >> 3) % 2048;
			saved[i] = image[places[i]];
			image[places[i]] = values[(random >> 24) % 5];
		}
		use(image, size);
		for (int i = 3; i >= 0; i--)
			image[places[i]] = saved[i];
	}
	free(image);
}

static void a_huge_section_is_refused(void **state)
{
	char *folder = folder_make(), *program = make_stripped(folder, "x", "none");
	struct wanted wanted = { .name = "none such" };
	struct elf_file *file;

	(void)state;
	/* a hole in the file, three GiB of it, that is the table of dynamic symbols */
	run_tool("objcopy --only-keep-debug -R .dynsym %s %s/x 2>/dev/null; truncate -s 5G %s/x", program,
		 folder, folder);
	run_tool("cp --sparse=always %s/x %s/huge", folder, folder);
	file = open_ok(folder_path(folder, "huge"));
	assert_true(file->header.e_ident[EI_CLASS] == ELFCLASS64);
	GElf_Shdr header;
	Elf_Scn *section = elf_section_find(file, ".shstrtab", &header);
	Elf64_Shdr raw;
	off_t at = (off_t)(file->header.e_shoff + elf_ndxscn(section) * sizeof raw);
	int fd = open(folder_path(folder, "huge"), O_RDWR | O_CLOEXEC);

	assert_int_equal(pread(fd, &raw, sizeof raw, at), sizeof raw);
	elf_file_close(file);
	raw.sh_type = SHT_SYMTAB;
	raw.sh_size = 3ull << 30;
	raw.sh_entsize = sizeof(Elf64_Sym);
	assert_int_equal(pwrite(fd, &raw, sizeof raw, at), sizeof raw);
	close(fd);
	file = open_ok(folder_path(folder, "huge"));
	assert_int_equal(elf_symbols_for_each(file, look, &wanted), -EFBIG);
	elf_file_close(file);
	free(program);
	folder_remove(folder);
}

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(symbols_have_addresses_and_offsets),
		cmocka_unit_test(a_callback_ends_the_iteration),
		cmocka_unit_test(the_vdso_is_a_file_in_memory),
		cmocka_unit_test(kinds_of_files_are_told_apart),
		cmocka_unit_test(a_debug_file_is_found_by_its_link),
		cmocka_unit_test(a_debug_file_is_found_by_its_build_id),
		cmocka_unit_test(symbols_packed_into_the_file_are_found),
		cmocka_unit_test(the_build_id_is_read),
		cmocka_unit_test(what_is_no_elf_file_is_refused),
		cmocka_unit_test(a_file_may_end_anywhere),
		cmocka_unit_test(a_file_may_hold_anything),
		cmocka_unit_test(a_huge_section_is_refused),
	};

	return run_selected_tests(tests, argc, argv);
}
