/* SPDX-License-Identifier: Apache-2.0 */
/* The kernel's types by the names that its headers have for them, and the program's own names against them. */
#include "run.h"

#include <stdio.h>

/* A text compiles without a warning, and f() gives 1. */
static void expect_one(const char *text)
{
	assert_int_equal(run(text), 1);
}

/* The text, with a function behind it that reads nothing: for what _Static_assert can say. */
static void expect_compiles(const char *text)
{
	char whole[4096];

	snprintf(whole, sizeof whole, "%s\nint f(void *ctx) { return 1; }", text);
	expect_one(whole);
}

static void members_have_the_names_of_the_headers(void **state)
{
	static const struct {
		const char *record, *alias, *path;
	} members[] = {
		{ "sock", "sk_family", "__sk_common.skc_family" },
		{ "sock", "sk_state", "__sk_common.skc_state" },
		{ "sock", "sk_num", "__sk_common.skc_num" },
		{ "sock", "sk_dport", "__sk_common.skc_dport" },
		{ "sock", "sk_daddr", "__sk_common.skc_daddr" },
		{ "sock", "sk_v6_daddr", "__sk_common.skc_v6_daddr" },
		{ "inet_sock", "inet_daddr", "sk.__sk_common.skc_daddr" },
		{ "inet_sock", "inet_dport", "sk.__sk_common.skc_dport" },
		{ "inet_sock", "inet_rcv_saddr", "sk.__sk_common.skc_rcv_saddr" },
		{ "sock", "sk_rmem_alloc", "sk_backlog.rmem_alloc" },
		{ "icmp6hdr", "icmp6_identifier", "icmp6_dataun.u_echo.identifier" },
		{ "icmp6hdr", "icmp6_sequence", "icmp6_dataun.u_echo.sequence" },
		{ "icmp6hdr", "icmp6_mtu", "icmp6_dataun.un_data32[0]" },
		{ "dentry", "d_lock", "d_lockref.lock" },
		{ "flowi4", "flowi4_oif", "__fl_common.flowic_oif" },
		{ "flowi4", "fl4_dport", "uli.ports.dport" },
		{ "flowi6", "fl6_sport", "uli.ports.sport" },
		{ "ifreq", "ifr_name", "ifr_ifrn.ifrn_name" },
		{ "kernel_siginfo", "si_pid", "_sifields._kill._pid" },
		{ "kernel_siginfo", "si_addr", "_sifields._sigfault._addr" },
		{ "inet_timewait_sock", "tw_refcnt", "__tw_common.skc_refcnt" },
		{ "in6_addr", "s6_addr", "in6_u.u6_addr8" },
		{ "in6_addr", "s6_addr32", "in6_u.u6_addr32" },
		{ "in6_addr", "s6_addr32[1]", "in6_u.u6_addr32[1]" },
	};
	char text[1024];

	(void)state;
	for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
		snprintf(text, sizeof text,
			 "_Static_assert(offsetof(struct %s, %s) == offsetof(struct %s, %s), \"\");\n"
			 "_Static_assert(sizeof_field(struct %s, %s) == sizeof_field(struct %s, %s), \"\");",
			 members[i].record, members[i].alias, members[i].record, members[i].path,
			 members[i].record, members[i].alias, members[i].record, members[i].path);
		expect_compiles(text);
	}
}

static void aliases_are_read_and_written(void **state)
{
	(void)state;
	expect_one("int f(void *ctx) {\n"
		   "	struct in6_addr a = { .s6_addr = { [15] = 1 } }, *p = &a;\n"
		   "	p->s6_addr[0] = 0xfe;\n"
		   "	return p->s6_addr32[3] == htonl(1) && a.in6_u.u6_addr8[0] == 0xfe;\n"
		   "}");
	expect_one("int f(void *ctx) { struct sock_common c = {}; c.skc_family = AF_INET6;\n"
		   "	return ((struct sock *)&c)->sk_family == AF_INET6; }");
}

static void a_tag_has_its_name_of_the_headers(void **state)
{
	(void)state;
	expect_compiles("_Static_assert(sizeof(struct sockaddr_storage) == 128, \"\");");
}

static void a_programs_struct_has_the_programs_members(void **state)
{
	(void)state;
	expect_one("struct sock { int *sk_daddr; int sk_state; };\n"
		   "int f(void *ctx) { struct sock s = { .sk_daddr = &s.sk_state, .sk_state = 1 }; return "
		   "*s.sk_daddr; }");
}

/* The pointer in the kernel's struct is one to the program's. */
static void kernel_types_point_to_the_programs_structs(void **state)
{
	static const char use[] = "_Static_assert(sizeof(*((struct nsproxy *)0)->mnt_ns) == 24, \"\");\n"
				  "_Static_assert(offsetof(struct mnt_namespace, mine) == 16, \"\");\n"
				  "int inum(struct nsproxy *n) { return n->mnt_ns->mine; }\n"
				  "struct mnt_namespace *whole(struct nsproxy *n) { return n->mnt_ns; }";
	static const char definition[] = "struct mnt_namespace { u64 a[2]; int mine; };\n";
	static const char *const earlier[] = {
		"",
		"struct mnt_namespace;\n",
		"static inline void *first(struct nsproxy *n) { return n->mnt_ns; }\n",
		"static inline void *first(struct nsproxy *n) { return n->mnt_ns; }\nstruct mnt_namespace;\n",
		"static inline void *first(struct mnt_namespace *n) { return n; }\n",
		"static inline void *first(struct task_struct *t) { return t->nsproxy->net_ns; }\n",
	};
	char text[2048];

	(void)state;
	for (size_t i = 0; i < sizeof earlier / sizeof *earlier; i++) {
		snprintf(text, sizeof text, "%s%s%s", earlier[i], definition, use);
		expect_compiles(text);
	}
}

static void a_programs_struct_does_not_move_the_kernels_members(void **state)
{
	(void)state;
	expect_one("static const int offset = offsetof(struct inet_sock, inet_sport);\n"
		   "int f(void *ctx) { return offset > 500; }");
	expect_one(
		"struct sock { int small; };\n"
		"static const int offset = offsetof(struct inet_sock, inet_sport);\n"
		"int f(void *ctx) { struct inet_sock *i = 0; return offset > 500 && sizeof(i->sk) > 500; }");
}

static void a_definition_in_a_function_is_its_own(void **state)
{
	(void)state;
	expect_one("int g(struct nsproxy *n) { return n->mnt_ns != 0; }\n"
		   "int f(void *ctx) { struct mnt_namespace { int a; }; struct mnt_namespace m = { 1 }; "
		   "return m.a; }");
}

static void names_of_all_kinds_are_the_programs(void **state)
{
	(void)state;
	expect_one("struct key_t { u32 pid; };\nint f(void *ctx) { struct key_t k = { 1 }; return k.pid; }");
	expect_one("struct config_map { int (*lookup)(void); } config;\n"
		   "int f(void *ctx) { return sizeof(config) == 8; }");
	expect_one("enum what { UNKNOWN = 1, TCP_ESTABLISHED = 9 };\n"
		   "int f(void *ctx) { return UNKNOWN + TCP_ESTABLISHED == 10; }");
	expect_one("typedef struct { char c[3]; } pid_t;\nint f(void *ctx) { return sizeof(pid_t) == 3; }");
	expect_one("enum tcp_ca_state { MINE = 1 };\nint f(void *ctx) { return TCP_CA_Loss == 4 && MINE; }");
	expect_one("static int do_rmdir(int n) { return n; }\nint f(void *ctx) { return do_rmdir(1); }");
	expect_one("int f(void *ctx) { int pid_t = 1; return pid_t; }");
}

static void an_unknown_tag_is_one_type(void **state)
{
	(void)state;
	expect_one("int g(void *ctx, struct nowhere_at_all *p);\n"
		   "int g(void *ctx, struct nowhere_at_all *p) { return 0; }\n"
		   "struct nowhere_at_all { int a; };\n"
		   "static int h(struct nowhere_at_all *p) { return p->a; }\n"
		   "int f(void *ctx) { struct nowhere_at_all n = { 1 }; return h(&n); }");
	expect_one("static void *g(union nowhere_at_all *u) { return u; }\n"
		   "int f(void *ctx) { union nowhere_at_all *u = 0; return g(u) == 0; }");
}

static void an_unknown_name_is_an_error_that_says_where_it_was_looked_for(void **state)
{
	(void)state;
	assert_null(cbcc_new("int f(void *ctx) { return NO_SUCH_NAME; }", NULL));
	assert_error_has("<text>:1:27: error: use of undeclared identifier 'NO_SUCH_NAME'");
	assert_error_has("note: it is not in this kernel's BTF");
	assert_null(cbcc_new("int f(void *ctx) { struct nowhere_at_all *p = ctx; return p->a; }", NULL));
	assert_error_has("incomplete definition of type 'struct nowhere_at_all'");
	assert_error_has("which does not have it");
}

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(members_have_the_names_of_the_headers),
		cmocka_unit_test(aliases_are_read_and_written),
		cmocka_unit_test(a_tag_has_its_name_of_the_headers),
		cmocka_unit_test(a_programs_struct_has_the_programs_members),
		cmocka_unit_test(kernel_types_point_to_the_programs_structs),
		cmocka_unit_test(a_programs_struct_does_not_move_the_kernels_members),
		cmocka_unit_test(a_definition_in_a_function_is_its_own),
		cmocka_unit_test(names_of_all_kinds_are_the_programs),
		cmocka_unit_test(an_unknown_tag_is_one_type),
		cmocka_unit_test(an_unknown_name_is_an_error_that_says_where_it_was_looked_for),
	};

	return run_selected_tests(tests, argc, argv);
}
