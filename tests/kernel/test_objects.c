/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Saved objects. Run with $CBCC_TEST_SAVED naming a file that does not exist, saving_for_another_kernel writes one there;
 * where it exists, another kernel reads it (vm/saved_object).
 */
#include "folder.h"
#include "run.h"
#include "trace.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "objects/elf_check.h"

/* A read through the kernel's structs, every kind of map that says something of itself, and a function that attaches. */
static const char everything[] =
	"struct event { u32 pid; char comm[16]; };\n"
	"BPF_PERF_OUTPUT(events);\n"
	"BPF_HISTOGRAM(sizes);\n"
	"BPF_HASH(counts, u32);\n"
	"int parent(void *ctx) {\n"
	"	struct task_struct *task = (struct task_struct *)bpf_get_current_task();\n"
	"	return task->real_parent->tgid;\n"
	"}\n"
	"int first_letter(void *ctx) {\n"
	"	struct task_struct *task = (struct task_struct *)bpf_get_current_task();\n"
	"	return task->group_leader->comm[0];\n"
	"}\n"
	"int name_length(void *ctx) {\n"
	"	struct task_struct *task = (struct task_struct *)bpf_get_current_task();\n"
	"	struct qstr name = task->mm->exe_file->f_path.dentry->d_name;\n"
	"	return name.len;\n"
	"}\n"
	"int frozen_offset(void *ctx) { return offsetof(struct task_struct, real_parent); }\n"
	"int submit(void *ctx) {\n"
	"	struct event event = { .pid = 7 };\n"
	"	events.perf_submit(ctx, &event, sizeof event);\n"
	"	sizes.increment(bpf_log2l(bpf_ktime_get_ns()));\n"
	"	counts.increment(5);\n"
	"	return 0;\n"
	"}\n"
	"TRACEPOINT_PROBE(syscalls, sys_enter_getpgid) {\n"
	"	if (args->pid == 31337)\n"
	"		bpf_trace_printk(\"asked for %d\", args->pid);\n"
	"	return 0;\n"
	"}\n";

static const char in_sections[] =
	"#include \"vmlinux.h\"\n#include <bpf/bpf_helpers.h>\n#include <bpf/bpf_core_read.h>\n"
	"struct { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 4); __type(key, u32); __type(value, "
	"u64); }"
	" numbers SEC(\".maps\");\n"
	"int seen = 3;\n"
	"SEC(\"raw_tp/sys_enter\") int on_enter(void *ctx) {\n"
	"	struct task_struct *task = (void *)bpf_get_current_task();\n"
	"	u32 key = 1;\n"
	"	u64 *number = bpf_map_lookup_elem(&numbers, &key);\n"
	"	if (number)\n"
	"		*number = seen;\n"
	"	return BPF_CORE_READ(task, real_parent, tgid);\n"
	"}\n"
	"char LICENSE[] SEC(\"license\") = \"GPL\";\n";

static struct cbcc *portable(const char *text)
{
	struct cbcc_opts opts = {
		.sz = sizeof opts, .portable = true, .compile_only = true, .private_trace = true
	};
	struct cbcc *b = cbcc_new(text, &opts);

	if (!b)
		fail_msg("%s", cbcc_last_error());
	assert_int_equal(cbcc_num_attachments(b), 0);
	return b;
}

static void save(const char *text, const char *path)
{
	struct cbcc *b = portable(text);

	assert_ok(cbcc_save_object(b, path));
	cbcc_free(b);
}

static struct cbcc *opened(const char *path, bool compile_only)
{
	struct cbcc_opts opts = { .sz = sizeof opts, .compile_only = compile_only };
	struct cbcc *b = cbcc_new_from_object(path, &opts);

	if (!b)
		fail_msg("%s", cbcc_last_error());
	return b;
}

static bool has_mapped_compiler(void)
{
	FILE *in = fopen("/proc/self/maps", "re");
	char line[4096];
	bool found = false;

	assert_non_null(in);
	while (fgets(line, sizeof line, in))
		found |= strstr(line, "libcbcc-compiler") != NULL;
	fclose(in);
	return found;
}

/* What is known of the object once it is there again. */
static void expect_everything(struct cbcc *b)
{
	static const char *const functions[] = { "first_letter", "frozen_offset",
						 "name_length",  "parent",
						 "submit",       "tracepoint__syscalls__sys_enter_getpgid" };
	const struct cbcc_type *event;

	assert_int_equal(cbcc_num_functions(b), 6);
	for (int i = 0; i < 6; i++)
		assert_string_equal(cbcc_function_name(b, i), functions[i]);
	assert_int_equal(cbcc_num_tables(b), 3);
	assert_int_equal(cbcc_table_histogram(cbcc_get_table(b, "sizes")), CBCC_HISTOGRAM_LOG2);
	assert_int_equal(cbcc_table_histogram(cbcc_get_table(b, "counts")), CBCC_HISTOGRAM_NONE);
	event = cbcc_event_type(b, "events");
	assert_non_null(event);
	assert_string_equal(cbcc_type_name(event), "struct event");
	assert_int_equal(cbcc_type_size(event), 20);
	assert_string_equal(cbcc_type_name(cbcc_table_key_type(cbcc_get_table(b, "counts"))), "u32");
}

static size_t own_name_length(void)
{
	char path[4096];
	ssize_t length = readlink("/proc/self/exe", path, sizeof path - 1);

	assert_true(length > 0);
	path[length] = '\0';
	return strlen(strrchr(path, '/') + 1);
}

static void expect_values(struct cbcc *b)
{
	const uint32_t key = 5;
	uint64_t count;

	assert_int_equal(run_function(b, "parent"), (uint32_t)getppid());
	assert_int_equal(run_function(b, "first_letter"), 't'); /* test-kernel-objects */
	assert_int_equal(run_function(b, "name_length"), own_name_length());
	assert_int_equal(run_function(b, "submit"), 0);
	assert_ok(cbcc_table_lookup(cbcc_get_table(b, "counts"), &key, &count));
	assert_int_equal(count, 1);
}

static void expect_trace(struct cbcc *b)
{
	struct cbcc_trace_line line;

	assert_int_equal(cbcc_num_attachments(b), 1);
	(void)getpgid(31337);
	assert_int_equal(cbcc_trace_fields(b, &line, true), 1);
	assert_string_equal(line.msg, "asked for 31337");
	assert_int_equal(line.pid, getpid());
}

static void a_saved_object_is_all_there_again(void **state)
{
	char *folder = folder_make();
	struct cbcc *b;

	(void)state;
	require_root();
	save(everything, folder_path(folder, "x.o"));
	b = opened(folder_path(folder, "x.o"), false);
	expect_everything(b);
	expect_values(b);
	expect_trace(b);
	/* Saved once more, it is the same. */
	assert_ok(cbcc_save_object(b, folder_path(folder, "y.o")));
	cbcc_free(b);
	b = opened(folder_path(folder, "y.o"), true);
	expect_everything(b);
	assert_int_equal(cbcc_num_attachments(b), 0);
	cbcc_free(b);
	folder_remove(folder);
}

/* Forked before anything is compiled; what it returns is its exit status. */
static int run_without_compiler(const char *path, int ready)
{
	struct cbcc *b;
	char byte;

	if (read(ready, &byte, 1) != 1)
		return 2;
	b = cbcc_new_from_object(path, NULL);
	if (!b)
		return 3;
	if (run_function(b, "parent") != (uint32_t)getppid())
		return 4;
	cbcc_free(b);
	return has_mapped_compiler() ? 5 : 0;
}

static void a_saved_object_needs_no_compiler(void **state)
{
	char *folder = folder_make(), *path = strdup(folder_path(folder, "x.o"));
	int ready[2], status;
	pid_t child;

	(void)state;
	require_root();
	if (has_mapped_compiler())
		skip_other_kernel("another test of this process has compiled already");
	assert_int_equal(pipe(ready), 0);
	child = fork();
	if (child == 0) {
		close(ready[1]);
		_exit(run_without_compiler(path, ready[0]));
	}
	save(everything, path);
	assert_int_equal(write(ready[1], "x", 1), 1);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	close(ready[0]);
	close(ready[1]);
	free(path);
	folder_remove(folder);
}

/* What cbcc_get_object() gives of a text with sections is what clang would have made. */
static void an_object_of_libbpfs_kind_is_taken(void **state)
{
	const uint32_t key = 1;
	struct cbcc *compiled_text, *b;
	const void *object;
	uint64_t number;
	size_t size;

	(void)state;
	require_root();
	compiled_text = portable(in_sections);
	object = cbcc_get_object(compiled_text, &size);
	assert_non_null(object);
	assert_null(elf_find_section(object, ".cbcc").data);
	b = cbcc_new_from_memory(object, size, NULL);
	cbcc_free(compiled_text);
	if (!b)
		fail_msg("%s", cbcc_last_error());
	assert_int_equal(cbcc_num_functions(b), 1);
	assert_string_equal(cbcc_function_name(b, 0), "on_enter");
	assert_string_equal(cbcc_function_section(b, 0), "raw_tp/sys_enter");
	assert_int_equal(cbcc_num_tables(b), 1);
	assert_int_equal(cbcc_num_attachments(b), 1);
	assert_int_equal(run_function(b, "on_enter"), (uint32_t)getppid());
	assert_ok(cbcc_table_lookup(cbcc_get_table(b, "numbers"), &key, &number));
	assert_int_equal(number, 3);
	cbcc_free(b);
}

static void what_is_not_portable_is_not_saved(void **state)
{
	struct cbcc_opts opts = { .sz = sizeof opts, .portable = true, .compile_only = true };
	struct cbcc *b = compiled("int f(void *ctx) { return 0; }");

	(void)state;
	assert_int_equal(cbcc_save_object(b, "/nowhere"), -EINVAL);
	assert_error_has("portable");
	assert_int_equal(cbcc_save_object(b, NULL), -EINVAL);
	cbcc_free(b);
	b = portable("int f(void *ctx) { return 0; }");
	assert_int_equal(cbcc_save_object(b, "/nowhere/at/all.o"), -ENOENT);
	assert_error_has("/nowhere/at/all.o");
	cbcc_free(b);
	opts.kernel_headers = true;
	assert_null(cbcc_new("int f(void *ctx) { return 0; }", &opts));
	assert_error_has("kernel headers");
	assert_null(cbcc_new_from_object("/nowhere", NULL));
	assert_int_equal(errno, ENOENT);
	assert_null(cbcc_new_from_object("/nowhere", &opts));
	assert_null(cbcc_new_from_memory("int f;", 6, NULL));
	assert_error_has("no ELF file");
	assert_null(cbcc_new_from_memory(NULL, 0, NULL));
}

struct object {
	char *bytes;
	size_t size;
};

static struct object read_object(const char *path)
{
	struct object object = { 0 };
	struct stat st;
	FILE *in = fopen(path, "re");

	assert_non_null(in);
	assert_int_equal(fstat(fileno(in), &st), 0);
	object.size = (size_t)st.st_size;
	object.bytes = malloc(object.size);
	assert_int_equal(fread(object.bytes, 1, object.size, in), object.size);
	fclose(in);
	return object;
}

/* Whether it was taken; if not, it has to be said why. */
static bool is_taken(const void *bytes, size_t size)
{
	struct cbcc_opts opts = { .sz = sizeof opts, .load_only = true };
	struct cbcc *b = cbcc_new_from_memory(bytes, size, &opts);

	if (!b && (!*cbcc_last_error() || !errno))
		fail_msg("an object was refused without a reason");
	/* Types are read by those who print them. */
	for (int i = 0; b && i < cbcc_num_tables(b); i++) {
		struct cbcc_table *table = cbcc_get_table_by_index(b, i);
		const struct cbcc_type *type = table ? cbcc_event_type(b, cbcc_table_name(table)) : NULL;
		char data[256] = "", text[4096];

		if (type && cbcc_type_size(type) <= sizeof data)
			cbcc_type_format(type, data, text, sizeof text, CBCC_STYLE_JSON);
	}
	cbcc_free(b);
	return b != NULL;
}

static uint32_t next_random(uint32_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state;
}

static void damage(const struct object *object, unsigned int rounds)
{
	char *bytes = malloc(object->size);
	uint32_t random = 20261130;
	unsigned int refused = 0;

	assert_true(is_taken(object->bytes, object->size));
	for (unsigned int i = 0; i < rounds; i++) {
		unsigned int flips = 1 + i % 3;

		memcpy(bytes, object->bytes, object->size);
		for (unsigned int flip = 0; flip < flips; flip++)
			bytes[next_random(&random) % object->size] ^= (char)(1u << next_random(&random) % 8);
		refused += !is_taken(bytes, object->size);
	}
	assert_true(refused > rounds / 10);
	for (size_t size = 0; size < object->size; size += 1 + object->size / 64) {
		memcpy(bytes, object->bytes, size);
		assert_false(is_taken(bytes, size));
	}
	free(bytes);
}

static void damaged_objects_are_refused_or_run(void **state)
{
	char *folder = folder_make();
	struct cbcc *b;
	struct object object;

	(void)state;
	require_root();
	save(everything, folder_path(folder, "x.o"));
	object = read_object(folder_path(folder, "x.o"));
	damage(&object, 120);
	free(object.bytes);
	b = portable(in_sections);
	object.bytes = (char *)cbcc_get_object(b, &object.size);
	damage(&object, 120);
	cbcc_free(b);
	folder_remove(folder);
}

static void saving_for_another_kernel(void **state)
{
	const char *path = getenv("CBCC_TEST_SAVED");
	struct cbcc *b;

	(void)state;
	if (!path)
		skip_other_kernel("no file is named by CBCC_TEST_SAVED");
	require_root();
	if (access(path, F_OK) != 0) {
		save(everything, path);
		return;
	}
	b = opened(path, false);
	expect_everything(b);
	expect_values(b);
	expect_trace(b);
	/* The field is elsewhere here than where it was saved, or nothing is shown. */
	assert_int_not_equal(run_function(b, "frozen_offset"),
			     run("int f(void *ctx) { return offsetof(struct task_struct, real_parent); }"));
	cbcc_free(b);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_saved_object_needs_no_compiler),
		cmocka_unit_test(a_saved_object_is_all_there_again),
		cmocka_unit_test(an_object_of_libbpfs_kind_is_taken),
		cmocka_unit_test(what_is_not_portable_is_not_saved),
		cmocka_unit_test(damaged_objects_are_refused_or_run),
		cmocka_unit_test(saving_for_another_kernel),
	};

	return run_selected_tests(tests, argc, argv);
}
