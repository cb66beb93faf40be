/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The compile cache as applications see it. Every compile is in a process of its own, as a second start of a program is;
 * what it found out is in memory that it shares with the test.
 */
#include "test.h"
#include "mounts.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "folder.h"
#include "handle.h"
#include "loader/program.h"
#include "trace.h"

#define SEVEN "int f(void *ctx) { return 7; }\n"
#define EIGHT "int f(void *ctx) { return 8; }\n"

/* How a text is compiled. */
struct start {
	const char *folder; /* opts.cache_dir */
	const char *text;
	const char *name; /* of a file to take the text from; NULL: none */
	const char *flag; /* NULL: none */
	unsigned int debug;
	const char *directory; /* to work in; NULL: this one */
	const char *compiler;  /* NULL: the one that was built */
	const char *mount;     /* a tmpfs with these options is over the folder; NULL: none */
	bool mount_read_only;
};

/* What came of it. */
struct report {
	int err;
	bool from_cache, compiler_mapped;
	uint32_t value; /* of f(), run once */
	size_t nfunctions, nmaps;
	char error[1024], log[8192];
	size_t object_size;
	unsigned char object[65536];
};

static void collect(void *log_ctx, enum cbcc_log_level level, const char *message)
{
	struct report *report = log_ctx;
	size_t length = strlen(report->log);

	snprintf(report->log + length, sizeof report->log - length, "%d: %s\n", (int)level, message);
}

static uint32_t value_of(struct cbcc *b)
{
	LIBBPF_OPTS(bpf_test_run_opts, opts);
	const struct compiled_function *function = handle_function(b, "f");
	struct program *program;

	if (!function || program_get(b, function, BPF_PROG_TYPE_RAW_TRACEPOINT, &program) != 0 ||
	    bpf_prog_test_run_opts(bpf_program__fd(program->bpf), &opts) != 0)
		return -1;
	return opts.retval;
}

static void describe(struct cbcc *b, struct report *report)
{
	report->compiler_mapped = file_has("/proc/self/maps", "libcbcc-compiler");
	report->from_cache = strstr(report->log, "comes from the cache");
	report->nfunctions = b->unit.nfunctions;
	report->nmaps = b->unit.nmaps;
	report->object_size = b->unit.object_size;
	if (report->object_size <= sizeof report->object)
		memcpy(report->object, b->unit.object, report->object_size);
	report->value = value_of(b);
}

/* Over the folder, for this process only. */
static bool mount_over(const struct start *start)
{
	unsigned long flags = start->mount_read_only ? MS_RDONLY : 0;

	return mounts_make_own() && mount("tmpfs", start->folder, "tmpfs", flags, start->mount) == 0;
}

static void compile_in_child(const struct start *start, struct report *report)
{
	const struct cbcc_opts opts = {
		.sz = sizeof opts,
		.cflags = &start->flag,
		.ncflags = start->flag ? 1 : 0,
		.log = collect,
		.log_ctx = report,
		.debug = start->debug,
		.cache_dir = start->folder,
	};
	struct cbcc *b;

	if (start->compiler)
		setenv("CBCC_COMPILER", start->compiler, 1);
	if ((start->directory && chdir(start->directory) != 0) || (start->mount && !mount_over(start)))
		_exit(2);
	b = start->name ? cbcc_new_from_file(start->name, &opts) : cbcc_new(start->text, &opts);
	report->err = b ? 0 : errno;
	snprintf(report->error, sizeof report->error, "%s", cbcc_last_error());
	if (b)
		describe(b, report);
	cbcc_free(b);
	_exit(0);
}

static struct report *share_report(void)
{
	struct report *report =
		mmap(NULL, sizeof *report, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	assert_ptr_not_equal(report, MAP_FAILED);
	return report;
}

/* The report is valid until the next start. */
static const struct report *run_start(const struct start *start)
{
	static struct report *report;
	int status;
	pid_t pid;

	if (!report)
		report = share_report();
	memset(report, 0, sizeof *report);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0)
		compile_in_child(start, report);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	return report;
}

static const struct report *expect_compiled(const struct start *start)
{
	const struct report *report = run_start(start);

	if (report->err || report->from_cache || !report->compiler_mapped)
		fail_msg("it was not compiled: %s%s", report->error, report->log);
	return report;
}

static const struct report *expect_hit(const struct start *start)
{
	const struct report *report = run_start(start);

	if (report->err || !report->from_cache)
		fail_msg("it did not come from the cache: %s%s", report->error, report->log);
	assert_false(report->compiler_mapped);
	return report;
}

static void expect_logged(const struct report *report, const char *text)
{
	if (!strstr(report->log, text))
		fail_msg("the log is \"%s\", without \"%s\"", report->log, text);
}

static void a_second_start_needs_no_compiler(void **state)
{
	struct start start = { .folder = folder_make(), .text = SEVEN };

	(void)state;
	assert_int_equal(expect_compiled(&start)->value, 7);
	assert_int_equal(expect_hit(&start)->value, 7);
	start.compiler = "/no/such/compiler";
	assert_int_equal(run_start(&start)->err, ELIBACC); /* it is not known what it would have given */
	folder_remove((char *)start.folder);
}

static void a_hit_gives_what_the_compile_gave(void **state)
{
	static struct report first;
	struct start start = {
		.folder = folder_make(),
		.text = "struct event { u32 pid; };\nBPF_HASH(h, u32, u64);\nBPF_RINGBUF_OUTPUT(events, 8);\n"
			"int f(void *ctx) { u32 key = 1; u64 value = 40; h.update(&key, &value);\n"
			"	u64 *found = h.lookup(&key); return found ? *found + 2 : 0; }\n"
			"int kprobes(struct pt_regs *ctx, int unused) { return unused; }\n",
	};
	const struct report *second;

	(void)state;
	first = *expect_compiled(&start);
	second = expect_hit(&start);
	assert_int_equal(first.value, 42);
	assert_int_equal(second->value, 42);
	assert_int_equal(second->nfunctions, 2);
	assert_int_equal(second->nmaps, 2);
	assert_int_equal(second->object_size, first.object_size);
	assert_memory_equal(second->object, first.object, first.object_size);
	folder_remove((char *)start.folder);
}

static void another_text_name_or_flag_is_another_entry(void **state)
{
	char *sources = folder_make(), *file = strdup(folder_path(sources, "a.c"));
	struct start start = { .folder = folder_make(), .text = SEVEN };

	(void)state;
	expect_compiled(&start);
	start.text = EIGHT;
	assert_int_equal(expect_compiled(&start)->value, 8);
	start.flag = "-DX";
	expect_compiled(&start);
	folder_write(sources, "a.c", SEVEN, strlen(SEVEN));
	start = (struct start){ .folder = start.folder, .name = file };
	expect_compiled(&start);
	expect_hit(&start);
	assert_int_equal(folder_count(start.folder, ".cbcc"), 4);
	folder_write(sources, "a.c", EIGHT, strlen(EIGHT));
	assert_int_equal(expect_compiled(&start)->value, 8);
	free(file);
	folder_remove(sources);
	folder_remove((char *)start.folder);
}

static void write_header(const char *folder, const char *number)
{
	char text[64];

	snprintf(text, sizeof text, "#define N %s\n", number);
	folder_write(folder, "number.h", text, strlen(text));
}

static void a_changed_file_that_is_included_is_noticed(void **state)
{
	char *first = folder_make(), *second = folder_make(), *flag;
	struct start start = {
		.folder = folder_make(),
		.text = "#include \"number.h\"\nint f(void *ctx) { return N; }\n",
		.directory = first,
	};

	(void)state;
	assert_true(asprintf(&flag, "-I%s", second) > 0);
	start.flag = flag;
	write_header(second, "1");
	assert_int_equal(expect_compiled(&start)->value, 1);
	assert_int_equal(expect_hit(&start)->value, 1);
	write_header(second, "2");
	expect_logged(expect_compiled(&start), "has changed");
	assert_int_equal(expect_hit(&start)->value, 2);
	write_header(first, "3"); /* it is found before the other */
	assert_int_equal(expect_compiled(&start)->value, 3);
	assert_int_equal(expect_hit(&start)->value, 3);
	free(flag);
	folder_remove(first);
	folder_remove(second);
	folder_remove((char *)start.folder);
}

static void the_working_directory_matters_if_files_are_looked_for_in_it(void **state)
{
	char *first = folder_make(), *second = folder_make();
	struct start start = { .folder = folder_make(), .text = SEVEN, .directory = first };
	static struct report here;

	(void)state;
	here = *expect_compiled(&start);
	start.directory = second;
	assert_memory_equal(expect_hit(&start)->object, here.object, here.object_size);
	folder_remove((char *)start.folder);
	start.folder = folder_make();
	assert_int_equal(expect_compiled(&start)->object_size, here.object_size);
	assert_memory_equal(run_start(&start)->object, here.object, here.object_size);
	start.text = "#include \"number.h\"\nint f(void *ctx) { return N; }\n";
	write_header(first, "1");
	write_header(second, "2");
	assert_int_equal(expect_compiled(&start)->value, 2);
	start.directory = first;
	assert_int_equal(expect_compiled(&start)->value, 1);
	assert_int_equal(expect_hit(&start)->value, 1);
	folder_remove(first);
	folder_remove(second);
	folder_remove((char *)start.folder);
}

static void what_the_kernel_tells_a_compile_does_not_hinder(void **state)
{
	static const char *const texts[] = {
		"#include <linux/sched.h>\nint f(void *ctx) { struct task_struct *t = (void "
		"*)bpf_get_current_task();"
		" return t->tgid ? 7 : 8; }",
		"int f(void *ctx) {\n#ifdef CONFIG_SMP\nreturn 7;\n#endif\nreturn 7; }",
		"struct no_kernel_type_has_this_name *p;\nint f(void *ctx) { return sizeof(p) - 1; }",
		"int f(void *ctx) { return bpf_num_cpus() ? 7 : 8; }",
		"int f(void *ctx) { return sizeof(struct tracepoint__syscalls__sys_enter_execve) ? 7 : 8; }",
	};
	struct start start = { .folder = folder_make() };

	(void)state;
	require_root();
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		start.text = texts[i];
		assert_int_equal(expect_compiled(&start)->value, 7);
		assert_int_equal(expect_hit(&start)->value, 7);
	}
	folder_remove((char *)start.folder);
}

static void what_depends_on_the_time_is_compiled_every_time(void **state)
{
	static const char *const texts[] = {
		"static const char time[] = __TIME__;\nint f(void *ctx) { return sizeof time; }",
		"#define JOIN(a, b) a##b\nstatic const char day[] = JOIN(__DA, TE__);\n"
		"int f(void *ctx) { return sizeof day; }",
		"static const char stamp[] = __TIMESTAMP__;\nint f(void *ctx) { return sizeof stamp; }",
	};
	struct start start = { .folder = folder_make() };

	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		start.text = texts[i];
		expect_logged(expect_compiled(&start), "is not cached");
	}
	assert_int_equal(folder_count(start.folder, ""), 0);
	folder_remove((char *)start.folder);
}

static void warnings_are_given_again(void **state)
{
	struct start start = { .folder = folder_make(),
			       .text = "#warning look here\nint f(void *ctx) { return 7; }\n" };
	const char *warning = "0: <text>:1:2: warning: look here";

	(void)state;
	expect_logged(expect_compiled(&start), warning);
	expect_logged(expect_hit(&start), warning);
	folder_remove((char *)start.folder);
}

static void what_does_not_compile_is_not_kept(void **state)
{
	struct start start = { .folder = folder_make(), .text = "int f(void *ctx) { return x; }" };

	(void)state;
	for (int i = 0; i < 2; i++) {
		const struct report *report = run_start(&start);

		assert_int_equal(report->err, EINVAL);
		assert_non_null(strstr(report->error, "undeclared identifier 'x'"));
	}
	assert_int_equal(folder_count(start.folder, ""), 0);
	folder_remove((char *)start.folder);
}

static void debug_output_comes_from_the_compiler(void **state)
{
	struct start start = { .folder = folder_make(), .text = SEVEN };

	(void)state;
	expect_compiled(&start);
	start.debug = CBCC_DEBUG_SOURCE;
	expect_logged(expect_compiled(&start), "w0 = 7");
	expect_logged(expect_compiled(&start), "without the cache");
	folder_remove((char *)start.folder);
}

/* Each of these leaves a file that is not to be used, in the place of a good one. */
static void truncate_entry(const char *path)
{
	assert_int_equal(truncate(path, 100), 0);
}

static void empty_entry(const char *path)
{
	assert_int_equal(truncate(path, 0), 0);
}

static void corrupt_entry(const char *path)
{
	int fd = open(path, O_WRONLY);

	assert_true(fd >= 0);
	assert_int_equal(pwrite(fd, "?", 1, 200), 1);
	close(fd);
}

static void let_others_write(const char *path)
{
	assert_int_equal(chmod(path, 0666), 0);
}

static void give_away(const char *path)
{
	if (geteuid() == 0)
		assert_int_equal(chown(path, 65534, 65534), 0);
	else
		empty_entry(path);
}

static void a_bad_entry_is_replaced(void **state)
{
	static void (*const spoil[])(const char *path) = { truncate_entry, empty_entry, corrupt_entry,
							   let_others_write, give_away };
	struct start start = { .folder = folder_make(), .text = SEVEN };
	char *entry;

	(void)state;
	expect_compiled(&start);
	entry = folder_only(start.folder, ".cbcc");
	for (size_t i = 0; i < sizeof spoil / sizeof *spoil; i++) {
		spoil[i](entry);
		expect_logged(expect_compiled(&start), "is not used");
		assert_int_equal(expect_hit(&start)->value, 7);
	}
	free(entry);
	folder_remove((char *)start.folder);
}

static void a_directory_of_others_is_a_warning(void **state)
{
	struct start start = { .folder = folder_make(), .text = SEVEN };

	(void)state;
	assert_int_equal(chmod(start.folder, 0777), 0);
	for (int i = 0; i < 2; i++)
		expect_logged(expect_compiled(&start),
			      "is not used: it is another user's, or others may write to it");
	assert_int_equal(folder_count(start.folder, ""), 0);
	folder_remove((char *)start.folder);
}

static void a_directory_that_cannot_be_written_to_is_a_warning(void **state)
{
	static char text[sizeof SEVEN + 8192] = SEVEN; /* more than the page that the disk has */
	struct start start = { .folder = folder_make(), .text = text };

	(void)state;
	if (!mounts_can_be_own())
		skip_because("it needs mounts of its own: %s", strerror(errno));
	memset(text + strlen(text), '\n', 8192);
	start.mount = "mode=700,size=4k";
	expect_logged(expect_compiled(&start), "No space left on device");
	start.mount = "mode=700";
	start.mount_read_only = true;
	expect_logged(expect_compiled(&start), "Read-only file system");
	folder_remove((char *)start.folder);
}

static void many_at_once_leave_one_whole_entry(void **state)
{
	enum { MANY = 6 };
	struct start start = { .folder = folder_make(), .text = SEVEN };
	struct report *reports[MANY];

	(void)state;
	for (int i = 0; i < MANY; i++) {
		reports[i] = share_report();
		if (fork() == 0)
			compile_in_child(&start, reports[i]);
	}
	for (int i = 0; i < MANY; i++) {
		int status;

		assert_true(wait(&status) > 0);
		assert_int_equal(status, 0);
	}
	for (int i = 0; i < MANY; i++) {
		assert_int_equal(reports[i]->err, 0);
		assert_int_equal(reports[i]->value, 7);
		munmap(reports[i], sizeof *reports[i]);
	}
	assert_int_equal(folder_count(start.folder, ""), 1);
	expect_hit(&start);
	folder_remove((char *)start.folder);
}

static void the_environment_names_a_cache_too(void **state)
{
	struct start start = { .text = SEVEN };
	char *folder = folder_make();

	(void)state;
	assert_int_equal(setenv("CBCC_CACHE", folder, 1), 0);
	expect_compiled(&start);
	expect_hit(&start);
	start.folder = ""; /* says that there is none */
	expect_compiled(&start);
	assert_int_equal(unsetenv("CBCC_CACHE"), 0);
	start.folder = NULL;
	expect_compiled(&start);
	assert_string_equal(run_start(&start)->log, "");
	folder_remove(folder);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_second_start_needs_no_compiler),
		cmocka_unit_test(a_hit_gives_what_the_compile_gave),
		cmocka_unit_test(another_text_name_or_flag_is_another_entry),
		cmocka_unit_test(a_changed_file_that_is_included_is_noticed),
		cmocka_unit_test(the_working_directory_matters_if_files_are_looked_for_in_it),
		cmocka_unit_test(what_the_kernel_tells_a_compile_does_not_hinder),
		cmocka_unit_test(what_depends_on_the_time_is_compiled_every_time),
		cmocka_unit_test(warnings_are_given_again),
		cmocka_unit_test(what_does_not_compile_is_not_kept),
		cmocka_unit_test(debug_output_comes_from_the_compiler),
		cmocka_unit_test(a_bad_entry_is_replaced),
		cmocka_unit_test(a_directory_of_others_is_a_warning),
		cmocka_unit_test(a_directory_that_cannot_be_written_to_is_a_warning),
		cmocka_unit_test(many_at_once_leave_one_whole_entry),
		cmocka_unit_test(the_environment_names_a_cache_too),
	};

	return run_selected_tests(tests, argc, argv);
}
