/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Structs at random, through BTF and back: what a text that defines them makes of their members is what a text makes of
 * them that only names them, with the first one's BTF as the kernel's. CBCC_LAYOUTS_SEED repeats a failure,
 * CBCC_LAYOUTS_COUNT is the number of texts (a text has several structs).
 */
#include "test.h"

#include <elf.h>
#include <stdlib.h>
#include <unistd.h>

#include "module/module.h"

#define COUNT 60
#define RECORDS 4
#define TABLE ".data.table"

static uint64_t random_state;

static unsigned int below(unsigned int limit)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return (random_state >> 11) % limit;
}

/* The text in the making: definitions, and what is asked of them. */
struct texts {
	FILE *definitions, *table, *variables;
	unsigned int members, variable_count;
};

static const struct {
	const char *name;
	unsigned int bits;
} integers[] = {
	{ "char", 8 },       { "unsigned char", 8 }, { "short", 16 },      { "unsigned short", 16 },
	{ "int", 32 },       { "unsigned int", 32 }, { "long", 64 },       { "unsigned long", 64 },
	{ "long long", 64 }, { "_Bool", 1 },         { "signed char", 8 }, { "unsigned long long", 64 },
};
#define INTEGERS (sizeof integers / sizeof *integers)

static const char *const attributes[] = { "",
					  "",
					  "",
					  "",
					  " __attribute__((packed))",
					  " __attribute__((aligned(2)))",
					  " __attribute__((aligned(16)))",
					  " __attribute__((aligned(64)))",
					  " __attribute__((packed, aligned(4)))" };
#define ATTRIBUTES (sizeof attributes / sizeof *attributes)

static void ask_place(struct texts *texts, unsigned int record, unsigned int member)
{
	fprintf(texts->table, "__builtin_offsetof(struct s%u, m%u), sizeof(((struct s%u *)0)->m%u),\n",
		record, member, record, member);
}

static void ask_bits(struct texts *texts, unsigned int record, unsigned int member)
{
	unsigned int n = texts->variable_count++;

	fprintf(texts->variables, "__attribute__((section(\".data.v%u\"))) struct s%u v%u = { .m%u = -1 };\n",
		n, record, n, member);
}

static void add_plain(struct texts *texts, unsigned int record)
{
	static const char *const forms[] = {
		"%s m%u%s;\n",       "%s *m%u%s;\n",        "%s m%u[3]%s;\n",
		"%s m%u[2][5]%s;\n", "%s (*m%u)(int)%s;\n", "const %s m%u%s;\n"
	};
	unsigned int member = texts->members++;

	fprintf(texts->definitions, forms[below(6)], integers[below(INTEGERS)].name, member,
		attributes[below(ATTRIBUTES)]);
	ask_place(texts, record, member);
}

static void add_bitfield(struct texts *texts, unsigned int record)
{
	unsigned int type = below(INTEGERS), member = texts->members;

	if (below(8) == 0) {
		fprintf(texts->definitions, "%s : %u;\n", integers[type].name,
			below(integers[type].bits + 1));
		return;
	}
	texts->members++;
	fprintf(texts->definitions, "%s m%u : %u%s;\n", integers[type].name, member,
		1 + below(integers[type].bits), below(8) ? "" : " __attribute__((packed))");
	ask_bits(texts, record, member);
}

/* A member of a struct or enum type, or a pointer to one that has no definition. */
static void add_tagged(struct texts *texts, unsigned int record)
{
	unsigned int member = texts->members++, choice = below(4);

	if (choice == 0 && record)
		fprintf(texts->definitions, "struct s%u m%u%s;\n", below(record), member,
			below(2) ? "" : "[2]");
	else if (choice == 1)
		fprintf(texts->definitions, "struct forward%u *m%u;\n", member, member);
	else
		fprintf(texts->definitions, "enum e%u m%u;\n", choice & 1, member);
	ask_place(texts, record, member);
}

static void add_members(struct texts *texts, unsigned int record, unsigned int depth);

static void add_anonymous(struct texts *texts, unsigned int record, unsigned int depth)
{
	fprintf(texts->definitions, "%s {\n", below(2) ? "struct" : "union");
	add_members(texts, record, depth + 1);
	fprintf(texts->definitions, "}%s;\n", attributes[below(ATTRIBUTES)]);
}

static void add_members(struct texts *texts, unsigned int record, unsigned int depth)
{
	add_plain(texts, record);
	for (unsigned int n = below(7); n; n--) {
		unsigned int choice = below(10);

		if (choice < 4)
			add_bitfield(texts, record);
		else if (choice < 7)
			add_plain(texts, record);
		else if (choice < 9 || depth == 3)
			add_tagged(texts, record);
		else
			add_anonymous(texts, record, depth);
	}
}

static void add_record(struct texts *texts, unsigned int record)
{
	bool is_flexible = record == RECORDS - 1 && below(2);

	fprintf(texts->table, "sizeof(struct s%u),\n", record);
	fprintf(texts->definitions, "struct s%u {\n", record);
	add_members(texts, record, 0);
	if (is_flexible)
		fprintf(texts->definitions, "int tail[];\n");
	fprintf(texts->definitions, "}%s;\nstruct s%u kept%u;\n", attributes[below(ATTRIBUTES)], record,
		record);
	if (is_flexible)
		fprintf(texts->table, "__builtin_offsetof(struct s%u, tail),\n", record);
}

static const char enums[] = "enum e0 { e0_a = 7, e0_b = -2 } kept_e0;\n"
			    "enum e1 { e1_a = 0x123456789abcull, e1_b = 1 } kept_e1;\n";

/* The definitions, and the questions. */
static void make_texts(char **definitions, char **questions)
{
	char *table, *variables;
	size_t size;
	struct texts texts = { .definitions = open_memstream(definitions, &size),
			       .table = open_memstream(&table, &size),
			       .variables = open_memstream(&variables, &size) };

	fputs(enums, texts.definitions);
	for (unsigned int i = 0; i < RECORDS; i++)
		add_record(&texts, i);
	fclose(texts.definitions);
	fclose(texts.table);
	fclose(texts.variables);
	assert_true(asprintf(questions,
			     "__attribute__((section(\"" TABLE "\"))) unsigned long table[] = {\n%s"
			     "e0_a, e0_b, e1_a, e1_b, sizeof(enum e0), sizeof(enum e1) };\n%s"
			     "int f(void *ctx) { return 0; }\n",
			     table, variables) > 0);
	free(table);
	free(variables);
}

static void compile(const char *text, const char *btf, struct compiled *result)
{
	struct compile_request request = { .text = text,
					   .text_size = strlen(text),
					   .name = "<text>",
					   .kernel_version = 6 << 16,
					   .btf = btf };

	if (compiler_compile(&request, result))
		fail_msg("%s\n%s", text, cbcc_last_error());
}

/* A section's bytes; NULL if there is none of that name, or no further one from *index on. */
static const unsigned char *section(const struct compiled *unit, const char *prefix, unsigned int *index,
				    size_t *size, const char **name)
{
	const unsigned char *elf = unit->object;
	const Elf64_Ehdr *header = unit->object;
	const Elf64_Shdr *sections = (const Elf64_Shdr *)(elf + header->e_shoff);
	const char *names = (const char *)elf + sections[header->e_shstrndx].sh_offset;

	for (; *index < header->e_shnum; ++*index) {
		const Elf64_Shdr *found = &sections[*index];

		*name = names + found->sh_name;
		if (strncmp(*name, prefix, strlen(prefix)) != 0)
			continue;
		++*index;
		*size = found->sh_size;
		return elf + found->sh_offset;
	}
	return NULL;
}

static char *write_btf(const struct compiled *unit)
{
	char *path = strdup("/tmp/cbcc-test-XXXXXX");
	int fd = mkstemp(path);
	unsigned int index = 0;
	const char *name;
	size_t size;
	const unsigned char *btf = section(unit, ".BTF", &index, &size, &name);

	assert_non_null(btf);
	assert_int_equal(write(fd, btf, size), size);
	close(fd);
	return path;
}

/* How many sections of data are the same; the first that is not is in *name. */
static unsigned int compare(const struct compiled *defined, const struct compiled *named, const char **name)
{
	unsigned int index = 0, count = 0;
	const unsigned char *data;
	size_t size;

	while ((data = section(defined, ".data.", &index, &size, name))) {
		unsigned int other_index = 0;
		size_t other_size = 0;
		const char *other_name;
		const unsigned char *other = section(named, *name, &other_index, &other_size, &other_name);

		if (!other || strcmp(*name, other_name) != 0 || size != other_size ||
		    memcmp(data, other, size) != 0)
			return 0;
		count++;
	}
	return count;
}

static void check_one(uint64_t seed)
{
	char *definitions, *questions, *whole, *btf;
	const char *name;
	struct compiled defined, named;

	random_state = seed * 0x9e3779b97f4a7c15u | 1;
	for (int i = 0; i < 8; i++)
		below(2);
	make_texts(&definitions, &questions);
	assert_true(asprintf(&whole, "%s%s", definitions, questions) > 0);
	compile(whole, "/dev/null", &defined);
	btf = write_btf(&defined);
	compile(questions, btf, &named);
	if (!compare(&defined, &named, &name))
		fail_msg("CBCC_LAYOUTS_SEED=%llu: %s differs:\n%s", (unsigned long long)seed, name, whole);
	compiler_release(&defined);
	compiler_release(&named);
	unlink(btf);
	free(btf);
	free(whole);
	free(definitions);
	free(questions);
}

static void layouts_are_the_same_through_btf(void **state)
{
	const char *seed = getenv("CBCC_LAYOUTS_SEED"), *count = getenv("CBCC_LAYOUTS_COUNT");
	uint64_t first = seed ? strtoull(seed, NULL, 10) : 1, n = seed    ? 1
								  : count ? strtoull(count, NULL, 10)
									  : COUNT;

	(void)state;
	setenv("CBCC_COMPILER", CBCC_TEST_COMPILER, 0);
	for (uint64_t i = 0; i < n; i++)
		check_one(first + i);
}

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(layouts_are_the_same_through_btf),
	};

	return run_selected_tests(tests, argc, argv);
}
