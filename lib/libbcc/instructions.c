/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A function's instructions as BCC shows them: with the descriptors of the text's maps. Loading does not use them, libbpf puts
 * more into a program than that.
 */
#include <bpf/btf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "elf/elf_file.h"
#include "elf/elf_symbols.h"
#include "loader/libbpf_log.h"
#include "loader/maps.h"
#include "module.h"

static int open_elf(const struct cbcc *b, struct elf_file **elf)
{
	return elf_file_open_memory(b->unit.object, b->unit.object_size, elf);
}

/* The section of relocations for another one, or NULL. */
static Elf_Scn *find_relocations(const struct elf_file *elf, size_t index, GElf_Shdr *header)
{
	for (Elf_Scn *section = elf_nextscn(elf->elf, NULL); section;
	     section = elf_nextscn(elf->elf, section))
		if (gelf_getshdr(section, header) && header->sh_type == SHT_REL && header->sh_info == index)
			return section;
	return NULL;
}

static const char *symbol_name(const struct elf_file *elf, const GElf_Shdr *relocations, uint64_t symbol)
{
	Elf_Scn *table = elf_getscn(elf->elf, relocations->sh_link);
	Elf_Data *data = table ? elf_getdata(table, NULL) : NULL;
	GElf_Shdr header;
	GElf_Sym sym;

	if (!data || !gelf_getshdr(table, &header) || !gelf_getsym(data, (int)symbol, &sym))
		return NULL;
	return elf_strptr(elf->elf, header.sh_link, sym.st_name);
}

static void put_descriptor(const struct cbcc *b, struct bpf_insn *instruction, const char *name)
{
	const struct bpf_map *map = name ? maps_find(b, name) : NULL;

	if (!map || instruction->code != (BPF_LD | BPF_DW | BPF_IMM))
		return;
	instruction->src_reg = BPF_PSEUDO_MAP_FD;
	instruction->imm = bpf_map__fd(map);
}

struct wanted_symbol {
	const char *name;
	uint64_t address;
};

static int match(void *ctx, const struct elf_symbol *symbol)
{
	struct wanted_symbol *wanted = ctx;

	if (strcmp(symbol->name, wanted->name) != 0)
		return 0;
	wanted->address = symbol->address;
	return 1;
}

/* Where in its section a program begins: several may share one. */
static uint64_t program_offset(const struct elf_file *elf, const struct bpf_program *program)
{
	struct wanted_symbol wanted = { .name = bpf_program__name(program) };

	elf_symbols_for_each(elf, match, &wanted);
	return wanted.address;
}

static void put_descriptors(const struct cbcc *b, const struct elf_file *elf,
			    const struct bpf_program *program, const struct module_function *function)
{
	uint64_t begin = program_offset(elf, program);
	GElf_Shdr header;
	Elf_Scn *section = elf_section_find(elf, bpf_program__section_name(program), &header);
	Elf_Scn *relocations = section ? find_relocations(elf, elf_ndxscn(section), &header) : NULL;
	Elf_Data *data = relocations ? elf_getdata(relocations, NULL) : NULL;
	size_t count = data && header.sh_entsize ? header.sh_size / header.sh_entsize : 0;
	GElf_Rel rel;

	for (size_t i = 0; i < count; i++)
		if (gelf_getrel(data, (int)i, &rel) && rel.r_offset >= begin &&
		    rel.r_offset - begin < function->size)
			put_descriptor(
				b, &function->instructions[(rel.r_offset - begin) / sizeof(struct bpf_insn)],
				symbol_name(elf, &header, GELF_R_SYM(rel.r_info)));
}

static int copy(const struct cbcc *b, const struct bpf_program *program, struct module_function *result)
{
	struct elf_file *elf;
	int err = open_elf(b, &elf);

	if (err)
		return err;
	result->size = bpf_program__insn_cnt(program) * sizeof(struct bpf_insn);
	result->instructions = malloc(result->size);
	if (!result->instructions) {
		elf_file_close(elf);
		return -ENOMEM;
	}
	memcpy(result->instructions, bpf_program__insns(program), result->size);
	put_descriptors(b, elf, program, result);
	elf_file_close(elf);
	return 0;
}

int instructions_read(struct cbcc *b, const struct compiled_function *function,
		      struct module_function *result)
{
	LIBBPF_OPTS(bpf_object_open_opts, opts, .object_name = "cbcc");
	struct bpf_object *object;
	const struct bpf_program *program;
	int err;

	libbpf_log_begin(&b->log, false);
	object = bpf_object__open_mem(b->unit.object, b->unit.object_size, &opts);
	libbpf_log_end();
	program = object ? bpf_object__find_program_by_name(object, function->symbol) : NULL;
	err = program ? copy(b, program, result) : -ENOENT;
	bpf_object__close(object);
	return err ? error_set(err, "cannot read the instructions of '%s'", function->name) : 0;
}

char *object_section_text(const struct cbcc *b, const char *name)
{
	struct elf_file *elf;
	GElf_Shdr header;
	Elf_Data *data = NULL;
	Elf_Scn *section;
	char *text = NULL;

	if (!b->unit.object || open_elf(b, &elf) != 0)
		return NULL;
	section = elf_section_find(elf, name, &header);
	if (section && elf_section_data(section, &data) == 0 && data)
		text = strndup(data->d_buf, data->d_size);
	elf_file_close(elf);
	return text;
}
