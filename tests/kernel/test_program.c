/* SPDX-License-Identifier: Apache-2.0 */
/* Functions as programs in the kernel: include/cbcc/program.h. */
#include "mounts.h"
#include "run.h"
#include "trace.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static const char text[] =
	"struct key { u32 a; struct { u16 b; char c[3]; } d; };"
	"BPF_HASH(h, struct key, u64, 16);"
	"int f(void *ctx) { return 0; }"
	"int lookup(void *ctx) { struct key k = {}; u64 *v = h.lookup(&k); return v ? *v : 7; }"
	"int xdp(struct xdp_md *ctx) { return bpf_xdp_adjust_head(ctx, 0) ? XDP_DROP : XDP_PASS; }"
	"int connect4(struct bpf_sock_addr *ctx) { return 1; }"
	"int on_getpgid(struct bpf_raw_tracepoint_args *ctx) { return 0; }";

static struct cbcc *new_program(void)
{
	require_root();
	return compiled(text);
}

static void functions_are_listed(void **state)
{
	static const char *const names[] = { "connect4", "f", "lookup", "on_getpgid", "xdp" };
	struct cbcc *b = new_program();

	(void)state;
	assert_int_equal(cbcc_num_functions(b), 5);
	for (int i = 0; i < 5; i++)
		assert_string_equal(cbcc_function_name(b, i), names[i]);
	assert_null(cbcc_function_name(b, 5));
	assert_null(cbcc_function_name(b, -1));
	assert_int_equal(errno, EINVAL);
	cbcc_free(b);
	assert_int_equal(cbcc_num_functions(NULL), -EINVAL);
}

static uint32_t type_of(int fd)
{
	struct bpf_prog_info info = { 0 };
	uint32_t size = sizeof info;

	assert_int_equal(bpf_obj_get_info_by_fd(fd, &info, &size), 0);
	return info.type;
}

static void a_function_is_loaded_as_a_type(void **state)
{
	const struct cbcc_load_opts connect4 = { .sz = sizeof connect4,
						 .attach_type = BPF_CGROUP_INET4_CONNECT };
	struct cbcc *b = new_program();
	int fd = cbcc_load_func(b, "f", BPF_PROG_TYPE_SOCKET_FILTER, NULL);

	(void)state;
	assert_ok(fd);
	assert_int_equal(type_of(fd), BPF_PROG_TYPE_SOCKET_FILTER);
	assert_int_equal(cbcc_load_func(b, "f", BPF_PROG_TYPE_SOCKET_FILTER, NULL), fd);
	assert_int_equal(type_of(cbcc_load_func(b, "xdp", BPF_PROG_TYPE_XDP, NULL)), BPF_PROG_TYPE_XDP);
	assert_ok(cbcc_load_func(b, "connect4", BPF_PROG_TYPE_CGROUP_SOCK_ADDR, &connect4));
	assert_true(cbcc_load_func(b, "xdp", BPF_PROG_TYPE_KPROBE, NULL) < 0);
	assert_int_equal(cbcc_load_func(b, "nonesuch", BPF_PROG_TYPE_XDP, NULL), -ENOENT);
	assert_int_equal(cbcc_load_func(b, NULL, BPF_PROG_TYPE_XDP, NULL), -EINVAL);
	cbcc_free(b);
}

static void a_function_is_unloaded(void **state)
{
	struct cbcc_program_info info;
	struct cbcc *b = new_program();

	(void)state;
	assert_int_equal(cbcc_unload_func(b, "f"), -ENOENT);
	assert_ok(cbcc_load_func(b, "f", BPF_PROG_TYPE_SOCKET_FILTER, NULL));
	assert_ok(cbcc_get_program_info(b, "f", &info));
	assert_ok(cbcc_unload_func(b, "f"));
	assert_int_equal(cbcc_get_program_info(b, "f", &info), -ENOENT);
	assert_ok(cbcc_attach_raw_tracepoint(b, "sys_enter", "on_getpgid"));
	assert_int_equal(cbcc_unload_func(b, "on_getpgid"), -EBUSY);
	assert_error_has("attached to raw tracepoint sys_enter");
	assert_ok(cbcc_detach_raw_tracepoint(b, "sys_enter"));
	assert_ok(cbcc_unload_func(b, "on_getpgid"));
	cbcc_free(b);
}

static void the_maps_of_a_text_outlive_its_programs(void **state)
{
	struct cbcc *b = compiled("static int counter; int f(void *ctx) { return ++counter; }"
				  "int g(void *ctx) { return counter; }");

	(void)state;
	assert_int_equal(run_function(b, "f"), 1);
	assert_int_equal(run_function(b, "g"), 1);
	assert_ok(cbcc_unload_func(b, "f"));
	assert_int_equal(run_function(b, "f"), 2);
	assert_int_equal(run_function(b, "g"), 2);
	cbcc_free(b);
}

static void instructions_are_dumped(void **state)
{
	struct bpf_insn instructions[64] = { { 0 } };
	struct cbcc *b = new_program();
	ssize_t size = cbcc_dump_func(b, "f", instructions, sizeof instructions);

	(void)state;
	assert_int_equal(size, 2 * sizeof *instructions); /* r0 = 0; exit */
	assert_int_equal(instructions[1].code, BPF_JMP | BPF_EXIT);
	assert_int_equal(cbcc_dump_func(b, "f", NULL, 0), size);
	memset(instructions, 0, sizeof instructions);
	assert_int_equal(cbcc_dump_func(b, "f", instructions, 8), size);
	assert_int_equal(instructions[1].code, 0);
	/* A loaded one has its maps' descriptors. */
	assert_ok(cbcc_load_func(b, "lookup", BPF_PROG_TYPE_KPROBE, NULL));
	size = cbcc_dump_func(b, "lookup", instructions, sizeof instructions);
	assert_in_range(size, 64, sizeof instructions);
	bool found = false;

	for (size_t i = 0; i < (size_t)size / sizeof *instructions; i++)
		found |= instructions[i].src_reg == BPF_PSEUDO_MAP_FD &&
			 instructions[i].code == (BPF_LD | BPF_DW | BPF_IMM) && instructions[i].imm > 0;
	assert_true(found);
	assert_int_equal(cbcc_dump_func(b, "nonesuch", NULL, 0), -ENOENT);
	assert_int_equal(cbcc_dump_func(b, "f", NULL, 8), -EINVAL);
	cbcc_free(b);
}

/* Of function f, loaded if it is of a type. */
static char *disassembly(const char *source, int type)
{
	struct cbcc *b = compiled(source);
	char *result;
	size_t size;
	FILE *out = open_memstream(&result, &size);

	if (type)
		assert_ok(cbcc_load_func(b, "f", type, NULL));
	assert_ok(cbcc_disassemble_func(b, "f", out));
	fclose(out);
	cbcc_free(b);
	return result;
}

static void expect_lines(const char *source, int type, const char *const *lines)
{
	char *result = disassembly(source, type);

	for (; *lines; lines++)
		if (!strstr(result, *lines))
			fail_msg("there is no '%s' in\n%s", *lines, result);
	assert_null(strstr(result, "<unknown>"));
	free(result);
}

static void instructions_are_for_people(void **state)
{
	static const char *const none[] = { "   0: (b4) w0 = 0\n", "   1: (95) exit\n", NULL };
	static const char *const lookup[] = { "call bpf_map_lookup_elem#1\n",
					      "<map at fd #",
					      "(85) ",
					      "*(u32 *)(r10 -4) = ",
					      " = *(u64 *)(r",
					      " goto +",
					      NULL };
	static const char *const atomics[] = { "lock *(u32 *)(r", " += r", "0x1234567890abcdef ll", NULL };

	(void)state;
	require_root();
	char *result = disassembly("int f(void *ctx) { return 0; }", 0);

	if (!strstr(result, none[0]) && !strstr(result, "   0: (b7) r0 = 0\n"))
		fail_msg("%s", result);
	assert_non_null(strstr(result, none[1]));
	free(result);
	expect_lines("BPF_HASH(h, u32, u64); int f(void *ctx) { u32 k = 5; u64 *v = h.lookup(&k); return v ? "
		     "*v : 7; }",
		     BPF_PROG_TYPE_KPROBE, lookup);
	expect_lines("static u32 n; int f(void *ctx) {"
		     "	__sync_fetch_and_add(&n, 1); return bpf_ktime_get_ns() == 0x1234567890abcdef; }",
		     0, atomics);
}

/* All that LLVM has been seen to make, in one program: nothing is unknown. */
static void what_the_compiler_makes_is_known(void **state)
{
	static const char *const nothing[] = { NULL };

	(void)state;
	require_root();
	expect_lines("struct s { u8 a; u16 b; u32 c; u64 d; s8 e; s16 g; s32 h; };"
		     "BPF_HASH(h, u64, struct s); BPF_ARRAY(array, u64, 4);"
		     "int f(struct pt_regs *ctx) {"
		     "	u64 k = bpf_ktime_get_ns(), zero = 0; struct s n = {}, *s = h.lookup_or_try_init(&k, "
		     "&n);"
		     "	if (!s) return 0;"
		     "	s->a = s->b + s->c; s->d = s->d * 3 / (s->c | 1) % 77 - s->a; s->b = bpf_ntohs(s->b);"
		     "	s->c = bpf_ntohl(s->c) ^ ~s->a; s->d = bpf_ntohll(s->d) << (s->a & 7) >> 3;"
		     "	if ((s32)s->c < -5 || (s64)s->d > 1000 || (s->e > s->g && s->h <= s->e)) s->h = "
		     "-s->h;"
		     "	for (int i = 0; i < 40; i++) { zero += array.lookup((int[]){ i & 3 }) ? i : s->e; }"
		     "	array.increment(1, zero); __sync_fetch_and_or(&s->d, 3); "
		     "__sync_lock_test_and_set(&s->d, 4);"
		     "	return __sync_val_compare_and_swap(&s->d, 1, 2) + __sync_fetch_and_xor(&s->d, 9); }",
		     BPF_PROG_TYPE_KPROBE, nothing);
	expect_lines(
		"int f(struct __sk_buff *skb) { return load_byte(skb, 3) + load_half(skb, skb->len - 4); }",
		BPF_PROG_TYPE_SOCKET_FILTER, nothing);
}

static void the_layout_of_a_table_is_told(void **state)
{
	struct cbcc *b = new_program();
	char *result;
	size_t size;
	FILE *out = open_memstream(&result, &size);

	(void)state;
	assert_ok(cbcc_decode_table(cbcc_get_table(b, "h"), out, true));
	fclose(out);
	assert_non_null(strstr(result, "key: struct key {  // offset 0, size 12\n"));
	assert_non_null(strstr(result, "  u32 a;  // offset 0, size 4\n"));
	assert_non_null(strstr(result, "    u16 b;  // offset 4, size 2\n"));
	assert_non_null(strstr(result, "    char [3] c;  // offset 6, size 3\n"));
	assert_non_null(strstr(result, "leaf: u64;  // offset 0, size 8\n"));
	free(result);
	assert_int_equal(cbcc_decode_table(NULL, stdout, false), -EINVAL);
	assert_int_equal(cbcc_decode_table(cbcc_get_table(b, "h"), NULL, false), -EINVAL);
	cbcc_free(b);
}

static void the_kernel_tells_of_a_program(void **state)
{
	struct cbcc_program_info info;
	struct cbcc *b = new_program();

	(void)state;
	assert_ok(cbcc_load_func(b, "lookup", BPF_PROG_TYPE_RAW_TRACEPOINT, NULL));
	assert_ok(cbcc_get_program_info(b, "lookup", &info));
	assert_true(info.id > 0);
	assert_int_equal(info.type, BPF_PROG_TYPE_RAW_TRACEPOINT);
	assert_string_equal(info.name, "lookup");
	assert_int_equal(info.maps, 1);
	assert_true(info.instructions > 4 && info.load_time > 0);
	assert_int_equal(info.runs, 0);
	assert_ok(cbcc_count_run_time(b, true));
	assert_ok(cbcc_attach_raw_tracepoint(b, "sys_enter", "on_getpgid"));
	for (int i = 0; i < 100; i++)
		syscall(SYS_getpgid, 0);
	assert_ok(cbcc_get_program_info(b, "on_getpgid", &info));
	assert_true(info.runs >= 100 && info.run_time > 0);
	assert_ok(cbcc_count_run_time(b, false));
	assert_int_equal(cbcc_get_program_info(b, "f", &info), -ENOENT);
	assert_int_equal(cbcc_get_program_info(b, "lookup", NULL), -EINVAL);
	cbcc_free(b);
}

/* A BPF file system of the test's own. */
static void mount_bpffs(char *directory)
{
	require_root();
	if (!mounts_make_own())
		skip_because("there can be no mounts of the test's own");
	strcpy(directory, "/tmp");
	if (mount("tmpfs", directory, "tmpfs", 0, NULL) != 0)
		skip_because("nothing can be mounted on %s", directory);
	strcat(directory, "/bpf");
	assert_int_equal(mkdir(directory, 0700), 0);
	assert_int_equal(mount("bpf", directory, "bpf", 0, NULL), 0);
}

static void programs_tables_and_links_are_pinned(void **state)
{
	struct cbcc *b;
	char directory[32], path[64];
	int fd;

	(void)state;
	mount_bpffs(directory);
	b = compiled(text);
	snprintf(path, sizeof path, "%s/program", directory);
	assert_int_equal(cbcc_pin_func(b, "f", path), -ENOENT);
	assert_ok(cbcc_load_func(b, "f", BPF_PROG_TYPE_SOCKET_FILTER, NULL));
	assert_ok(cbcc_pin_func(b, "f", path));
	assert_int_equal(cbcc_pin_func(b, "f", path), -EEXIST);
	fd = bpf_obj_get(path);
	assert_int_equal(type_of(fd), BPF_PROG_TYPE_SOCKET_FILTER);
	close(fd);
	assert_ok(cbcc_unpin(path));
	assert_int_equal(cbcc_unpin(path), -ENOENT);

	snprintf(path, sizeof path, "%s/table", directory);
	assert_ok(cbcc_pin_table(cbcc_get_table(b, "h"), path));
	assert_ok(cbcc_unpin(path));

	snprintf(path, sizeof path, "%s/link", directory);
	assert_int_equal(cbcc_pin_link(b, "on_getpgid", path), -ENOENT);
	assert_ok(cbcc_attach_raw_tracepoint(b, "sys_enter", "on_getpgid"));
	assert_ok(cbcc_pin_link(b, "on_getpgid", path));
	cbcc_free(b);
	fd = bpf_obj_get(path); /* it goes on */
	assert_true(fd >= 0);
	close(fd);
	assert_ok(cbcc_unpin(path));
	b = compiled(text);
	assert_int_equal(cbcc_pin_func(b, "f", NULL), -ENOENT);
	assert_int_equal(cbcc_pin_table(NULL, path), -EINVAL);
	assert_int_equal(cbcc_unpin(NULL), -EINVAL);
	cbcc_free(b);
}

/* A text that begins with what the library makes, run in this process, which is in the map or not. */
static uint32_t run_filtered(const char *cgroup_map, const char *mntns_map)
{
	char source[2048];
	int length = cbcc_filter_by_containers(cgroup_map, mntns_map, source, sizeof source);

	assert_in_range(length, 1, sizeof source);
	strcat(source, "#ifndef MNT_NAMESPACE_DEFINED\nstruct mnt_namespace { int mine; };\n#endif\n"
		       "int f(void *ctx) { return container_should_be_filtered(); }");
	return run(source);
}

/* A map that has another name in the kernel than in the text is found by the text's. */
static void expect_table_at(const char *path)
{
	char source[256];
	struct cbcc *b;

	snprintf(source, sizeof source,
		 "BPF_TABLE_PINNED(\"hash\", u64, u32, in_the_text, 1024, \"%s\");"
		 "int f(void *ctx) { u64 k = 1; u32 *v = in_the_text.lookup(&k); return v ? *v : 0; }",
		 path);
	b = compiled(source);
	struct cbcc_table *t = cbcc_get_table(b, "in_the_text");

	assert_non_null(t);
	assert_ok(cbcc_table_update(t, &(uint64_t){ 1 }, &(uint32_t){ 23 }, 0));
	assert_int_equal(run_function(b, "f"), 23);
	cbcc_free(b);
}

/* A hash as the filters expect it: its descriptor. */
static int pinned_set(const char *path, uint32_t value_size)
{
	int map = bpf_map_create(BPF_MAP_TYPE_HASH, "set", sizeof(uint64_t), value_size, 1024, NULL);

	assert_true(map >= 0);
	assert_int_equal(bpf_obj_pin(map, path), 0);
	return map;
}

/* The id of the cgroup that this process is in, as programs see it. */
static uint64_t own_cgroup(void)
{
	struct cbcc *b = compiled("BPF_ARRAY(id, u64, 1);\n"
				  "int f(void *ctx) { int i = 0; u64 c = bpf_get_current_cgroup_id();"
				  " id.update(&i, &c); return 0; }");
	uint64_t id;

	run_function(b, "f");
	assert_ok(cbcc_table_lookup(cbcc_get_table(b, "id"), &(uint32_t){ 0 }, &id));
	cbcc_free(b);
	return id;
}

static void programs_leave_out_other_containers(void **state)
{
	char directory[32], mntns_path[64], cgroup_path[64];
	int mntns_map, cgroup_map;
	uint64_t mntns, cgroup;
	struct stat st;

	(void)state;
	mount_bpffs(directory);
	assert_int_equal(run_filtered(NULL, NULL), 0);
	snprintf(mntns_path, sizeof mntns_path, "%s/mntns", directory);
	snprintf(cgroup_path, sizeof cgroup_path, "%s/cgroups", directory);
	mntns_map = pinned_set(mntns_path, sizeof(uint32_t));
	cgroup_map = pinned_set(cgroup_path, sizeof(uint64_t));
	assert_int_equal(stat("/proc/self/ns/mnt", &st), 0);
	mntns = st.st_ino;
	cgroup = own_cgroup();

	assert_int_equal(run_filtered(NULL, mntns_path), 1);
	assert_int_equal(run_filtered(cgroup_path, NULL), 1);
	assert_int_equal(run_filtered(cgroup_path, mntns_path), 1);
	assert_int_equal(bpf_map_update_elem(mntns_map, &mntns, &(uint32_t){ 1 }, BPF_ANY), 0);
	assert_int_equal(run_filtered(NULL, mntns_path), 0);
	assert_int_equal(run_filtered(cgroup_path, mntns_path), 1);
	assert_int_equal(bpf_map_update_elem(cgroup_map, &cgroup, &(uint64_t){ 1 }, BPF_ANY), 0);
	assert_int_equal(run_filtered(cgroup_path, NULL), 0);
	assert_int_equal(run_filtered(cgroup_path, mntns_path), 0);
	assert_int_equal(bpf_map_delete_elem(mntns_map, &mntns), 0);
	assert_int_equal(run_filtered(cgroup_path, mntns_path), 1);
	close(cgroup_map);
	close(mntns_map);
	expect_table_at(mntns_path);

	assert_int_equal(cbcc_filter_by_containers("a\"", NULL, NULL, 0), -EINVAL);
	assert_int_equal(cbcc_filter_by_containers(NULL, NULL, NULL, 1), -EINVAL);
	assert_true(cbcc_filter_by_containers("/sys/fs/bpf/c", NULL, NULL, 0) > 100);
}

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(functions_are_listed),
		cmocka_unit_test(a_function_is_loaded_as_a_type),
		cmocka_unit_test(a_function_is_unloaded),
		cmocka_unit_test(the_maps_of_a_text_outlive_its_programs),
		cmocka_unit_test(instructions_are_dumped),
		cmocka_unit_test(instructions_are_for_people),
		cmocka_unit_test(what_the_compiler_makes_is_known),
		cmocka_unit_test(the_layout_of_a_table_is_told),
		cmocka_unit_test(the_kernel_tells_of_a_program),
		cmocka_unit_test(programs_tables_and_links_are_pinned),
		cmocka_unit_test(programs_leave_out_other_containers),
	};

	return run_selected_tests(tests, argc, argv);
}
