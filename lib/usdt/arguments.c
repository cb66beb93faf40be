/* SPDX-License-Identifier: Apache-2.0 */
#include "usdt/arguments.h"

#include <ctype.h>
#include <elf.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A register's member of struct pt_regs, and the bit where its name begins there; false for other words. */
typedef bool (*register_fn)(const char *word, size_t length, char name[16], int *shift);

/* What one machine's assembler writes. */
struct syntax {
	int machine;
	register_fn find;
	/* Reads all of an operand, or returns false. */
	bool (*parse)(const struct syntax *syntax, const char *text, struct cbcc_usdt_argument *argument);
};

static bool is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '.' || c == '@';
}

static size_t word_length(const char *text)
{
	size_t length = 0;

	while (is_word(text[length]))
		length++;
	return length;
}

static bool take(const char **text, char c)
{
	*text += strspn(*text, " ");
	if (**text != c)
		return false;
	++*text;
	return true;
}

static bool take_number(const char **text, int64_t *value)
{
	char *end;

	*text += strspn(*text, " ");
	if (!isdigit((unsigned char)(*text)[**text == '-' || **text == '+']))
		return false;
	*value = **text == '-' ? strtoll(*text, &end, 0) : (int64_t)strtoull(*text, &end, 0);
	*text = end;
	return true;
}

static bool is_end(const char *text)
{
	return text[strspn(text, " ")] == '\0';
}

static bool take_register(const struct syntax *syntax, const char **text, const char **member, int *shift)
{
	char name[16];
	size_t length;

	*text += strspn(*text, " ");
	length = strcspn(*text, " ,()[]");
	if (!syntax->find(*text, length, name, shift))
		return false;
	*text += length;
	free((char *)*member);
	*member = strdup(name);
	return *member != NULL;
}

static bool take_base(const struct syntax *syntax, const char **text, struct cbcc_usdt_argument *argument)
{
	if (!take_register(syntax, text, &argument->base_register_name, &argument->shift))
		return false;
	argument->valid |= CBCC_USDT_BASE_REGISTER;
	return true;
}

static bool take_index(const struct syntax *syntax, const char **text, struct cbcc_usdt_argument *argument)
{
	int shift;

	if (!take_register(syntax, text, &argument->index_register_name, &shift))
		return false;
	argument->valid |= CBCC_USDT_INDEX_REGISTER;
	argument->scale = 1;
	return true;
}

static bool take_constant(const char **text, struct cbcc_usdt_argument *argument)
{
	if (!take_number(text, &argument->constant))
		return false;
	argument->valid |= CBCC_USDT_CONSTANT;
	return true;
}

/* "(BASE)", "(BASE,INDEX)", "(BASE,INDEX,SCALE)", "(,INDEX,SCALE)"; s390x: "(INDEX,BASE)", which is the same sum. */
static bool take_memory(const struct syntax *syntax, const char **text, struct cbcc_usdt_argument *argument)
{
	int64_t scale;

	if (!take(text, '('))
		return false;
	argument->valid |= CBCC_USDT_DEREF_OFFSET;
	take_base(syntax, text, argument);
	if (take(text, ',')) {
		if (!take_index(syntax, text, argument))
			return false;
		if (take(text, ',')) {
			if (!take_number(text, &scale))
				return false;
			argument->scale = (int)scale;
			argument->valid |= CBCC_USDT_SCALE;
		}
	}
	return take(text, ')');
}

static bool take_symbol(const char **text, struct cbcc_usdt_argument *argument)
{
	size_t length = word_length(*text);

	if (!length || isdigit((unsigned char)**text) || argument->deref_ident)
		return false;
	argument->deref_ident = strndup(*text, length);
	argument->valid |= CBCC_USDT_DEREF_IDENT | CBCC_USDT_DEREF_OFFSET;
	*text += length;
	return argument->deref_ident != NULL;
}

/* "8", "-8", "symbol", "symbol+8", "8+symbol": what stands before a parenthesis. */
static bool take_displacement(const char **text, struct cbcc_usdt_argument *argument)
{
	do {
		int64_t number;

		if (take_number(text, &number))
			argument->deref_offset =
				(int64_t)((uint64_t)argument->deref_offset + (uint64_t)number);
		else if (!take_symbol(text, argument))
			return false;
	} while (**text == '-' || take(text, '+'));
	return true;
}

static bool parse_x86(const struct syntax *syntax, const char *text, struct cbcc_usdt_argument *argument)
{
	if (take(&text, '$'))
		return take_constant(&text, argument) && is_end(text);
	if (*text == '%')
		return take_base(syntax, &text, argument) && is_end(text);
	if (*text != '(' && !take_displacement(&text, argument))
		return false;
	if (*text == '(')
		return take_memory(syntax, &text, argument) && is_end(text);
	return argument->deref_ident && is_end(text); /* a symbol at a fixed address */
}

static bool is_one_of(const char *word, size_t length, const char *const names[], size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (strlen(names[i]) == length && strncmp(names[i], word, length) == 0)
			return true;
	return false;
}

/* A number behind the prefix, up to the highest. */
static bool numbered(const char *word, size_t length, const char *prefix, int highest, int *number)
{
	size_t skip = strlen(prefix);
	char digits[3] = "";

	if (length <= skip || length > skip + 2 || strncmp(word, prefix, skip) != 0)
		return false;
	memcpy(digits, word + skip, length - skip);
	if (!isdigit((unsigned char)digits[0]) || (digits[1] && !isdigit((unsigned char)digits[1])))
		return false;
	*number = atoi(digits);
	return *number <= highest;
}

static bool find_x86(const char *word, size_t length, char name[16], int *shift)
{
	static const struct {
		const char *member;
		const char *names[5];
	} registers[] = {
		{ "ax", { "%rax", "%eax", "%ax", "%al", "%ah" } },
		{ "bx", { "%rbx", "%ebx", "%bx", "%bl", "%bh" } },
		{ "cx", { "%rcx", "%ecx", "%cx", "%cl", "%ch" } },
		{ "dx", { "%rdx", "%edx", "%dx", "%dl", "%dh" } },
		{ "si", { "%rsi", "%esi", "%si", "%sil", "" } },
		{ "di", { "%rdi", "%edi", "%di", "%dil", "" } },
		{ "bp", { "%rbp", "%ebp", "%bp", "%bpl", "" } },
		{ "sp", { "%rsp", "%esp", "%sp", "%spl", "" } },
		{ "r8", { "%r8", "%r8d", "%r8w", "%r8b", "" } },
		{ "r9", { "%r9", "%r9d", "%r9w", "%r9b", "" } },
		{ "r10", { "%r10", "%r10d", "%r10w", "%r10b", "" } },
		{ "r11", { "%r11", "%r11d", "%r11w", "%r11b", "" } },
		{ "r12", { "%r12", "%r12d", "%r12w", "%r12b", "" } },
		{ "r13", { "%r13", "%r13d", "%r13w", "%r13b", "" } },
		{ "r14", { "%r14", "%r14d", "%r14w", "%r14b", "" } },
		{ "r15", { "%r15", "%r15d", "%r15w", "%r15b", "" } },
		{ "ip", { "%rip", "%eip", "", "", "" } },
	};
	int number;

	for (size_t i = 0; length && i < sizeof registers / sizeof *registers; i++) {
		if (!is_one_of(word, length, registers[i].names, 5))
			continue;
		strcpy(name, registers[i].member);
		*shift = length == strlen(registers[i].names[4]) && word[length - 1] == 'h' ? 8 : 0;
		return true;
	}
	/* What is in no register that programs see: its value reads as 0. */
	*shift = 0;
	if (!numbered(word, length, "%xmm", 31, &number) && !numbered(word, length, "%ymm", 31, &number))
		return false;
	snprintf(name, 16, "%.3s%d", word + 1, number);
	return true;
}

static bool find_arm64(const char *word, size_t length, char name[16], int *shift)
{
	int number;

	*shift = 0;
	if (length == 2 && strncmp(word, "sp", 2) == 0)
		strcpy(name, "sp");
	else if (numbered(word, length, "x", 30, &number) || numbered(word, length, "w", 30, &number))
		snprintf(name, 16, "regs[%d]", number);
	else
		return false;
	return true;
}

/* "x0", "[sp]", "[x1, 16]", "[x1, x2]", "5" */
static bool parse_arm64(const struct syntax *syntax, const char *text, struct cbcc_usdt_argument *argument)
{
	if (take(&text, '[')) {
		argument->valid |= CBCC_USDT_DEREF_OFFSET;
		if (!take_base(syntax, &text, argument))
			return false;
		if (take(&text, ',')) {
			take(&text, '#');
			if (!take_number(&text, &argument->deref_offset) &&
			    !take_index(syntax, &text, argument))
				return false;
		}
		return take(&text, ']') && is_end(text);
	}
	take(&text, '#');
	return (take_constant(&text, argument) || take_base(syntax, &text, argument)) && is_end(text);
}

static bool find_s390x(const char *word, size_t length, char name[16], int *shift)
{
	int number;

	*shift = 0;
	if (!numbered(word, length, "%r", 15, &number))
		return false;
	snprintf(name, 16, "gprs[%d]", number);
	return true;
}

static bool find_riscv(const char *word, size_t length, char name[16], int *shift)
{
	static const char *const names[] = { "ra", "sp", "gp", "tp" };
	int number;

	*shift = 0;
	if (!is_one_of(word, length, names, 4) && !numbered(word, length, "t", 6, &number) &&
	    !numbered(word, length, "s", 11, &number) && !numbered(word, length, "a", 7, &number))
		return false;
	snprintf(name, 16, "%.*s", (int)length, word);
	return true;
}

/* "%r2", "16(%r15)", "16(%r1,%r15)", "5"; and so for others that write numbers without a sign. */
static bool parse_plain(const struct syntax *syntax, const char *text, struct cbcc_usdt_argument *argument)
{
	int64_t number = 0;
	bool is_number = take_number(&text, &number);

	if (*text == '(') {
		argument->deref_offset = number;
		return take_memory(syntax, &text, argument) && is_end(text);
	}
	if (!is_number)
		return take_base(syntax, &text, argument) && is_end(text);
	argument->constant = number;
	argument->valid |= CBCC_USDT_CONSTANT;
	return is_end(text);
}

static bool find_powerpc(const char *word, size_t length, char name[16], int *shift)
{
	int number;

	*shift = 0;
	if (!numbered(word, length, "", 31, &number) && !numbered(word, length, "%r", 31, &number))
		return false;
	snprintf(name, 16, "gpr[%d]", number);
	return true;
}

/* "i5", "9", "%r9", "16(1)", "9,10": registers are numbers. */
static bool parse_powerpc(const struct syntax *syntax, const char *text, struct cbcc_usdt_argument *argument)
{
	const char *parenthesis = strchr(text, '(');

	if (take(&text, 'i'))
		return take_constant(&text, argument) && is_end(text);
	if (parenthesis) {
		if (text != parenthesis && !take_number(&text, &argument->deref_offset))
			return false;
		return take_memory(syntax, &text, argument) && is_end(text);
	}
	if (!take_base(syntax, &text, argument))
		return false;
	if (take(&text, ',')) {
		argument->valid |= CBCC_USDT_DEREF_OFFSET;
		if (!take_index(syntax, &text, argument))
			return false;
	}
	return is_end(text);
}

static const struct syntax syntaxes[] = {
	{ EM_X86_64, find_x86, parse_x86 },        { EM_AARCH64, find_arm64, parse_arm64 },
	{ EM_S390, find_s390x, parse_plain },      { EM_RISCV, find_riscv, parse_plain },
	{ EM_PPC64, find_powerpc, parse_powerpc },
};

static const struct syntax *find_syntax(int machine)
{
	for (size_t i = 0; i < sizeof syntaxes / sizeof *syntaxes; i++)
		if (syntaxes[i].machine == machine)
			return &syntaxes[i];
	return NULL;
}

static void clear(struct cbcc_usdt_argument *argument)
{
	free((char *)argument->deref_ident);
	free((char *)argument->base_register_name);
	free((char *)argument->index_register_name);
	*argument = (struct cbcc_usdt_argument){ .size = argument->size, .is_float = argument->is_float };
}

static bool is_size(int64_t size)
{
	static const int sizes[] = { 1, 2, 4, 8 };

	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
		if (size == sizes[i] || size == -sizes[i])
			return true;
	return false;
}

/* "-4@", "8f@"; without it, a word of the machine's. */
static bool take_size(const char **text, struct cbcc_usdt_argument *argument)
{
	const char *at = *text;
	int64_t size;

	argument->size = 8;
	if (!strchr(*text, '@'))
		return true;
	if (!take_number(&at, &size))
		return false;
	argument->is_float = *at == 'f';
	at += argument->is_float;
	if (*at != '@' || !is_size(size))
		return false;
	argument->size = (int)size;
	*text = at + 1;
	return true;
}

static bool is_vector(const char *name)
{
	return name && strstr(name, "mm");
}

static void parse(const struct syntax *syntax, const char *text, struct cbcc_usdt_argument *argument)
{
	bool is_known = take_size(&text, argument) && syntax && syntax->parse(syntax, text, argument);
	bool in_vector = is_vector(argument->base_register_name) || is_vector(argument->index_register_name);

	if (!is_known || (in_vector && argument->valid & CBCC_USDT_DEREF_OFFSET))
		clear(argument);
	else if (in_vector)
		argument->is_float = true;
}

/* The length of the first argument: spaces within brackets do not end it. */
static size_t argument_length(const char *text)
{
	size_t length = 0;
	int depth = 0;

	for (; text[length] && (text[length] != ' ' || depth > 0); length++)
		depth += strchr("([", text[length]) ? 1 : strchr(")]", text[length]) ? -1 : 0;
	return length;
}

int usdt_arguments_parse(int machine, const char *text, struct cbcc_usdt_argument **arguments, size_t *count)
{
	const struct syntax *syntax = find_syntax(machine);

	*arguments = NULL;
	*count = 0;
	while (*(text += strspn(text, " "))) {
		size_t length = argument_length(text);
		struct cbcc_usdt_argument *grown = reallocarray(*arguments, *count + 1, sizeof *grown);
		char *one = grown ? strndup(text, length) : NULL;

		if (grown)
			*arguments = grown;
		if (!one) {
			usdt_arguments_free(*arguments, *count);
			*arguments = NULL;
			return -ENOMEM;
		}
		grown[*count] = (struct cbcc_usdt_argument){ 0 };
		parse(syntax, one, &grown[(*count)++]);
		free(one);
		text += length;
	}
	return 0;
}

void usdt_arguments_free(struct cbcc_usdt_argument *arguments, size_t count)
{
	for (size_t i = 0; i < count; i++)
		clear(&arguments[i]);
	free(arguments);
}
