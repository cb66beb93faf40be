/* SPDX-License-Identifier: Apache-2.0 */
/* Whether programs print at all, by their instructions. */
#include <linux/bpf.h>
#include <string.h>

#include "cbcc.h"

#include "base/error.h"
#include "elf/elf_file.h"
#include "handle.h"

#define HELPER_TRACE_VPRINTK 177 /* since Linux 5.16 */

static bool is_print(const struct bpf_insn *in)
{
	return in->code == (BPF_JMP | BPF_CALL) && in->src_reg == 0 &&
	       (in->imm == BPF_FUNC_trace_printk || in->imm == HELPER_TRACE_VPRINTK);
}

static bool has_print(const Elf_Data *data)
{
	struct bpf_insn in;

	for (size_t at = 0; at + sizeof in <= data->d_size; at += sizeof in) {
		memcpy(&in, (const char *)data->d_buf + at, sizeof in);
		if (is_print(&in))
			return true;
	}
	return false;
}

/* Of sections of instructions, which those of subprograms are, too. */
static int object_prints(const struct elf_file *elf)
{
	Elf_Scn *section = NULL;
	GElf_Shdr header;
	Elf_Data *data;

	while ((section = elf_nextscn(elf->elf, section)) != NULL) {
		int err;

		if (!gelf_getshdr(section, &header) || !(header.sh_flags & SHF_EXECINSTR))
			continue;
		err = elf_section_data(section, &data);
		if (err)
			return err;
		if (data && has_print(data))
			return 1;
	}
	return 0;
}

int cbcc_trace_is_used(const struct cbcc *b)
{
	struct elf_file *elf;
	int result = handle_check(b, "cbcc_trace_is_used");

	if (result)
		return result;
	if (b->private_trace)
		return b->unit.ntrace_formats > 0;
	if (!b->unit.object)
		return 0;
	result = elf_file_open_memory(b->unit.object, b->unit.object_size, &elf);
	if (!result) {
		result = object_prints(elf);
		elf_file_close(elf);
	}
	return result < 0 ? error_set(result, "cannot read the object") : result;
}
