/* SPDX-License-Identifier: Apache-2.0 */
/* The format files of tracepoints. */
#include "test.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "kernel/tracepoint_format.h"

#define COMMON                                                                                               \
	"name: x\nID: 7\nformat:\n"                                                                          \
	"\tfield:unsigned short common_type;\toffset:0;\tsize:2;\tsigned:0;\n"                               \
	"\tfield:int common_pid;\toffset:4;\tsize:4;\tsigned:1;\n\n"

/* On the heap and of its exact size, so that the sanitizer sees a read behind its end. */
static int parse(const char *text, struct tracepoint_format *format)
{
	char *copy = strdup(text);
	int err;

	assert_non_null(copy);
	err = tracepoint_format_parse(copy, format);
	free(copy);
	return err;
}

static const struct {
	const char *declaration;
	struct tracepoint_field field;
} declarations[] = {
	{ "int fd", { .name = "fd", .type = "int" } },
	{ "unsigned long long int x", { .name = "x", .type = "unsigned long long int" } },
	{ "const char * filename", { .name = "filename", .type = "char", .pointers = 1 } },
	{ "char **argv", { .name = "argv", .type = "char", .pointers = 2 } },
	{ "const char *const *p", { .name = "p", .type = "char", .pointers = 2 } },
	{ "struct sched_param * param", { .name = "param", .type = "struct sched_param", .pointers = 1 } },
	{ "enum skb_drop_reason reason", { .name = "reason", .type = "enum skb_drop_reason" } },
	{ "char comm[16]", { .name = "comm", .type = "char", .dimension = "16" } },
	{ "char comm[TASK_COMM_LEN]", { .name = "comm", .type = "char", .dimension = "TASK_COMM_LEN" } },
	{ "char b[A + 1]", { .name = "b", .type = "char", .dimension = "A + 1" } },
	{ "u8 m[2][3]", { .name = "m", .type = "u8", .dimension = "" } },
	{ "unsigned long args[]", { .name = "args", .type = "unsigned long", .dimension = "" } },
	{ "__data_loc char[] name",
	  { .name = "name", .type = "char", .dimension = "", .storage = TRACEPOINT_DATA_LOC } },
	{ "__rel_loc u32[] vals",
	  { .name = "vals", .type = "u32", .dimension = "", .storage = TRACEPOINT_REL_LOC } },
	{ "__data_loc cpumask_t mask",
	  { .name = "mask", .type = "cpumask_t", .storage = TRACEPOINT_DATA_LOC } },
	{ "void __seg_gs * ptr", { .name = "ptr", .type = "void", .pointers = 1 } },
	{ "const void __percpu * p", { .name = "p", .type = "void", .pointers = 1 } },
	{ "char __attribute__((btf_type_tag(\"user\"))) * p",
	  { .name = "p", .type = "char", .pointers = 1 } },
	{ "void (*)(struct x *, int) fn", { .name = "fn", .type = "" } },
	{ "a b c d e f g h i j", { .name = "j", .type = "" } },
	{ "x", { .name = "x", .type = "" } },
};

static void expect_text(const char *text, const char *expected)
{
	assert_int_equal(!text, !expected);
	if (text)
		assert_string_equal(text, expected);
}

static void declarations_are_taken_apart(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof declarations / sizeof *declarations; i++) {
		const struct tracepoint_field *expected = &declarations[i].field, *field;
		struct tracepoint_format format;
		char text[512];

		snprintf(text, sizeof text, COMMON "\tfield:%s;\toffset:16;\tsize:4;\tsigned:1;\n",
			 declarations[i].declaration);
		assert_int_equal(parse(text, &format), 0);
		assert_int_equal(format.nfields, 3);
		field = &format.fields[2];
		expect_text(field->name, expected->name);
		expect_text(field->type, expected->type);
		expect_text(field->dimension, expected->dimension);
		assert_int_equal(field->pointers, expected->pointers);
		assert_int_equal(field->storage, expected->storage);
		tracepoint_format_free(&format);
	}
}

static void numbers_are_those_of_the_file(void **state)
{
	struct tracepoint_format format;

	(void)state;
	assert_int_equal(parse(COMMON "\tfield:int __syscall_nr;\toffset:8;\tsize:4;\tsigned:1;\n"
				      "\tfield:umode_t mode;\toffset:40;\tsize:8;\tsigned:0;\n"
				      "\nprint fmt: \"field:x\", REC->mode\n",
			       &format),
			 0);
	assert_int_equal(format.nfields, 4);
	assert_true(format.fields[0].is_common && format.fields[1].is_common);
	assert_int_equal(format.fields[1].offset, 4);
	assert_true(format.fields[1].is_signed);
	assert_false(format.fields[2].is_common);
	assert_int_equal(format.fields[3].offset, 40);
	assert_int_equal(format.fields[3].size, 8);
	assert_false(format.fields[3].is_signed);
	tracepoint_format_free(&format);
}

static void what_has_no_name_is_no_field(void **state)
{
	struct tracepoint_format format;

	(void)state;
	assert_int_equal(parse(COMMON "\tfield:*;\toffset:8;\tsize:8;\tsigned:0;\n"
				      "\tfield:;\toffset:16;\tsize:8;\tsigned:0;\n"
				      "\tfield:int 7;\toffset:24;\tsize:8;\tsigned:0;\n",
			       &format),
			 0);
	assert_int_equal(format.nfields, 2);
	tracepoint_format_free(&format);
}

static void what_is_no_format_is_refused(void **state)
{
	static const char *const texts[] = {
		"",
		"\n\n",
		"name: x\nID: 7\nformat:\n",
		"field:",
		"field:int x",
		"field:int x;",
		"field:int x;\toffset:8;",
		"field:int x;\toffset:8;\tsize:4;",
		"field:int x;\toffset:8;\tsize:4;\tsigned:1",
		"field:int x;\toffset:;\tsize:4;\tsigned:1;",
		"field:int x;\toffset:-8;\tsize:4;\tsigned:1;",
		"field:int x;\toffset:8;\tsize:4x;\tsigned:1;",
		"field:int x;\tsize:4;\toffset:8;\tsigned:1;",
		"field:int x;\toffset:99999999999999999999;\tsize:4;\tsigned:1;",
		"field:int x;\toffset:0;\tsize:70000;\tsigned:1;",
		"field:int x[16;\toffset:8;\tsize:4",
		"field:void (*x;\toffset:8;\tsize:4",
		"field:int __attribute__",
		"field:int __attribute__((;\toffset:0",
		"field:__data_loc char[] x;\toffset:8;\tsize:8;\tsigned:1;",
		/* overlapping, and not ascending */
		"field:int x;\toffset:8;\tsize:4;\tsigned:1;\nfield:int y;\toffset:10;\tsize:4;\tsigned:1;",
		"field:int x;\toffset:8;\tsize:4;\tsigned:1;\nfield:int y;\toffset:4;\tsize:4;\tsigned:1;",
	};

	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		struct tracepoint_format format;

		if (parse(texts[i], &format) != -EINVAL)
			fail_msg("\"%s\" is accepted", texts[i]);
		tracepoint_format_free(&format);
	}
}

static void any_beginning_of_a_format_is_survived(void **state)
{
	static const char whole[] =
		COMMON "\tfield:__data_loc char[] n;\toffset:8;\tsize:4;\tsigned:0;\n"
		       "\tfield:void (*)(int) __attribute__((x)) f[2];\toffset:16;\tsize:16;\tsigned:0;\n";

	(void)state;
	for (size_t length = 0; length < sizeof whole; length++) {
		char text[sizeof whole];
		struct tracepoint_format format;

		memcpy(text, whole, length);
		text[length] = '\0';
		parse(text, &format);
		assert_in_range(format.nfields, 0, 4);
		tracepoint_format_free(&format);
	}
}

static void a_long_file_is_read_whole(void **state)
{
	struct tracepoint_format format;
	FILE *file = tmpfile();

	(void)state;
	assert_non_null(file);
	for (int i = 0; i < 1000; i++)
		fprintf(file, "\tfield:u64 f%d;\toffset:%d;\tsize:8;\tsigned:0;\n", i, i * 8);
	rewind(file);
	assert_int_equal(tracepoint_format_read(fileno(file), &format), 0);
	assert_int_equal(format.nfields, 1000);
	assert_string_equal(format.fields[999].name, "f999");
	assert_int_equal(format.fields[999].offset, 7992);
	tracepoint_format_free(&format);
	fclose(file);
	assert_int_equal(tracepoint_format_read(-1, &format), -EBADF);
	tracepoint_format_free(&format);
}

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(declarations_are_taken_apart),
		cmocka_unit_test(numbers_are_those_of_the_file),
		cmocka_unit_test(what_has_no_name_is_no_field),
		cmocka_unit_test(what_is_no_format_is_refused),
		cmocka_unit_test(any_beginning_of_a_format_is_survived),
		cmocka_unit_test(a_long_file_is_read_whole),
	};

	return run_selected_tests(tests, argc, argv);
}
