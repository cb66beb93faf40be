/* SPDX-License-Identifier: Apache-2.0 */
#include "elf/elf_symbols.h"

#include <errno.h>

/* On arm64 and others, names that say where data begins amid code, and no more. */
static bool is_wanted(const GElf_Sym *raw, const char *name)
{
	unsigned int type = GELF_ST_TYPE(raw->st_info);

	return *name && *name != '$' && raw->st_shndx != SHN_UNDEF && type != STT_SECTION &&
	       type != STT_FILE && type != STT_TLS;
}

/* The names of a symbol table; a table that does not end in a NUL is as good as none. */
static int read_names(const struct elf_file *file, size_t index, Elf_Data **names)
{
	Elf_Scn *section = elf_getscn(file->elf, index);
	int err = section ? elf_section_data(section, names) : -EBADMSG;

	if (err || !*names || !(*names)->d_size)
		return err ? err : -EBADMSG;
	return ((const char *)(*names)->d_buf)[(*names)->d_size - 1] ? -EBADMSG : 0;
}

static int walk(const struct elf_file *file, Elf_Scn *section, const GElf_Shdr *header, elf_symbol_fn fn,
		void *ctx)
{
	Elf_Data *data, *names;
	GElf_Sym raw;
	int stop = elf_section_data(section, &data);

	if (stop || !data)
		return stop;
	stop = read_names(file, header->sh_link, &names);
	for (int i = 0; !stop && gelf_getsym(data, i, &raw); i++) {
		const char *name = (const char *)names->d_buf + raw.st_name;

		if (raw.st_name >= names->d_size || !is_wanted(&raw, name))
			continue;
		stop = fn(ctx, &(struct elf_symbol){ .name = name,
						     .address = raw.st_value,
						     .size = raw.st_size,
						     .type = GELF_ST_TYPE(raw.st_info),
						     .binding = GELF_ST_BIND(raw.st_info) });
	}
	return stop;
}

static Elf_Scn *next_of_type(const struct elf_file *file, Elf_Scn *section, GElf_Word type, GElf_Shdr *header)
{
	while ((section = elf_nextscn(file->elf, section)) != NULL)
		if (gelf_getshdr(section, header) && header->sh_type == type)
			return section;
	return NULL;
}

int elf_symbols_for_each(const struct elf_file *file, elf_symbol_fn fn, void *ctx)
{
	static const GElf_Word types[] = { SHT_SYMTAB, SHT_DYNSYM };
	GElf_Shdr header;
	int stop = 0;

	for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
		Elf_Scn *section = NULL;

		while (!stop && (section = next_of_type(file, section, types[i], &header)) != NULL)
			stop = walk(file, section, &header, fn, ctx);
	}
	return stop;
}

bool elf_has_symtab(const struct elf_file *file)
{
	GElf_Shdr header;

	return next_of_type(file, NULL, SHT_SYMTAB, &header) != NULL;
}

bool elf_symbol_is_function(const struct elf_symbol *symbol)
{
	return symbol->type == STT_FUNC || symbol->type == STT_GNU_IFUNC;
}
