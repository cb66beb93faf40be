/* SPDX-License-Identifier: Apache-2.0 */
#include "objects/elf_check.h"

#include <elf.h>
#include <limits.h>
#include <linux/bpf.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "objects/btf_check.h"

#ifndef EM_BPF
#define EM_BPF 247
#endif

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define OWN_ORDER ELFDATA2LSB
#else
#define OWN_ORDER ELFDATA2MSB
#endif

struct file {
	const char *data;
	size_t size;
	const Elf64_Ehdr *header;
	const Elf64_Shdr *sections;
	size_t nsections;
};

static bool holds(const struct file *file, uint64_t offset, uint64_t size)
{
	return offset <= file->size && size <= file->size - offset;
}

static const char *check_header(const struct file *file)
{
	const Elf64_Ehdr *header = file->header;

	if (file->size < sizeof *header || memcmp(header->e_ident, ELFMAG, SELFMAG) != 0)
		return "it is no ELF file";
	if (header->e_ident[EI_CLASS] != ELFCLASS64 || header->e_type != ET_REL ||
	    header->e_machine != EM_BPF)
		return "it is no object for the BPF machine";
	if (header->e_ident[EI_DATA] != OWN_ORDER)
		return "it is for machines of the other byte order";
	if (header->e_ident[EI_VERSION] != EV_CURRENT || header->e_version != EV_CURRENT ||
	    header->e_ehsize != sizeof *header || header->e_phnum ||
	    header->e_shentsize != sizeof(Elf64_Shdr) || header->e_shoff % 8 || !header->e_shnum ||
	    header->e_shstrndx >= header->e_shnum)
		return "its header is damaged";
	if (!holds(file, header->e_shoff, (uint64_t)header->e_shnum * sizeof(Elf64_Shdr)))
		return "it ends before its section headers do";
	return NULL;
}

static const char *data_of(const struct file *file, const Elf64_Shdr *section)
{
	return file->data + section->sh_offset;
}

static bool is_text(const struct file *file, const Elf64_Shdr *section)
{
	return section->sh_type == SHT_STRTAB && section->sh_size && !*data_of(file, section) &&
	       !data_of(file, section)[section->sh_size - 1];
}

static const char *check_extent(const struct file *file, const Elf64_Shdr *section)
{
	if (section->sh_size > INT_MAX || section->sh_flags & SHF_COMPRESSED)
		return "a section is too large, or compressed";
	if (section->sh_type != SHT_NOBITS && !holds(file, section->sh_offset, section->sh_size))
		return "it ends before its sections do";
	if (section->sh_addralign > 4096 || section->sh_addralign & (section->sh_addralign - 1) ||
	    (section->sh_addralign > 1 && section->sh_offset % section->sh_addralign))
		return "a section is not aligned";
	return NULL;
}

static const Elf64_Shdr *linked(const struct file *file, uint64_t index)
{
	return index && index < file->nsections ? &file->sections[index] : NULL;
}

static const char *check_symbol(const struct file *file, const Elf64_Sym *symbol, const Elf64_Shdr *names)
{
	const Elf64_Shdr *section;

	if (symbol->st_name >= names->sh_size)
		return "a symbol has no name";
	if (symbol->st_shndx == SHN_UNDEF || symbol->st_shndx >= SHN_LORESERVE)
		return NULL;
	section = linked(file, symbol->st_shndx);
	if (!section || symbol->st_value > section->sh_size ||
	    symbol->st_size > section->sh_size - symbol->st_value)
		return "a symbol is in no section";
	return NULL;
}

static const char *check_symbols(const struct file *file, const Elf64_Shdr *section)
{
	const Elf64_Sym *symbols = (const void *)data_of(file, section);
	const Elf64_Shdr *names = linked(file, section->sh_link);
	const char *wrong = NULL;

	if (!names || !is_text(file, names) || section->sh_entsize != sizeof *symbols ||
	    section->sh_size % sizeof *symbols || section->sh_offset % 8)
		return "its table of symbols is damaged";
	for (size_t i = 0; i < section->sh_size / sizeof *symbols && !wrong; i++)
		wrong = check_symbol(file, &symbols[i], names);
	return wrong;
}

static const char *check_relocations(const struct file *file, const Elf64_Shdr *section)
{
	const Elf64_Rel *relocations = (const void *)data_of(file, section);
	const Elf64_Shdr *symbols = linked(file, section->sh_link), *target = linked(file, section->sh_info);
	size_t unit = target && target->sh_flags & SHF_EXECINSTR ? sizeof(struct bpf_insn) : 1;

	if (!symbols || symbols->sh_type != SHT_SYMTAB || !target || target->sh_type == SHT_NOBITS ||
	    section->sh_entsize != sizeof *relocations || section->sh_size % sizeof *relocations ||
	    section->sh_offset % 8)
		return "its relocations are damaged";
	for (size_t i = 0; i < section->sh_size / sizeof *relocations; i++) {
		const Elf64_Rel *relocation = &relocations[i];

		if (relocation->r_offset % unit || relocation->r_offset > target->sh_size ||
		    target->sh_size - relocation->r_offset < sizeof(uint32_t) ||
		    ELF64_R_SYM(relocation->r_info) >= symbols->sh_size / sizeof(Elf64_Sym))
			return "a relocation is of nothing";
	}
	return NULL;
}

static bool begins_wide(const char *code, size_t at)
{
	return (unsigned char)code[at] == (BPF_LD | BPF_IMM | BPF_DW);
}

/* Whole instructions, those of two units too; they are what is relocated. */
static const char *check_code(const struct file *file, const Elf64_Shdr *section)
{
	const char *code = data_of(file, section);
	size_t at = 0;

	if (section->sh_type != SHT_PROGBITS || section->sh_size % sizeof(struct bpf_insn))
		return "its code is damaged";
	while (at < section->sh_size)
		at += sizeof(struct bpf_insn) * (begins_wide(code, at) ? 2 : 1);
	return at == section->sh_size ? NULL : "its code ends within an instruction";
}

/* A program ends where an instruction does. */
static const char *check_program(const struct file *file, const Elf64_Sym *symbol)
{
	const Elf64_Shdr *section = linked(file, symbol->st_shndx);
	const char *code;
	size_t at, end;

	if (ELF64_ST_TYPE(symbol->st_info) != STT_FUNC || !section || !(section->sh_flags & SHF_EXECINSTR))
		return NULL;
	code = data_of(file, section);
	at = symbol->st_value;
	end = at + symbol->st_size;
	if (at % sizeof(struct bpf_insn) || end % sizeof(struct bpf_insn))
		return "a function begins or ends within an instruction";
	while (at < end)
		at += sizeof(struct bpf_insn) * (begins_wide(code, at) ? 2 : 1);
	return at == end ? NULL : "a function begins or ends within an instruction";
}

static const char *check_programs(const struct file *file, const Elf64_Shdr *section)
{
	const Elf64_Sym *symbols = (const void *)data_of(file, section);
	const char *wrong = NULL;

	for (size_t i = 0; i < section->sh_size / sizeof *symbols && !wrong; i++)
		wrong = check_program(file, &symbols[i]);
	return wrong;
}

static const char *check_content(const struct file *file, const Elf64_Shdr *section)
{
	const char *wrong = NULL;

	if (section->sh_type == SHT_SYMTAB)
		wrong = check_symbols(file, section);
	else if (section->sh_type == SHT_REL)
		wrong = check_relocations(file, section);
	else if (section->sh_flags & SHF_EXECINSTR)
		wrong = check_code(file, section);
	return wrong;
}

static const char *name_of(const struct file *file, const Elf64_Shdr *section)
{
	return data_of(file, &file->sections[file->header->e_shstrndx]) + section->sh_name;
}

static struct object_section find(const struct file *file, const char *name)
{
	for (size_t i = 1; i < file->nsections; i++) {
		const Elf64_Shdr *section = &file->sections[i];

		if (section->sh_type != SHT_NOBITS && section->sh_size &&
		    strcmp(name_of(file, section), name) == 0)
			return (struct object_section){ data_of(file, section), section->sh_size };
	}
	return (struct object_section){ 0 };
}

/* All that libbpf looks for by name is there once. */
static bool has_one(const struct file *file, const char *name)
{
	size_t count = 0;

	for (size_t i = 1; i < file->nsections; i++)
		count += strcmp(name_of(file, &file->sections[i]), name) == 0;
	return count <= 1;
}

static const char *check_sections(const struct file *file)
{
	const Elf64_Shdr *names = &file->sections[file->header->e_shstrndx];
	size_t nsymtabs = 0;
	const char *wrong = NULL;

	for (size_t i = 1; i < file->nsections && !wrong; i++)
		wrong = check_extent(file, &file->sections[i]);
	if (!wrong && !is_text(file, names))
		wrong = "its sections have no names";
	for (size_t i = 1; i < file->nsections && !wrong; i++)
		if (file->sections[i].sh_name >= names->sh_size)
			wrong = "a section has no name";
	for (size_t i = 1; i < file->nsections && !wrong; i++)
		wrong = check_content(file, &file->sections[i]);
	for (size_t i = 1; i < file->nsections && !wrong; i++)
		if (file->sections[i].sh_type == SHT_SYMTAB) {
			wrong = check_programs(file, &file->sections[i]);
			nsymtabs++;
		}
	if (!wrong && nsymtabs != 1)
		wrong = "it has no symbols";
	return wrong;
}

static const char *check_types(const struct file *file)
{
	struct object_section btf = find(file, ".BTF"), ext = find(file, ".BTF.ext");
	const char *wrong = NULL;

	if (!has_one(file, ".BTF") || !has_one(file, ".BTF.ext") || !has_one(file, ".maps"))
		return "a section is there twice";
	if (btf.data)
		wrong = btf_check(btf.data, btf.size);
	if (!wrong && ext.data)
		wrong = btf.data ? btf_ext_check(ext.data, ext.size, btf.data) : "its lines have no types";
	return wrong;
}

static struct file open_file(const void *object, size_t size)
{
	const Elf64_Ehdr *header = object;

	return (struct file){ object, size, header, (const void *)((const char *)object + header->e_shoff),
			      header->e_shnum };
}

const char *elf_check(const void *object, size_t size)
{
	struct file file = { .data = object, .size = size, .header = object };
	const char *wrong = check_header(&file);

	if (wrong)
		return wrong;
	file = open_file(object, size);
	wrong = check_sections(&file);
	return wrong ? wrong : check_types(&file);
}

struct object_section elf_find_section(const void *object, const char *name)
{
	struct file file = open_file(object, 0);

	return find(&file, name);
}
