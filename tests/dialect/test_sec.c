/* SPDX-License-Identifier: Apache-2.0 */
/* libbpf's dialect: programs in SEC("..."), maps in SEC(".maps"), and what stands around them in such texts. */
#include "run.h"
#include "mounts.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "handle.h"
#include "loader/program.h"

/* What such texts begin with. */
#define BEGIN                                                                                                \
	"#include \"vmlinux.h\"\n"                                                                           \
	"#include <bpf/bpf_helpers.h>\n"                                                                     \
	"#include <bpf/bpf_tracing.h>\n"                                                                     \
	"#include <bpf/bpf_core_read.h>\n"                                                                   \
	"#include <bpf/bpf_endian.h>\n"
#define LICENSE "char LICENSE[] SEC(\"license\") = \"Dual BSD/GPL\";\n"
#define RAW(name) "SEC(\"raw_tp\") int " name "(struct bpf_raw_tracepoint_args *ctx)"

static struct cbcc *new_ok(const char *text)
{
	struct cbcc *b = cbcc_new(text, NULL);

	if (!b)
		fail_msg("%s", cbcc_last_error());
	return b;
}

static void maps_are_declared_in_libbpfs_form(void **state)
{
	(void)state;
	assert_int_equal(run(BEGIN "struct {"
				   "	__uint(type, BPF_MAP_TYPE_HASH);"
				   "	__uint(max_entries, 8);"
				   "	__type(key, u32);"
				   "	__type(value, u64);"
				   "} counts SEC(\".maps\");" LICENSE RAW(
					   "f") "{"
						"	u32 key = 3; u64 one = 41, *value;"
						"	bpf_map_update_elem(&counts, &key, &one, BPF_ANY);"
						"	value = bpf_map_lookup_elem(&counts, &key);"
						"	if (!value) return 0;"
						"	__sync_fetch_and_add(value, 1);"
						"	return *value; }"),
			 42);
}

static void all_functions_of_a_text_share_its_maps_and_variables(void **state)
{
	struct cbcc *b = new_ok(
		BEGIN LICENSE
		"struct { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 1);"
		"	__type(key, u32); __type(value, u32); } cell SEC(\".maps\");"
		"int zeroed; int preset = 30; const volatile int limit = 7; static int hidden;" RAW(
			"put") "{ u32 k = 0, v = 5; bpf_map_update_elem(&cell, &k, &v, 0);"
			       "	zeroed = 100; preset++; hidden = 200; return limit; }" RAW(
				       "get") "{ u32 k = 0, *v = bpf_map_lookup_elem(&cell, &k);"
					      "	return v ? zeroed + preset + hidden + *v + limit : 0; }");

	(void)state;
	assert_int_equal(run_function(b, "get"), 30 + 7);
	assert_int_equal(run_function(b, "put"), 7);
	assert_int_equal(run_function(b, "get"), 100 + 31 + 200 + 5 + 7);
	cbcc_free(b);
}

static void variables_without_maps_are_shared_too(void **state)
{
	struct cbcc *b =
		new_ok(LICENSE "int calls;" RAW("f") "{ return ++calls; }" RAW("g") "{ return ++calls; }");

	(void)state;
	assert_int_equal(run_function(b, "f"), 1);
	assert_int_equal(run_function(b, "g"), 2);
	assert_int_equal(run_function(b, "f"), 3);
	cbcc_free(b);
}

static void maps_in_maps_are_filled_before_any_program_runs(void **state)
{
	(void)state;
	assert_int_equal(
		run(BEGIN LICENSE
		    "struct inner { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 1);"
		    "	__type(key, u32); __type(value, u32); } first SEC(\".maps\"), second SEC(\".maps\");"
		    "struct { __uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS); __uint(max_entries, 2);"
		    "	__type(key, u32); __array(values, struct inner); } outer SEC(\".maps\") = {"
		    "	.values = { [0] = &first, [1] = &second } };" RAW(
			    "f") "{"
				 "	u32 zero = 0, one = 1, v = 9; void *m;"
				 "	bpf_map_update_elem(&second, &zero, &v, 0);"
				 "	m = bpf_map_lookup_elem(&outer, &one);"
				 "	if (!m) return 1;"
				 "	u32 *p = bpf_map_lookup_elem(m, &zero);"
				 "	return p ? *p : 2; }"),
		9);
}

static void program_arrays_are_filled_before_any_program_runs(void **state)
{
	(void)state;
	assert_int_equal(
		run(BEGIN LICENSE RAW(
			"last") "{ return 17; }"
				"struct { __uint(type, BPF_MAP_TYPE_PROG_ARRAY); __uint(max_entries, 4);"
				"	__uint(key_size, sizeof(u32)); __array(values, int(void *));"
				"} jumps SEC(\".maps\") = { .values = { [2] = (void *)&last } };" RAW(
					"f") "{ bpf_tail_call(ctx, &jumps, 2); return 1; }"),
		17);
}

/* The file is looked for beside the text and in -I directories before the library's is taken. */
/* Compiles a text with a header of that name in a directory that -I names. */
static struct cbcc *compiled_with(const char *name, const char *header, const char *text)
{
	const char *base = getenv("TMPDIR");
	char directory[200], path[256], flag[256];
	const char *const cflags[] = { flag };
	struct cbcc_opts opts = { .sz = sizeof opts, .cflags = cflags, .ncflags = 1 };
	struct cbcc *b;
	FILE *out;

	snprintf(directory, sizeof directory, "%s/cbcc-test-XXXXXX", base ? base : "/tmp");
	assert_non_null(mkdtemp(directory));
	snprintf(path, sizeof path, "%s/%s", directory, name);
	snprintf(flag, sizeof flag, "-I%s", directory);
	out = fopen(path, "w");
	assert_non_null(out);
	fputs(header, out);
	fclose(out);
	b = cbcc_new(text, &opts);
	unlink(path);
	rmdir(directory);
	if (!b)
		fail_msg("%s", cbcc_last_error());
	return b;
}

static void a_texts_own_vmlinux_h_wins(void **state)
{
	struct cbcc *b = compiled_with(
		"vmlinux.h",
		"enum { BPF_F_INDEX_MASK = 0xffffffffULL, BPF_F_CURRENT_CPU = 0xffffffffULL };"
		"enum { BPF_F_NO_PREALLOC = 1 }; enum { false = 0, true = 1 };\n"
		"#pragma clang attribute push (__attribute__((preserve_access_index)), apply_to = record)\n"
		"struct task_struct { int tgid; };\n"
		"#pragma clang attribute pop\n"
		"#define MINE 1000\n",
		"#include \"vmlinux.h\"\n#include <bpf/bpf_helpers.h>\n" LICENSE RAW(
			"f") "{"
			     "	struct task_struct *t = (void *)bpf_get_current_task();"
			     "	return t->tgid == bpf_get_current_pid_tgid() >> 32 ? MINE + true : 0; }");

	(void)state;
	assert_int_equal(run_function(b, "f"), 1001);
	cbcc_free(b);
}

/* As bpf_tracing.h of libbpf 1.5 does it, which a program may have a copy of. */
static void a_header_that_defines_a_name_of_the_dialect_has_its_own(void **state)
{
	struct cbcc *b =
		compiled_with("own.h",
			      "#ifndef PT_REGS_PARM1_SYSCALL\n"
			      "#define PT_REGS_PARM1_SYSCALL(x) 40\n"
			      "#define PT_REGS_PARM1_CORE_SYSCALL(x) 2\n"
			      "#endif\n",
			      "#include \"own.h\"\n"
			      "int f(void *ctx) { struct pt_regs r = {}; PT_REGS_PARM2_SYSCALL(&r) = 5;\n"
			      "	return PT_REGS_PARM1_SYSCALL(&r) + PT_REGS_PARM1_CORE_SYSCALL(&r) +\n"
			      "	       PT_REGS_PARM2(&r); }");

	(void)state;
	assert_int_equal(run_function(b, "f"), 47);
	cbcc_free(b);
}

static void noinline_functions_are_called(void **state)
{
	(void)state;
	assert_int_equal(run(BEGIN LICENSE
			     "static __noinline int twice(int x) { return 2 * x; }"
			     "__noinline int plus_one(int x) { return x + 1; }"
			     "int inlined(int x) { return x * 3; }" RAW(
				     "f") "{"
					  "	return inlined(plus_one(twice(bpf_get_smp_processor_id() * 0 "
					  "+ 4))); }"),
			 27);
}

static void subprograms_read_what_their_callers_pass(void **state)
{
	(void)state;
	assert_int_equal(
		run(BEGIN LICENSE
		    "static __noinline int tgid_of(struct task_struct *t) { return t->group_leader->tgid; }"
		    "static __noinline int sum(int *values) { return values[0] + values[1]; }" RAW(
			    "f") "{"
				 "	int values[2] = { tgid_of((void *)bpf_get_current_task()), 1 };"
				 "	return sum(values); }"),
		getpid() + 1);
}

static void functions_that_are_called_are_no_programs(void **state)
{
	struct cbcc *b = new_ok(BEGIN LICENSE "__noinline int sub(int x) { return x; }" RAW(
		"f") "{ return sub(3); }"
		     "int by_hand(void *ctx) { return 8; }");

	(void)state;
	assert_int_equal(b->unit.nfunctions, 2);
	assert_int_equal(run_function(b, "f"), 3);
	assert_int_equal(run_function(b, "by_hand"), 8);
	cbcc_free(b);
}

/* A kernel that interprets programs has no callbacks, no calls of its functions, and no trampolines. */
static void require_jit(void)
{
	if (access("/proc/sys/net/core/bpf_jit_enable", F_OK) != 0)
		skip_other_kernel("this kernel interprets programs");
}

static void callbacks_are_called(void **state)
{
	require_jit();
	(void)state;
	assert_int_equal(run(BEGIN LICENSE
			     "struct { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 3);"
			     "	__type(key, u32); __type(value, u32); } cells SEC(\".maps\");"
			     "static int add(u32 i, void *sum) { *(int *)sum += i; return 0; }"
			     "static long visit(struct bpf_map *map, u32 *key, u32 *value, void *sum) {"
			     "	*(int *)sum += 100 + *key; return 0; }" RAW(
				     "f") "{"
					  "	int sum = 0;"
					  "	bpf_loop(5, add, &sum, 0);"
					  "	bpf_for_each_map_elem(&cells, visit, &sum, 0);"
					  "	return sum; }"),
			 10 + 303);
}

static void core_reads_follow_the_kernels_pointers(void **state)
{
	(void)state;
	assert_int_equal(
		run(BEGIN LICENSE RAW("f") "{"
					   "	struct task_struct *t = (void *)bpf_get_current_task();"
					   "	int tgid = 0; char comm[16] = {};"
					   "	bpf_core_read(&tgid, sizeof(tgid), &t->tgid);"
					   "	BPF_CORE_READ_STR_INTO(&comm, t, comm);"
					   "	return BPF_CORE_READ(t, group_leader, tgid) == tgid && "
					   "comm[0] ? tgid : 0; }"),
		getpid());
}

static void a_texts_own_types_are_relocated(void **state)
{
	(void)state;
	assert_int_equal(run("#include <bpf/bpf_helpers.h>\n#include <bpf/bpf_core_read.h>\n" LICENSE
			     "struct task_struct { int tgid; struct task_struct *group_leader; }"
			     "	__attribute__((preserve_access_index));" RAW(
				     "f") "{"
					  "	struct task_struct *t = (void *)bpf_get_current_task();"
					  "	return BPF_CORE_READ(t, group_leader, tgid); }"),
			 getpid());
	assert_int_equal(run("#include <bpf/bpf_helpers.h>\n" LICENSE
			     "struct task_struct { int tgid; struct task_struct *group_leader; }"
			     "	__attribute__((preserve_access_index));" RAW(
				     "f") "{"
					  "	struct task_struct *t = (void *)bpf_get_current_task();"
					  "	return t->group_leader->tgid; }"),
			 getpid());
}

static void a_program_can_ask_what_the_kernel_has(void **state)
{
	(void)state;
	assert_int_equal(
		run(BEGIN LICENSE
		    "struct task_struct___no { int no_such_member; } __attribute__((preserve_access_index));"
		    "enum bpf_map_type___no { NO_SUCH_MAP___no = 1 };" RAW(
			    "f") "{"
				 "	struct task_struct *t = (void *)bpf_get_current_task();"
				 "	struct task_struct___no *no = (void *)t;"
				 "	return bpf_core_field_exists(t->tgid) | "
				 "bpf_core_field_exists(no->no_such_member) << 1 |"
				 "		bpf_core_type_exists(struct task_struct) << 2 |"
				 "		bpf_core_enum_value_exists(enum bpf_map_type, "
				 "BPF_MAP_TYPE_HASH) << 3 |"
				 "		bpf_core_field_size(t->tgid) << 4; }"),
		1 | 4 | 8 | 4 << 4);
}

static void pointers_of_a_probe_are_read_as_in_bccs_dialect(void **state)
{
	(void)state;
	assert_int_equal(
		run(BEGIN LICENSE RAW("f") "{"
					   "	struct task_struct *t = (void *)bpf_get_current_task();"
					   "	return t->group_leader->tgid; }"),
		getpid());
}

static void arguments_are_parameters(void **state)
{
	const uint64_t args[RUN_ARGS_MAX] = { 40, 2 };

	(void)state;
	assert_int_equal(run_with_args(BEGIN LICENSE
				       "SEC(\"raw_tp\") int BPF_PROG(f, int a, long b) { return a + b; }",
				       "f", args),
			 42);
}

/* (They run in kernel/test_sec.c, where there are kprobes.) */
static void system_calls_arguments_are_parameters(void **state)
{
	(void)state;
	cbcc_free(compiled(BEGIN LICENSE
			   "SEC(\"ksyscall\") int BPF_KSYSCALL(f, int a, char *b, u16 c, long d, int e) { "
			   "return a + *b + e; }"
			   "SEC(\"?ksyscall/kill\") int BPF_KPROBE_SYSCALL(g, int pid) {"
			   "	return pid + PT_REGS_PARM1_SYSCALL(ctx) + PT_REGS_PARM4_CORE_SYSCALL(ctx); }"
			   "SEC(\"kretsyscall\") int BPF_KRETPROBE(h, int result) { return result; }"
			   "SEC(\"uprobe\") int BPF_UPROBE(i, char *a, int b) { return a[b]; }"
			   "SEC(\"uretprobe\") int BPF_URETPROBE(j, char *result) { return *result; }"));
}

static void the_configuration_and_symbols_are_externs(void **state)
{
	(void)state;
	/* (libbpf before 1.2 takes the release for the version, which Debian 12 keeps over its updates.) */
	assert_int_equal(run(BEGIN LICENSE "extern int LINUX_KERNEL_VERSION __kconfig;"
					   "extern int CONFIG_NO_SUCH_OPTION __kconfig __weak;" RAW(
						   "f") "{"
							"	return LINUX_KERNEL_VERSION >> 8 == LINUX_VERSION_CODE "
							">> 8 && !CONFIG_NO_SUCH_OPTION; }"),
			 1);
	assert_int_equal(run(BEGIN LICENSE
			     "extern const void init_task __ksym;"
			     "extern const void no_such_symbol __ksym __weak;" RAW(
				     "f") "{"
					  "	return &init_task != 0 && &no_such_symbol == 0; }"),
			 1);
}

static void byte_orders_and_constants_are_known(void **state)
{
	(void)state;
	assert_int_equal(
		run(BEGIN LICENSE RAW(
			"f") "{ return bpf_ntohs(bpf_htons(0x1234)) == 0x1234 && TASK_COMM_LEN == 16; }"),
		1);
}

static void the_license_is_the_texts(void **state)
{
	(void)state;
	assert_int_equal(
		run(BEGIN "char LICENSE[] SEC(\"license\") = \"Proprietary\";" RAW("f") "{ return 5; }"), 5);
	struct cbcc *b = new_ok(BEGIN "char LICENSE[] SEC(\"license\") = \"Proprietary\";" RAW(
		"f") "{ return bpf_ktime_get_ns() + bpf_get_current_task(); }");
	struct program *program;

	assert_true(program_get(b, handle_function(b, "f"), BPF_PROG_TYPE_RAW_TRACEPOINT, &program) < 0);
	assert_error_has("GPL");
	cbcc_free(b);
}

static void both_dialects_mix(void **state)
{
	struct cbcc *b = new_ok("#include <bpf/bpf_helpers.h>\n"
				"BPF_HASH(bccs, u32, u64);"
				"struct { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 1);"
				"	__type(key, u32); __type(value, u32); } libbpfs SEC(\".maps\");" RAW(
					"put") "{"
					       "	u32 k = 0, v = 2; bpf_map_update_elem(&libbpfs, &k, "
					       "&v, 0); bccs.increment(k, 4); return 0; }"
					       "int get(void *ctx) { u32 k = 0, *v = "
					       "bpf_map_lookup_elem(&libbpfs, &k); u64 *c = bccs.lookup(&k);"
					       "	return v && c ? *v + *c : 0; }");

	(void)state;
	assert_int_equal(run_function(b, "put"), 0);
	assert_int_equal(run_function(b, "get"), 6);
	cbcc_free(b);
}

/* BCC's dialect has none of these; here they are what they are in C. */
static void bccs_dialect_has_variables_strings_and_callbacks(void **state)
{
	require_jit();
	struct cbcc *b =
		cbcc_new("int count = 40; static int hidden;"
			 "int add(void *ctx) { count++; hidden += 100; return 0; }"
			 "int get(void *ctx) { return count + hidden; }"
			 "int string(void *ctx) { const char *s = \"xyz\"; return "
			 "s[bpf_get_smp_processor_id() * 0 + 1]; }"
			 "static int sum(u32 i, void *total) { *(int *)total += i; return 0; }"
			 "int loop(void *ctx) { int total = 0; bpf_loop(4, sum, &total, 0); return total; }",
			 NULL);

	(void)state;
	if (!b)
		fail_msg("%s", cbcc_last_error());
	assert_int_equal(run_function(b, "add"), 0);
	assert_int_equal(run_function(b, "get"), 141);
	assert_int_equal(run_function(b, "string"), 'y');
	assert_int_equal(run_function(b, "loop"), 6);
	cbcc_free(b);
}

static void bccs_iterators_and_result_changers_are_loaded_for_their_targets(void **state)
{
	require_jit();
	struct cbcc *b =
		new_ok("BPF_ITER(task) {"
		       "	struct task_struct *t = ctx->task;"
		       "	return t ? t->real_parent->tgid == -1 : 0; }"
		       "KMOD_RET(security_task_getpgid, struct task_struct *p, int ret) { return ret; }");
	const struct program_target iterator = { BPF_TRACE_ITER, "task" };
	const struct program_target changer = { BPF_MODIFY_RETURN, "security_task_getpgid" };
	struct program *program;

	(void)state;
	assert_ok(program_get_for(b, handle_function(b, "bpf_iter__task"), BPF_PROG_TYPE_TRACING, &iterator,
				  &program));
	int err = program_get_for(b, handle_function(b, "kmod_ret__security_task_getpgid"),
				  BPF_PROG_TYPE_TRACING, &changer, &program);
	int why = err == -EPERM || err == -ESRCH || err == -EOPNOTSUPP || err == -524;

	cbcc_free(b);
	if (why)
		skip_other_kernel("%s", cbcc_last_error());
	assert_ok(err);
}

static void other_sections_mean_nothing(void **state)
{
	(void)state;
	assert_int_equal(run("SEC(\"whatever\") int f(void *ctx) { return 6; }"), 6);
}

static void a_static_program_is_an_error(void **state)
{
	(void)state;
	assert_null(cbcc_new("SEC(\"raw_tp\")\nstatic int f(void *ctx) { return 6; }", NULL));
	assert_error_has("<text>:2:12: error: a program cannot be static");
}

static void pointers_in_static_data_are_an_error_where_a_program_reads_them(void **state)
{
	(void)state;
	assert_null(cbcc_new("\n"
			     "static const char *names[] = { \"a\", \"b\" };\n" RAW(
				     "f") "{ return names[ctx->args[0] & 1][0]; }",
			     NULL));
	assert_int_equal(errno, EINVAL);
	assert_error_has("<text>:2:");
	assert_error_has("the initial value of 'names' has pointers");
	assert_null(cbcc_new("int value = 3; int *where = &value;" RAW("f") "{ return *where; }", NULL));
	assert_error_has("the initial value of 'where' has pointers");
	assert_int_equal(run("const char *const name = \"abc\"; static const char *unread = \"d\";" RAW(
				 "f") "{ return name[1]; }"),
			 'b');
	assert_int_equal(run("static const char names[2][8] = { \"a\", \"b\" };" RAW(
				 "f") "{ return names[(ctx->args[0] & 1) ^ 1][0]; }"),
			 'b');
}

static void keep_message(void *ctx, enum cbcc_log_level level, const char *message)
{
	if (level == CBCC_LOG_WARN)
		snprintf(ctx, 256, "%s", message);
}

static void what_only_libbpf_can_attach_is_said_to_be_left(void **state)
{
	static const char *const sections[] = { "struct_ops/init", "struct_ops", "freplace/other",
						"freplace" };
	char message[256], text[256];
	const struct cbcc_opts opts = { .sz = sizeof opts, .log = keep_message, .log_ctx = message };

	(void)state;
	for (size_t i = 0; i < sizeof sections / sizeof *sections; i++) {
		*message = '\0';
		snprintf(text, sizeof text, "SEC(\"%s\") int f(void *ctx) { return 0; }", sections[i]);
		struct cbcc *b = cbcc_new(text, &opts);

		assert_non_null(b);
		assert_non_null(strstr(message, "'f' is compiled, and neither loaded nor attached"));
		assert_non_null(strstr(message, sections[i]));
		cbcc_free(b);
	}
}

/* Where there is no BPF file system, the test mounts one of its own. */
static void a_map_is_pinned_by_its_name(void **state)
{
	static const char text[] = BEGIN LICENSE
		"struct { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 1); __type(key, u32);"
		"	__type(value, u32); __uint(pinning, LIBBPF_PIN_BY_NAME); } cbcc_pinned_test "
		"SEC(\".maps\");" RAW("f") "{ u32 k = 0, *v = bpf_map_lookup_elem(&cbcc_pinned_test, &k); "
					   "return v ? ++*v : 0; }";
	const char *path = "/sys/fs/bpf/cbcc_pinned_test";

	(void)state;
	if (!mounts_make_own() || mount("bpf", "/sys/fs/bpf", "bpf", 0, NULL) != 0)
		skip_because("no BPF file system can be mounted: %s", strerror(errno));
	assert_int_equal(run(text), 1);
	assert_int_equal(access(path, F_OK), 0);
	assert_int_equal(run(text), 2);
	unlink(path);
	umount("/sys/fs/bpf");
}

static void a_timer_is_started(void **state)
{
	require_jit();
	struct cbcc *b = new_ok(
		BEGIN LICENSE
		"struct cell { struct bpf_timer timer; };"
		"struct { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 1); __type(key, u32);"
		"	__type(value, struct cell); } cells SEC(\".maps\");"
		"int fired;"
		"static int fire(void *map, int *key, struct cell *cell) { fired++; return 0; }"
		"SEC(\"tc\") int start(struct __sk_buff *skb) {"
		"	u32 key = 0; struct cell *cell = bpf_map_lookup_elem(&cells, &key);"
		"	if (!cell) return 1;"
		"	if (bpf_timer_init(&cell->timer, &cells, 1)) return 2;"
		"	bpf_timer_set_callback(&cell->timer, fire);"
		"	return bpf_timer_start(&cell->timer, 0, 0) ? 3 : 0; }" RAW("f") "{ return fired; }");
	unsigned char packet[64] = { 0 };
	struct network_run start = { .type = BPF_PROG_TYPE_SCHED_CLS,
				     .packet = packet,
				     .packet_size = sizeof packet };

	(void)state;
	assert_int_equal(run_on_network(b, "start", &start), 0);
	for (int i = 0; i < 2000 && !run_function(b, "f"); i++)
		usleep(10000);
	assert_int_equal(run_function(b, "f"), 1);
	cbcc_free(b);
}

/* One that kernels before 6.4 have for their own tests, or one that newer kernels have for all. */
static void a_kernel_function_is_called(void **state)
{
	require_jit();
	static const char text[] =
		BEGIN LICENSE "#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 2, 0)\n"
			      "extern void *bpf_cast_to_kern_ctx(void *) __ksym;"
			      "SEC(\"tc\") int f(struct __sk_buff *skb) {"
			      "	struct sk_buff *real = bpf_cast_to_kern_ctx(skb); return real->len == "
			      "skb->len ? 3 : 4; }\n"
			      "#else\n"
			      "extern void bpf_kfunc_call_test_mem_len_pass1(void *mem, int mem__sz) __ksym;"
			      "SEC(\"tc\") int f(struct __sk_buff *skb) {"
			      "	u64 memory = 0; bpf_kfunc_call_test_mem_len_pass1(&memory, 8); return 3; }\n"
			      "#endif\n";
	unsigned char packet[64] = { 0 };

	(void)state;
	assert_int_equal(run_on_packet(text, packet, sizeof packet), 3);
}

static void usdt_bpf_h_is_there(void **state)
{
	struct cbcc *b = new_ok(BEGIN "#include <bpf/usdt.bpf.h>\n" LICENSE
				      "SEC(\"usdt\") int BPF_USDT(on_probe, int x, void *y) { return x; }");

	(void)state;
	assert_non_null(handle_function(b, "on_probe"));
	cbcc_free(b);
}

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(maps_are_declared_in_libbpfs_form),
		cmocka_unit_test(all_functions_of_a_text_share_its_maps_and_variables),
		cmocka_unit_test(variables_without_maps_are_shared_too),
		cmocka_unit_test(maps_in_maps_are_filled_before_any_program_runs),
		cmocka_unit_test(program_arrays_are_filled_before_any_program_runs),
		cmocka_unit_test(a_texts_own_vmlinux_h_wins),
		cmocka_unit_test(a_header_that_defines_a_name_of_the_dialect_has_its_own),
		cmocka_unit_test(noinline_functions_are_called),
		cmocka_unit_test(subprograms_read_what_their_callers_pass),
		cmocka_unit_test(functions_that_are_called_are_no_programs),
		cmocka_unit_test(callbacks_are_called),
		cmocka_unit_test(core_reads_follow_the_kernels_pointers),
		cmocka_unit_test(a_texts_own_types_are_relocated),
		cmocka_unit_test(a_program_can_ask_what_the_kernel_has),
		cmocka_unit_test(pointers_of_a_probe_are_read_as_in_bccs_dialect),
		cmocka_unit_test(arguments_are_parameters),
		cmocka_unit_test(system_calls_arguments_are_parameters),
		cmocka_unit_test(the_configuration_and_symbols_are_externs),
		cmocka_unit_test(byte_orders_and_constants_are_known),
		cmocka_unit_test(the_license_is_the_texts),
		cmocka_unit_test(both_dialects_mix),
		cmocka_unit_test(bccs_dialect_has_variables_strings_and_callbacks),
		cmocka_unit_test(bccs_iterators_and_result_changers_are_loaded_for_their_targets),
		cmocka_unit_test(other_sections_mean_nothing),
		cmocka_unit_test(a_static_program_is_an_error),
		cmocka_unit_test(pointers_in_static_data_are_an_error_where_a_program_reads_them),
		cmocka_unit_test(what_only_libbpf_can_attach_is_said_to_be_left),
		cmocka_unit_test(a_map_is_pinned_by_its_name),
		cmocka_unit_test(a_timer_is_started),
		cmocka_unit_test(a_kernel_function_is_called),
		cmocka_unit_test(usdt_bpf_h_is_there),
	};

	return run_selected_tests(tests, argc, argv);
}
