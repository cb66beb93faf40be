/* SPDX-License-Identifier: Apache-2.0 */
#include "loader/disassemble.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

/* Modes and sources that the headers of Linux 6.1 do not have. */
#define MODE_MEMSX 0x80

static const char *const operators[16] = {
	[BPF_ADD >> 4] = "+=", [BPF_SUB >> 4] = "-=", [BPF_MUL >> 4] = "*=",  [BPF_DIV >> 4] = "/=",
	[BPF_OR >> 4] = "|=",  [BPF_AND >> 4] = "&=", [BPF_LSH >> 4] = "<<=", [BPF_RSH >> 4] = ">>=",
	[BPF_MOD >> 4] = "%=", [BPF_XOR >> 4] = "^=", [BPF_MOV >> 4] = "=",   [BPF_ARSH >> 4] = "s>>=",
};

static const char *const conditions[16] = {
	[BPF_JEQ >> 4] = "==", [BPF_JGT >> 4] = ">",   [BPF_JGE >> 4] = ">=",   [BPF_JSET >> 4] = "&",
	[BPF_JNE >> 4] = "!=", [BPF_JSGT >> 4] = "s>", [BPF_JSGE >> 4] = "s>=", [BPF_JLT >> 4] = "<",
	[BPF_JLE >> 4] = "<=", [BPF_JSLT >> 4] = "s<", [BPF_JSLE >> 4] = "s<=",
};

#define NAME(x) [BPF_FUNC_##x] = #x
static const char *const helpers[] = { __BPF_FUNC_MAPPER(NAME) };
#undef NAME

static const char *helper_name(int32_t number)
{
	if (number <= 0 || (size_t)number >= sizeof helpers / sizeof *helpers)
		return NULL;
	return helpers[number];
}

static const char *size_name(uint8_t code)
{
	static const char *const names[] = {
		[BPF_W >> 3] = "u32", [BPF_H >> 3] = "u16", [BPF_B >> 3] = "u8", [BPF_DW >> 3] = "u64"
	};

	return names[BPF_SIZE(code) >> 3];
}

static bool print_swap(const struct bpf_insn *in, FILE *out)
{
	const char *how = BPF_CLASS(in->code) == BPF_ALU64 ? "bswap" : BPF_SRC(in->code) ? "be" : "le";

	fprintf(out, "r%u = %s%d r%u", in->dst_reg, how, in->imm, in->dst_reg);
	return true;
}

static bool print_alu(const struct bpf_insn *in, FILE *out)
{
	const char *operator= operators[BPF_OP(in->code) >> 4];
	char width = BPF_CLASS(in->code) == BPF_ALU64 ? 'r' : 'w';

	if (BPF_OP(in->code) == BPF_END)
		return print_swap(in, out);
	if (BPF_OP(in->code) == BPF_NEG) {
		fprintf(out, "%c%u = -%c%u", width, in->dst_reg, width, in->dst_reg);
		return true;
	}
	if (!operator)
		return false;
	if (BPF_SRC(in->code) == BPF_K)
		fprintf(out, "%c%u %s %d", width, in->dst_reg, operator, in->imm);
	else if (in->off && BPF_OP(in->code) == BPF_MOV)
		fprintf(out, "%c%u = (s%d)%c%u", width, in->dst_reg, in->off, width, in->src_reg);
	else
		fprintf(out, "%c%u %s %c%u", width, in->dst_reg, operator, width, in->src_reg);
	return true;
}

static bool print_call(const struct bpf_insn *in, FILE *out)
{
	const char *name = in->src_reg == 0 ? helper_name(in->imm) : NULL;

	if (in->src_reg == BPF_PSEUDO_CALL)
		fprintf(out, "call pc%+d", in->imm);
	else if (in->src_reg == BPF_PSEUDO_KFUNC_CALL)
		fprintf(out, "call kernel function %d", in->imm);
	else if (name)
		fprintf(out, "call bpf_%s#%d", name, in->imm);
	else
		fprintf(out, "call #%d", in->imm);
	return true;
}

static bool print_jump(const struct bpf_insn *in, FILE *out)
{
	const char *condition = conditions[BPF_OP(in->code) >> 4];
	bool wide = BPF_CLASS(in->code) == BPF_JMP;
	char width = wide ? 'r' : 'w';

	if (BPF_OP(in->code) == BPF_CALL)
		return print_call(in, out);
	if (BPF_OP(in->code) == BPF_EXIT)
		return fputs("exit", out) >= 0;
	if (BPF_OP(in->code) == BPF_JA)
		return fprintf(out, "goto %+d", wide ? in->off : in->imm) >= 0;
	if (!condition)
		return false;
	if (BPF_SRC(in->code) == BPF_K)
		fprintf(out, "if %c%u %s %d goto %+d", width, in->dst_reg, condition, in->imm, in->off);
	else
		fprintf(out, "if %c%u %s %c%u goto %+d", width, in->dst_reg, condition, width, in->src_reg,
			in->off);
	return true;
}

static bool print_load(const struct bpf_insn *in, FILE *out)
{
	uint8_t mode = BPF_MODE(in->code);

	if (mode != BPF_MEM && mode != MODE_MEMSX)
		return false;
	fprintf(out, "r%u = *(%c%s *)(r%u %+d)", in->dst_reg, mode == BPF_MEM ? 'u' : 's',
		size_name(in->code) + 1, in->src_reg, in->off);
	return true;
}

static bool print_atomic(const struct bpf_insn *in, FILE *out)
{
	const char *operator= operators[BPF_OP(in->imm) >> 4];

	if ((in->imm & ~BPF_FETCH) == (BPF_XCHG & ~BPF_FETCH) ||
	    (in->imm & ~BPF_FETCH) == (BPF_CMPXCHG & ~BPF_FETCH))
		fprintf(out, "r%u = %s((%s *)(r%u %+d), r%u)", in->imm == BPF_CMPXCHG ? 0 : in->src_reg,
			in->imm == BPF_CMPXCHG ? "cmpxchg" : "xchg", size_name(in->code), in->dst_reg,
			in->off, in->src_reg);
	else if (!operator)
		return false;
	else
		fprintf(out, "%slock *(%s *)(r%u %+d) %s r%u", in->imm & BPF_FETCH ? "fetch " : "",
			size_name(in->code), in->dst_reg, in->off, operator, in->src_reg);
	return true;
}

static bool print_store(const struct bpf_insn *in, FILE *out)
{
	if (BPF_CLASS(in->code) == BPF_STX && BPF_MODE(in->code) == BPF_ATOMIC)
		return print_atomic(in, out);
	if (BPF_MODE(in->code) != BPF_MEM)
		return false;
	fprintf(out, "*(%s *)(r%u %+d) = ", size_name(in->code), in->dst_reg, in->off);
	if (BPF_CLASS(in->code) == BPF_ST)
		fprintf(out, "%d", in->imm);
	else
		fprintf(out, "r%u", in->src_reg);
	return true;
}

/* A constant of 64 bits takes two instructions; packets are read as the first BPF did. */
static bool print_immediate(const struct bpf_insn *in, bool has_next, FILE *out)
{
	if (BPF_MODE(in->code) == BPF_ABS || BPF_MODE(in->code) == BPF_IND) {
		fprintf(out, "r0 = *(%s *)skb[", size_name(in->code));
		if (BPF_MODE(in->code) == BPF_IND)
			fprintf(out, "r%u + ", in->src_reg);
		fprintf(out, "%d]", in->imm);
		return true;
	}
	if (in->code != (BPF_LD | BPF_DW | BPF_IMM) || !has_next)
		return false;
	if (in->src_reg == BPF_PSEUDO_MAP_FD)
		fprintf(out, "r%u = <map at fd #%d>", in->dst_reg, in->imm);
	else if (in->src_reg == BPF_PSEUDO_MAP_VALUE)
		fprintf(out, "r%u = <map at fd #%d> + %d", in->dst_reg, in->imm, in[1].imm);
	else
		fprintf(out, "r%u = 0x%llx ll", in->dst_reg,
			(unsigned long long)(uint32_t)in->imm | (unsigned long long)(uint32_t)in[1].imm
									<< 32);
	return true;
}

static bool print(const struct bpf_insn *in, bool has_next, FILE *out)
{
	switch (BPF_CLASS(in->code)) {
	case BPF_ALU:
	case BPF_ALU64:
		return print_alu(in, out);
	case BPF_JMP:
	case BPF_JMP32:
		return print_jump(in, out);
	case BPF_LDX:
		return print_load(in, out);
	case BPF_ST:
	case BPF_STX:
		return print_store(in, out);
	default:
		return print_immediate(in, has_next, out);
	}
}

int disassemble(const struct bpf_insn *instructions, size_t count, FILE *out)
{
	for (size_t i = 0; i < count; i++) {
		const struct bpf_insn *in = &instructions[i];

		fprintf(out, "%4zu: (%02x) ", i, in->code);
		if (!print(in, i + 1 < count, out))
			fputs("<unknown>", out);
		fputc('\n', out);
		if (in->code == (BPF_LD | BPF_DW | BPF_IMM))
			i++;
	}
	return ferror(out) ? error_say(-EIO, "cannot write the instructions") : 0;
}
