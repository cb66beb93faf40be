/* SPDX-License-Identifier: Apache-2.0 */
/* struct tracepoint__CATEGORY__EVENT, against the format files of the kernel that runs the test. */
#include "run.h"

#include <ctype.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdlib.h>
#include <unistd.h>

#define EVENTS "/sys/kernel/tracing/events/"

static void require_tracefs(void)
{
	if (access(EVENTS "sched/sched_switch/format", R_OK) != 0)
		skip_because("it needs to read " EVENTS);
}

/* The last word that is not in brackets. */
static const char *field_name(char *declaration)
{
	char *bracket = strrchr(declaration, '['), *end;

	if (bracket && !strstr(declaration, "[] "))
		*bracket = '\0';
	end = declaration + strlen(declaration);
	while (end > declaration && (isalnum((unsigned char)end[-1]) || end[-1] == '_'))
		end--;
	return end;
}

/* What a line of a format file says about its field, as assertions. Returns whether it is one. */
static bool assert_line(FILE *out, const char *line, const char *tag)
{
	char declaration[256];
	const char *name, *prefix;
	unsigned int offset, size;

	if (sscanf(line, "\tfield:%255[^;]; offset:%u; size:%u;", declaration, &offset, &size) != 3)
		return false;
	name = field_name(declaration);
	if (strncmp(name, "common_", 7) == 0)
		return false;
	prefix = strncmp(declaration, "__data_loc", 10) == 0 ? "data_loc_" : "";
	fprintf(out, "_Static_assert(__builtin_offsetof(struct %s, %s%s) == %u, \"%s.%s\");\n", tag, prefix,
		name, offset, tag, name);
	fprintf(out, "_Static_assert(sizeof(((struct %s *)0)->%s%s) == %u, \"%s.%s\");\n", tag, prefix, name,
		size, tag, name);
	return true;
}

/* What a format file says. Returns the number of its fields. */
static unsigned int assert_format(FILE *out, const char *path, const char *tag)
{
	FILE *in = fopen(path, "re");
	char *line = NULL;
	size_t size = 0;
	unsigned int fields = 0;

	assert_non_null(in);
	while (getline(&line, &size, in) > 0)
		fields += assert_line(out, line, tag);
	fclose(in);
	free(line);
	return fields;
}

/* Compiles what has been written, which is then empty again: all at once takes an emulated machine too long. */
#define AT_ONCE 100000
static FILE *assertions;
static char *written;
static size_t written_size;

static void check_assertions(void)
{
	struct cbcc *b;

	fclose(assertions);
	b = cbcc_new(written, NULL);
	if (!b)
		fail_msg("%s", cbcc_last_error());
	cbcc_free(b);
	free(written);
	assertions = NULL;
}

/* For nftw(). Function tracing's own records (events/ftrace) are no tracepoints. */
static unsigned int total;

static int assert_event(const char *path, const struct stat *st, int type, struct FTW *at)
{
	char category[128], event[128], tag[280];

	(void)st;
	if (type != FTW_F || strcmp(path + at->base, "format") != 0)
		return 0;
	assert_int_equal(sscanf(path, EVENTS "%127[^/]/%127[^/]/", category, event), 2);
	if (strcmp(category, "ftrace") == 0)
		return 0;
	if (!assertions)
		assertions = open_memstream(&written, &written_size);
	assert_non_null(assertions);
	snprintf(tag, sizeof tag, "tracepoint__%s__%s", category, event);
	total += assert_format(assertions, path, tag);
	if (ftell(assertions) > AT_ONCE)
		check_assertions();
	return 0;
}

static void every_tracepoint_is_laid_out_as_its_format_says(void **state)
{
	(void)state;
	require_tracefs();
	assert_int_equal(nftw(EVENTS, assert_event, 16, FTW_PHYS), 0);
	if (assertions)
		check_assertions();
	assert_true(total > 1000);
}

#define ARGS(...) ((const uint64_t[RUN_ARGS_MAX]){ __VA_ARGS__ })

/* Eight bytes of a record: an int in the first or the second four, or three characters at the beginning. */
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define FIRST(number) ((uint64_t)(uint32_t)(number))
#define SECOND(number) ((uint64_t)(number) << 32)
#define LETTERS(a, b, c) ((uint64_t)(c) << 16 | (uint64_t)(b) << 8 | (a))
#else
#define FIRST(number) ((uint64_t)(number) << 32)
#define SECOND(number) ((uint64_t)(uint32_t)(number))
#define LETTERS(a, b, c) ((uint64_t)(a) << 56 | (uint64_t)(b) << 48 | (uint64_t)(c) << 40)
#endif

/* A system call's arguments have eight bytes each, whatever their types. */
static void fields_have_their_values_and_signs(void **state)
{
	static const char openat[] = "struct tracepoint__syscalls__sys_enter_openat";
	char text[512];

	(void)state;
	require_tracefs();
	snprintf(text, sizeof text,
		 "int f(%s *args) { return args->dfd == -100 && args->__syscall_nr == 257 && args->mode == "
		 "0777"
		 "	&& args->flags < 0 && (u64)args->filename == 0x7f0000001234; }",
		 openat);
	assert_int_equal(
		run_with_args(text, "f",
			      ARGS(0, FIRST(257), (uint64_t)-100, 0x7f0000001234, (uint64_t)-1, 0777)),
		1);
	snprintf(text, sizeof text,
		 "int f(%s *args) {"
		 "	_Static_assert(__builtin_types_compatible_p(typeof(args->dfd), s64), \"\");"
		 "	_Static_assert(__builtin_types_compatible_p(typeof(args->mode), u64), \"\");"
		 "	_Static_assert(__builtin_types_compatible_p(typeof(args->filename), char *), \"\");"
		 "	_Static_assert(sizeof(*args) == 48 && sizeof(args->__do_not_use__) == 8, \"\");"
		 "	return 7; }",
		 openat);
	assert_int_equal(run(text), 7);
}

static void arrays_and_typedefs_are_those_of_the_kernel(void **state)
{
	(void)state;
	require_tracefs();
	assert_int_equal(
		run_with_args("TRACEPOINT_PROBE(sched, sched_switch) {"
			      "	pid_t prev = args->prev_pid;"
			      "	return prev == -5 && args->next_pid == 77 && args->prev_comm[1] == 'b' &&"
			      "	       args->prev_state == -1 && sizeof(args->next_comm) == 16; }",
			      "tracepoint__sched__sched_switch",
			      ARGS(0, LETTERS('a', 'b', 0), 0, FIRST(-5), (uint64_t)-1, 0, 0, FIRST(77))),
		1);
}

static void dynamic_strings_are_read_through_their_location(void **state)
{
	const uint64_t args[RUN_ARGS_MAX] = { 0, FIRST(3 << 16 | 32), 0, 0, LETTERS('a', 'b', 'c') };

	(void)state;
	require_tracefs();
	assert_int_equal(
		run_with_args("int f(struct tracepoint__sched__sched_process_exec *args) {"
			      "	char s[8] = {}, t[8] = {};"
			      "	TP_DATA_LOC_READ_CONST(s, filename, 2);"
			      "	TP_DATA_LOC_READ_STR(t, filename, sizeof(t));"
			      "	return s[0] == 'a' && s[1] == 'b' && !s[2] && t[2] == 'c' && !t[3]; }",
			      "f", args),
		1);
	/* The length is in the event: the verifier wants room for the longest that there is. */
	assert_int_equal(run_with_args("struct room { char text[65536]; }; BPF_ARRAY(rooms, struct room, 1);"
				       "int f(struct tracepoint__sched__sched_process_exec *args) {"
				       "	int zero = 0; struct room *room = rooms.lookup(&zero);"
				       "	if (!room) return 0;"
				       "	TP_DATA_LOC_READ(room->text, filename);"
				       "	return room->text[1] == 'b' && room->text[2] == 'c'; }",
				       "f", args),
			 1);
	assert_int_equal(run_with_args("int f(struct tracepoint__sched__sched_process_exec *args) {"
				       "	return args->data_loc_filename; }",
				       "f", args),
			 3 << 16 | 32);
}

static void a_programs_own_struct_wins(void **state)
{
	(void)state;
	assert_int_equal(run_with_args("struct tracepoint__sched__sched_switch { u64 a, b, mine; };"
				       "TRACEPOINT_PROBE(sched, sched_switch) { return args->mine; }",
				       "tracepoint__sched__sched_switch", ARGS(0, 0, 9)),
			 9);
}

static void an_unknown_tracepoint_is_told_where_it_is_named(void **state)
{
	(void)state;
	require_tracefs();
	assert_null(cbcc_new("int f(struct tracepoint__sched__nonesuch *args)\n{ return args->x; }", NULL));
	assert_error_has(
		"<text>:1:14: warning: tracefs has no fields for 'struct tracepoint__sched__nonesuch'");
	assert_error_has("<text>:2:14: error: incomplete definition of type");
}

/* Its own context type or not: what the optimiser makes of accesses, the verifier accepts. */
static void fields_chosen_by_a_condition_are_read(void **state)
{
	static const char text[] =
		"int f(struct tracepoint__sched__sched_switch *args) {"
		"	long x = bpf_get_smp_processor_id() > 1000 ? args->prev_prio : args->next_prio;"
		"	return x; }";

	(void)state;
	require_tracefs();
	assert_int_equal(run_with_args(text, "f", ARGS(0, 0, 0, 0, 0, 0, 0, SECOND(120))), 120);
}

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_tracepoint_is_laid_out_as_its_format_says),
		cmocka_unit_test(fields_have_their_values_and_signs),
		cmocka_unit_test(arrays_and_typedefs_are_those_of_the_kernel),
		cmocka_unit_test(dynamic_strings_are_read_through_their_location),
		cmocka_unit_test(a_programs_own_struct_wins),
		cmocka_unit_test(an_unknown_tracepoint_is_told_where_it_is_named),
		cmocka_unit_test(fields_chosen_by_a_condition_are_read),
	};

	return run_selected_tests(tests, argc, argv);
}
