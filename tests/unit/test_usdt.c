/* SPDX-License-Identifier: Apache-2.0 */
/* USDT probes: what notes say of arguments, on every machine; notes in any state. */
#include "test.h"

#include <elf.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "target.h"
#include "usdt/arguments.h"
#include "usdt/notes.h"

static const struct {
	int machine;
	const char *text, *expected; /* as formatted; "?" for what is not understood */
} cases[] = {
	{ EM_X86_64, "-4@$-5", "4 signed   bytes @ -5" },
	{ EM_X86_64, "8@$0x10", "8 unsigned bytes @ 16" },
	{ EM_X86_64, "1@$200", "1 unsigned bytes @ 200" },
	{ EM_X86_64, "-4@%eax", "4 signed   bytes @ ax" },
	{ EM_X86_64, "2@%r15w", "2 unsigned bytes @ r15" },
	{ EM_X86_64, "8@%rdi", "8 unsigned bytes @ di" },
	{ EM_X86_64, "1@%sil", "1 unsigned bytes @ si" },
	{ EM_X86_64, "8@(%rsp)", "8 unsigned bytes @ *(sp)" },
	{ EM_X86_64, "-8@-16(%rbp)", "8 signed   bytes @ *(bp - 16)" },
	{ EM_X86_64, "4@16(%rax,%rdx)", "4 unsigned bytes @ *(ax + dx + 16)" },
	{ EM_X86_64, "4@8(%rax, %rdx, 4)", "4 unsigned bytes @ *(ax + 4 * dx + 8)" },
	{ EM_X86_64, "4@8(,%rdx,8)", "4 unsigned bytes @ *(8 * dx + 8)" },
	{ EM_X86_64, "4@symbol(%rip)", "4 unsigned bytes @ *(symbol + ip)" },
	{ EM_X86_64, "4@symbol+8(%rip)", "4 unsigned bytes @ *(symbol + ip + 8)" },
	{ EM_X86_64, "4@8+symbol(%rip)", "4 unsigned bytes @ *(symbol + ip + 8)" },
	{ EM_X86_64, "4@symbol-4(%rip)", "4 unsigned bytes @ *(symbol + ip - 4)" },
	{ EM_X86_64, "4@_ZN1a1bE.local_1(%rip)", "4 unsigned bytes @ *(_ZN1a1bE.local_1 + ip)" },
	{ EM_X86_64, "8f@%xmm3", "8 unsigned bytes @ xmm3" },
	{ EM_X86_64, "8@%xmm31", "8 unsigned bytes @ xmm31" },
	{ EM_X86_64, "8@%xmm32", "8 unsigned bytes @ ?" },
	{ EM_X86_64, "8@%xmm0;f;", "8 unsigned bytes @ ?" }, /* it is to be part of a text */
	{ EM_X86_64, "8@8(%xmm1)", "8 unsigned bytes @ ?" },
	{ EM_X86_64, "8@8(%rax,%xmm1)", "8 unsigned bytes @ ?" },
	{ EM_X86_64, "%rcx", "8 unsigned bytes @ cx" },
	{ EM_X86_64, "-4@%nothing", "4 signed   bytes @ ?" },
	{ EM_X86_64, "-4@8(%rax", "4 signed   bytes @ ?" },
	{ EM_X86_64, "-4@$", "4 signed   bytes @ ?" },
	{ EM_X86_64, "-4@", "4 signed   bytes @ ?" },
	{ EM_X86_64, "-4@%eax)", "4 signed   bytes @ ?" },
	{ EM_X86_64, "3@%eax", "8 unsigned bytes @ ?" },
	{ EM_X86_64, "x@%eax", "8 unsigned bytes @ ?" },
	{ EM_X86_64, "-9223372036854775808@%eax", "8 unsigned bytes @ ?" },
	{ EM_X86_64, "4@sym1+sym2(%rip)", "4 unsigned bytes @ ?" },
	{ EM_AARCH64, "-4@w0", "4 signed   bytes @ regs[0]" },
	{ EM_AARCH64, "8@x30", "8 unsigned bytes @ regs[30]" },
	{ EM_AARCH64, "8@sp", "8 unsigned bytes @ sp" },
	{ EM_AARCH64, "-8@[sp]", "8 signed   bytes @ *(sp)" },
	{ EM_AARCH64, "4@[x1, 12]", "4 unsigned bytes @ *(regs[1] + 12)" },
	{ EM_AARCH64, "4@[sp,-12]", "4 unsigned bytes @ *(sp - 12)" },
	{ EM_AARCH64, "4@[x1, x2]", "4 unsigned bytes @ *(regs[1] + regs[2])" },
	{ EM_AARCH64, "-4@5", "4 signed   bytes @ 5" },
	{ EM_AARCH64, "-4@x31", "4 signed   bytes @ ?" },
	{ EM_AARCH64, "-4@[x1", "4 signed   bytes @ ?" },
	{ EM_S390, "-4@%r2", "4 signed   bytes @ gprs[2]" },
	{ EM_S390, "8@160(%r15)", "8 unsigned bytes @ *(gprs[15] + 160)" },
	{ EM_S390, "8@-8(%r1,%r11)", "8 unsigned bytes @ *(gprs[1] + gprs[11] - 8)" },
	{ EM_S390, "-4@-7", "4 signed   bytes @ -7" },
	{ EM_S390, "-4@%r16", "4 signed   bytes @ ?" },
	{ EM_PPC64, "-4@i-7", "4 signed   bytes @ -7" },
	{ EM_PPC64, "-4@9", "4 signed   bytes @ gpr[9]" },
	{ EM_PPC64, "8@%r31", "8 unsigned bytes @ gpr[31]" },
	{ EM_PPC64, "8@-8(1)", "8 unsigned bytes @ *(gpr[1] - 8)" },
	{ EM_PPC64, "8@16(%r1)", "8 unsigned bytes @ *(gpr[1] + 16)" },
	{ EM_PPC64, "8@9,10", "8 unsigned bytes @ *(gpr[9] + gpr[10])" },
	{ EM_PPC64, "8@32", "8 unsigned bytes @ ?" },
	{ EM_RISCV, "-4@a0", "4 signed   bytes @ a0" },
	{ EM_RISCV, "8@-24(s0)", "8 unsigned bytes @ *(s0 - 24)" },
	{ EM_RISCV, "4@11", "4 unsigned bytes @ 11" },
	{ EM_RISCV, "4@a8", "4 unsigned bytes @ ?" },
	{ EM_386, "-4@%eax", "4 signed   bytes @ ?" },
};

static void arguments_are_understood_as_each_machine_writes_them(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct cbcc_usdt_argument *arguments;
		char text[64];
		size_t count;

		assert_int_equal(usdt_arguments_parse(cases[i].machine, cases[i].text, &arguments, &count),
				 0);
		assert_int_equal(count, 1);
		assert_int_equal(cbcc_usdt_argument_format(arguments, text, sizeof text),
				 strlen(cases[i].expected));
		if (strcmp(text, cases[i].expected) != 0)
			fail_msg("%s: \"%s\", not \"%s\"", cases[i].text, text, cases[i].expected);
		usdt_arguments_free(arguments, count);
	}
}

static void several_arguments_are_divided_at_spaces_outside_of_brackets(void **state)
{
	struct cbcc_usdt_argument *arguments;
	size_t count;

	(void)state;
	assert_int_equal(usdt_arguments_parse(EM_AARCH64, " -4@[sp, 8]  8@x0 4@5 ", &arguments, &count), 0);
	assert_int_equal(count, 3);
	assert_int_equal(arguments[0].deref_offset, 8);
	assert_string_equal(arguments[1].base_register_name, "regs[0]");
	assert_int_equal(arguments[2].constant, 5);
	usdt_arguments_free(arguments, count);
	assert_int_equal(usdt_arguments_parse(EM_X86_64, "", &arguments, &count), 0);
	assert_int_equal(count, 0);
	usdt_arguments_free(arguments, count);
}

static void a_high_byte_is_shifted(void **state)
{
	struct cbcc_usdt_argument *arguments;
	size_t count;

	(void)state;
	assert_int_equal(usdt_arguments_parse(EM_X86_64, "1@%ah 1@%al 1@%bh", &arguments, &count), 0);
	assert_int_equal(count, 3);
	assert_int_equal(arguments[0].shift, 8);
	assert_int_equal(arguments[1].shift, 0);
	assert_int_equal(arguments[2].shift, 8);
	usdt_arguments_free(arguments, count);
}

static void descriptions_may_hold_anything(void **state)
{
	static const int machines[] = { EM_X86_64, EM_AARCH64, EM_S390, EM_PPC64, EM_RISCV };
	static const char alphabet[] = "0189-+@$%()[], rxaspgif.#_\x80";
	unsigned int random = 1;

	(void)state;
	for (int round = 0; round < 50000; round++) {
		struct cbcc_usdt_argument *arguments;
		char text[24], formatted[64];
		size_t count, length;

		random = random * 1103515245 + 12345;
		length = (random >> 16) % (sizeof text - 1);
		for (size_t i = 0; i < length; i++) {
			random = random * 1103515245 + 12345;
			text[i] = alphabet[(random >> 16) % (sizeof alphabet - 1)];
		}
		text[length] = '\0';
		assert_int_equal(usdt_arguments_parse(machines[round % 5], text, &arguments, &count), 0);
		for (size_t i = 0; i < count; i++)
			assert_true(cbcc_usdt_argument_format(&arguments[i], formatted, sizeof formatted) >
				    0);
		usdt_arguments_free(arguments, count);
	}
}

static int use(void *ctx, const struct usdt_note *note)
{
	struct cbcc_usdt_argument *arguments;
	size_t count;

	*(size_t *)ctx += 1 + strlen(note->provider) / 1000 + strlen(note->name) / 1000;
	if (usdt_arguments_parse(EM_X86_64, note->arguments, &arguments, &count) == 0)
		usdt_arguments_free(arguments, count);
	return 0;
}

static void notes_may_hold_anything(void **state)
{
	static const unsigned char values[] = { 0, 1, 3, 0x7f, 0xff };
	struct elf_file *file;
	unsigned char *image;
	unsigned int random = 1;
	struct stat status;
	size_t found = 0;
	GElf_Shdr header;

	(void)state;
	assert_int_equal(elf_file_open(target_library(), &file), 0);
	assert_int_equal(usdt_notes_for_each(file, use, &found), 0);
	assert_int_equal(found, 2);
	assert_non_null(elf_section_find(file, ".note.stapsdt", &header));
	assert_int_equal(fstat(file->fd, &status), 0);
	image = malloc((size_t)status.st_size);
	for (int round = 0; round < 3000; round++) {
		struct elf_file *damaged;

		assert_int_equal(pread(file->fd, image, (size_t)status.st_size, 0), status.st_size);
		for (int i = 0; i < 3; i++) {
			random = random * 1103515245 + 12345;
			image[header.sh_offset + (random >> 8) % header.sh_size] = values[(random >> 4) % 5];
		}
		if (elf_file_open_memory(image, (size_t)status.st_size, &damaged) == 0)
			usdt_notes_for_each(damaged, use, &found);
		elf_file_close(damaged);
	}
	free(image);
	elf_file_close(file);
}

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(arguments_are_understood_as_each_machine_writes_them),
		cmocka_unit_test(several_arguments_are_divided_at_spaces_outside_of_brackets),
		cmocka_unit_test(a_high_byte_is_shifted),
		cmocka_unit_test(descriptions_may_hold_anything),
		cmocka_unit_test(notes_may_hold_anything),
	};

	return run_selected_tests(tests, argc, argv);
}
