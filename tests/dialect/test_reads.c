/* SPDX-License-Identifier: Apache-2.0 */
/* Pointers into the kernel and into user processes, followed as if they were the program's own. */
#include "run.h"

#include <bpf/libbpf.h>
#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "handle.h"
#include "loader/program.h"

#define TASK "struct task_struct *t = (struct task_struct *)bpf_get_current_task();\n"

static uint32_t run_body(const char *body)
{
	char text[4096];

	snprintf(text, sizeof text, "int f(struct bpf_raw_tracepoint_args *ctx) {\n%s\n}", body);
	return run(text);
}

static uint32_t run_on(const void *pointer, const char *body)
{
	const uint64_t args[RUN_ARGS_MAX] = { (uintptr_t)pointer };
	char text[4096];

	snprintf(text, sizeof text,
		 "struct pair { int a, b; };\n"
		 "struct node { struct node *next; int value; };\n"
		 "int f(struct bpf_raw_tracepoint_args *ctx) {\n%s\n}",
		 body);
	return run_with_args(text, "f", args);
}

/* What is behind an address is one thing for the kernel and another for a process, on some machines. */
static void require_distinct_addresses(void)
{
	struct utsname system;

	uname(&system);
	if (!strcmp(system.machine, "s390x"))
		skip_other_kernel("user addresses are addresses of the kernel, too");
}

/* Without the compiler of its own, a kernel runs programs slowly, and has no callbacks. */
static bool have_jit(void)
{
	return access("/proc/sys/net/core/bpf_jit_enable", F_OK) == 0;
}

static void members_of_a_task(void **state)
{
	(void)state;
	assert_int_equal(run_body(TASK "return t->tgid;"), getpid());
	assert_int_equal(run_body(TASK "return t->pid;"), gettid());
	assert_int_equal(run_body(TASK "return t->real_parent->tgid;"), getppid());
	assert_int_equal(run_body(TASK "return t->group_leader->group_leader->group_leader->pid;"), getpid());
	assert_int_equal(run_body(TASK "return t->nsproxy->uts_ns->ns.inum != 0 && t->mm->mmap_base != 0;"),
			 1);
}

static void null_gives_zero(void **state)
{
	(void)state;
	assert_int_equal(run_body("struct task_struct *t = 0; return t->tgid;"), 0);
	assert_int_equal(run_body("struct task_struct *t = 0; return t->real_parent->mm->owner->tgid;"), 0);
	assert_int_equal(run_body("struct task_struct *t = (void *)ctx->args[3]; return t->mm ? 1 : t->pid;"),
			 0);
	assert_int_equal(run_body("struct task_struct *t = (void *)ctx->args[3];\n"
				  "pid_t *p = &t->pid; return p ? *p + 7 : 3;"),
			 7);
}

static void elements_of_arrays(void **state)
{
	char name[16];

	(void)state;
	prctl(PR_GET_NAME, name);
	assert_int_equal(run_body(TASK "return t->comm[0];"), name[0]);
	assert_int_equal(run_body(TASK "int i = bpf_get_current_pid_tgid() >> 63; return t->comm[i + 3];"),
			 name[3]);
	assert_int_equal(run_body(TASK "int sum = 0, i;\n"
				       "for (i = 0; i < 4; i++) sum = sum * 7 + t->comm[i];\nreturn sum;"),
			 ((name[0] * 7 + name[1]) * 7 + name[2]) * 7 + name[3]);
	assert_int_equal(run_body(TASK "char c[16] = {};\n"
				       "bpf_probe_read_kernel_str(c, sizeof c, t->comm); return c[1];"),
			 name[1]);
}

static void bitfields(void **state)
{
	const struct sched_param param = { 0 };
	const char text[] = TASK "return t->sched_reset_on_fork << 1 | t->signal->is_child_subreaper;";

	(void)state;
	assert_int_equal(run_body(text), 0);
	assert_int_equal(prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
	assert_int_equal(run_body(text), 1);
	assert_int_equal(sched_setscheduler(0, SCHED_OTHER | SCHED_RESET_ON_FORK, &param), 0);
	assert_int_equal(run_body(text), 3);
}

static void structs_are_copied(void **state)
{
	const struct {
		int a, b;
	} pair = { 40, 2 };

	(void)state;
	assert_int_equal(run_body(TASK "struct cred c = *t->cred; return c.uid.val;"), getuid());
	assert_int_equal(run_body(TASK "struct path p = t->fs->pwd; return p.mnt && p.dentry;"), 1);
	require_distinct_addresses();
	assert_int_equal(run_on(&pair, "struct pair *p = (void *)ctx->args[0], c = *p; return c.a + c.b;"),
			 42);
	assert_int_equal(run_on(&pair,
				"struct pair c = {};\n"
				"__builtin_memcpy(&c, (void *)ctx->args[0], sizeof c); return c.a - c.b;"),
			 38);
}

static void user_memory_is_read_through_the_same_pointers(void **state)
{
	static const char text[] = "cbcc";
	static const struct node {
		const struct node *next;
		int value;
	} third = { NULL, 300 }, second = { &third, 20 }, first = { &second, 1 };
	const int values[] = { 11, 22, 33 };
	const int *const pointer = &values[1];

	(void)state;
	require_distinct_addresses();
	assert_int_equal(run_on(values, "int *v = (int *)ctx->args[0]; return *v + v[2];"), 44);
	assert_int_equal(run_on(values, "int *v = (int *)ctx->args[0]; int a = *v++; return a * 100 + *v;"),
			 1122);
	assert_int_equal(run_on(values + 2, "int *v = (int *)ctx->args[0]; return v[-2];"), 11);
	assert_int_equal(run_on(&pointer, "int **v = (int **)ctx->args[0]; return **v;"), 22);
	assert_int_equal(run_on(text, "const char *s = (char *)ctx->args[0]; return s[1] == 'b' && !s[4];"),
			 1);
	assert_int_equal(run_on(values,
				"struct { int a; struct { union { int b; char c; }; int d; }; } *v =\n"
				"	(void *)ctx->args[0];\nreturn v->a + v->b * 10 + v->c + v->d;"),
			 11 + 220 + 22 + 33);
	assert_int_equal(run_on(&first, "struct node *n = (void *)ctx->args[0]; int sum = 0, i;\n"
					"for (i = 0; i < 30 && n; i++) { sum += n->value; n = n->next; }\n"
					"return sum;"),
			 321);
}

/* None of these is read where BCC's rewriting of the text is the way. */
static void pointers_take_any_way(void **state)
{
	const struct {
		int a, b;
	} pair = { 40, 2 };

	(void)state;
	assert_int_equal(run_body(TASK "return *(volatile pid_t *)&t->tgid;"), getpid());
	assert_int_equal(run_body(TASK "return __atomic_load_n(&t->tgid, __ATOMIC_RELAXED);"), getpid());
	assert_int_equal(run_body(TASK "struct list_head *l = t->group_leader->tasks.next->prev;\n"
				       "return ((struct task_struct *)((char *)l - offsetof(struct "
				       "task_struct, tasks)))->tgid;"),
			 getpid());
	require_distinct_addresses();
	assert_int_equal(run_on(&pair, "struct pair own = { 1, 2 }, *p = ctx->args[1] ? &own\n"
				       "	: (struct pair *)ctx->args[0];\nreturn p->a;"),
			 40);
	assert_int_equal(run_on(&pair, "struct pair own = { 1, 2 }, *p = ctx->args[0] ? &own : (void *)ctx;\n"
				       "return p->b;"),
			 2);
	assert_int_equal(run_on(&pair, "u64 v = ctx->args[0] + 4; return *(int *)v;"), 2);
	assert_int_equal(run_on(&pair, "struct { struct pair *p; } w = { (void *)ctx->args[0] };\n"
				       "return w.p->a;"),
			 40);
	assert_int_equal(run_on(&pair, "union { u64 v; struct pair *p; } u; u.v = ctx->args[0];\n"
				       "return u.p->a;"),
			 40);
	assert_int_equal(
		run_on(&pair,
		       "struct pair *all[4] = { 0, 0, (void *)ctx->args[0], 0 };\n"
		       "int i = bpf_get_current_pid_tgid() >> 63; return all[i + 2]->a + all[i + 2]->b;"),
		42);
}

/* The kernel's context structs are marked for clang, wherever pointers to them lead. */
static void what_looks_like_a_context(void **state)
{
	const uint64_t inner[] = { 5, 60, 700 };

	(void)state;
	require_distinct_addresses();
	assert_int_equal(run_on(inner, "struct bpf_raw_tracepoint_args *r = (void *)ctx->args[0];\n"
				       "return r->args[0] ? r->args[1] + r->args[2] : r->args[3];"),
			 760);
	assert_int_equal(run_on(inner, "struct bpf_raw_tracepoint_args *r = (void *)ctx->args[0];\n"
				       "return r->args[1 + (bpf_get_current_pid_tgid() >> 63)];"),
			 60);
	assert_int_equal(run_on(inner, "struct { u64 args[3]; } r = *(typeof(r) *)ctx->args[0];\n"
				       "return r.args[0] + r.args[2];"),
			 705);
	assert_int_equal(run_on(inner, "struct bpf_raw_tracepoint_args *r = (void *)ctx;\n"
				       "if (ctx->args[0]) r = (void *)ctx->args[0];\nreturn r->args[1];"),
			 60);
}

static void functions_and_macros(void **state)
{
	(void)state;
	assert_int_equal(
		run("#define TGID(t) ((t)->tgid)\n"
		    "static struct task_struct *parent(struct task_struct *t) { return t->real_parent; }\n"
		    "static int tgid(struct task_struct *t) { return TGID(t); }\n"
		    "int f(void *ctx) {\n" TASK "return tgid(parent(t));\n}"),
		getppid());
}

/* A rewriter of text loses these pointers, or makes of them text that does not compile. */
static void what_a_rewriter_cannot_follow(void **state)
{
	(void)state;
	assert_int_equal(run_body(TASK "struct task_struct *p = ctx->args[0] ? 0 : t; return p->tgid;"),
			 getpid());
	assert_int_equal(
		run_body("u64 v = bpf_get_current_task(); union { u64 a; struct task_struct *t; } u;\n"
			 "u.a = v; return (((struct task_struct *)v)->tgid == u.t->tgid) * u.t->tgid;"),
		getpid());
	assert_int_equal(
		run_body("struct { struct task_struct *t; } x = { (void *)bpf_get_current_task() };\n"
			 "return x.t->tgid;"),
		getpid());
	assert_int_equal(run("static int g(struct task_struct *t) { return t->tgid; }\n"
			     "int f(void *ctx) { return g((struct task_struct *)bpf_get_current_task()); }"),
			 getpid());
	assert_int_equal(run_body(TASK "struct task_struct *p = list_entry(t->real_parent->children.next, "
				       "struct task_struct, "
				       "sibling);\nreturn p->real_parent->tgid;"),
			 getppid());
	require_distinct_addresses();
	assert_int_equal(run_on("abc", "char *p = (char *)ctx->args[0]; char a = *p++, b = *p++;\n"
				       "return a << 16 | b << 8 | *p;"),
			 'a' << 16 | 'b' << 8 | 'c');
}

/* Reads that a program makes itself: its address expressions are addresses. */
static void explicit_reads_are_left_alone(void **state)
{
	(void)state;
	assert_int_equal(
		run_body("#ifdef __s390x__\n#define bpf_probe_read bpf_probe_read_kernel\n#endif\n" TASK
			 "int pid = 0; struct task_struct *p = 0; char c[16] = {};\n"
			 "bpf_probe_read(&p, sizeof p, &t->real_parent);\n"
			 "bpf_probe_read_kernel(&pid, sizeof pid, &p->tgid);\n"
			 "bpf_probe_read_kernel_str(c, sizeof c, t->comm);\n"
			 "return c[0] == t->comm[0] && c[0] ? pid : 0;"),
		getppid());
}

static void callbacks_follow_pointers_too(void **state)
{
	(void)state;
	if (libbpf_probe_bpf_helper(BPF_PROG_TYPE_RAW_TRACEPOINT, BPF_FUNC_loop, NULL) != 1)
		skip_other_kernel("without bpf_loop()");
	if (!have_jit())
		skip_other_kernel("a kernel that interprets programs has no callbacks");
	assert_int_equal(run("static long each(u32 i, void *data) { struct { struct task_struct *t; int sum; "
			     "} *d = data;\n"
			     "	d->sum += d->t->tgid; return 0; }\n"
			     "int f(void *ctx) {\n" TASK
			     "struct { struct task_struct *t; int sum; } d = { t, 0 };\n"
			     "bpf_loop(3, each, &d, 0); return d.sum;\n}"),
			 3 * getpid());
}

static void a_struct_with_core_relocations(void **state)
{
	(void)state;
	assert_int_equal(run("struct task_struct { int tgid; struct task_struct *real_parent; }\n"
			     "	__attribute__((preserve_access_index));\n"
			     "int f(void *ctx) {\n" TASK "return t->real_parent->tgid;\n}"),
			 getppid());
}

static void memory_is_compared(void **state)
{
	(void)state;
	require_distinct_addresses();
	assert_int_equal(
		run_on("needle", "return __builtin_memcmp((void *)ctx->args[0], \"needle\", 6) == 0;"), 1);
	assert_int_equal(
		run_on("noodle", "return __builtin_memcmp((void *)ctx->args[0], \"needle\", 6) == 0;"), 0);
	assert_int_equal(
		run_on("noodle", "char n[] = \"noodle\"; return memcmp(n, (void *)ctx->args[0], 6);"), 0);
}

static void the_context_is_read_at_any_index(void **state)
{
	const uint64_t args[RUN_ARGS_MAX] = { 1, 20, 300 };

	(void)state;
	assert_int_equal(run_with_args("struct raw { u64 a, b, c; };\n"
				       "int f(struct raw *ctx) { return ctx->a ? ctx->b : ctx->c; }",
				       "f", args),
			 20);
	assert_int_equal(
		run_with_args("struct raw { u64 a[12]; };\n"
			      "int f(struct raw *ctx) { u64 *v = ctx->a[0] ? &ctx->a[1] : &ctx->a[2];\n"
			      "	return *v; }",
			      "f", args),
		20);
	assert_int_equal(
		run_with_args("int f(struct bpf_raw_tracepoint_args *ctx) { int sum = 0;\n"
			      "	for (int i = 0; i < 12; i++) sum += ctx->args[i];\n	return sum; }",
			      "f", args),
		321);
	assert_int_equal(run_with_args("int f(struct bpf_raw_tracepoint_args *ctx) {\n"
				       "	return ctx->args[ctx->args[0] & 7]; }",
				       "f", args),
			 20);
}

static void count_probe_reads(void *count, enum cbcc_log_level level, const char *ir)
{
	(void)level;
	for (const char *call = ir; (call = strstr(call, " inttoptr (i64 ")); call++)
		*(int *)count += strncmp(call, " inttoptr (i64 4 to ptr)(", 25) == 0 ||
				 strncmp(call, " inttoptr (i64 113 to ptr)(", 27) == 0;
}

#define MAPS                                                                                                 \
	"struct val { u64 n[8]; struct task_struct *t; };\n"                                                 \
	"struct { int (*type)[2]; int (*max_entries)[4]; u32 *key; struct val *value; } m SEC(\".maps\");\n" \
	"struct { int (*type)[27]; int (*max_entries)[4096]; } ring SEC(\".maps\");\n"
#define LOOKUP "u32 key = 1; struct val *v = bpf_map_lookup_elem(&m, &key); if (!v) return 0;\n"

static const struct {
	const char *text;
	int probe_reads;
} counted[] = {
	/* The program's own memory. */
	{ "int f(void *ctx) { u64 a[8]; bpf_get_current_comm(a, 64); return a[bpf_get_prandom_u32() & 7]; }",
	  0 },
	{ "static u64 g[4]; int f(void *ctx) { return g[bpf_get_prandom_u32() & 3]++; }", 0 },
	{ MAPS "int f(void *ctx) { " LOOKUP " return v->n[bpf_get_prandom_u32() & 7]++; }", 0 },
	{ MAPS "int f(void *ctx) { " LOOKUP " return *(int *)((u64)&v->n[1] + (v->n[0] & 7)); }", 0 },
	{ MAPS "int f(void *ctx) { " LOOKUP "struct val *r = bpf_ringbuf_reserve(&ring, sizeof *r, 0);\n"
	       "if (!r) return 0; *r = *v; r->n[0] += 7; bpf_ringbuf_submit(r, 0); return 0; }",
	  0 },
	{ MAPS "static long each(void *map, u32 *key, struct val *v, u64 *sum) { *sum += v->n[*key & 7]; "
	       "return 0; }\n"
	       "int f(void *ctx) { u64 sum = 0; bpf_for_each_map_elem(&m, each, &sum, 0); return sum; }",
	  0 },
	/* The context. */
	{ "int f(struct pt_regs *ctx, int a, int b) { return a ? b : PT_REGS_PARM1(ctx); }", 0 },
	{ "struct own { u64 a[4]; }; int f(struct own *ctx) { struct own copy = *ctx; return copy.a[2]; }",
	  0 },
	/* Contexts whose pointers the verifier knows. */
	{ "int f(struct __sk_buff *s) { return *(u8 *)(long)s->data; }", 0 },
	{ "int f(struct xdp_md *x) { return *(u8 *)(long)x->data; }", 0 },
	{ "int f(unsigned long long *ctx) { return ((struct task_struct *)ctx[0])->mm->owner->pid; }", 0 },
	{ "int f(struct bpf_iter__task *ctx) { return ctx->task ? ctx->task->pid : 0; }", 0 },
	{ "int f(unsigned long long *ctx) { struct { struct task_struct *t[3]; } kept = {}; int i;\n"
	  "for (i = 0; i < 3; i++) kept.t[i] = (void *)ctx[i];\n"
	  "return kept.t[bpf_get_prandom_u32() & 1]->pid; }",
	  0 },
	/* There, too, other pointers are numbers. */
	{ "int f(unsigned long long *ctx) { " TASK " return t->pid + ((struct task_struct *)ctx[0])->pid; }",
	  1 },
	{ MAPS "int f(struct xdp_md *x) { " LOOKUP " return v->t->mm->owner->pid + *(u8 *)(long)x->data; }", 3 },
	/* The kernel's. */
	{ "int f(struct pt_regs *ctx, struct file *file) { return file->f_path.dentry->d_inode->i_ino; }",
	  3 },
	{ "int f(struct pt_regs *ctx, struct sock *s) { return s->__sk_common.skc_family ? 1 : 2; }", 1 },
	{ MAPS "int f(void *ctx) { " LOOKUP " return v->t->pid; }", 1 },
	{ MAPS "int f(void *ctx) { " LOOKUP TASK " __builtin_memcpy(v->n, t->comm, 16); return 0; }", 1 },
	{ "int f(void *ctx) { " TASK " struct path p = t->fs->pwd; return p.mnt && p.dentry; }", 2 },
	{ "struct pair { int a, b; };\n"
	  "int f(struct pt_regs *ctx, struct pair *p) { struct pair q = *p; return q.a + q.b; }",
	  1 },
	{ "struct big { long a; int b; char c[20]; };\n"
	  "int f(struct pt_regs *ctx, struct big *p) { struct big q = *p; return q.a + q.c[3]; }",
	  1 },
	{ "int f(void *ctx) { " TASK " return t->pid == 1 || t->pid == 2; }", 1 },
	{ "int f(void *ctx) { return bpf_get_current_task_btf()->real_parent->pid; }", 2 },
};

static void only_what_must_be_is_probed(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof counted / sizeof *counted; i++) {
		int reads = 0;
		const struct cbcc_opts opts = { .sz = sizeof opts,
						.log = count_probe_reads,
						.log_ctx = &reads,
						.debug = CBCC_DEBUG_LLVM_IR };
		struct cbcc *b = cbcc_new(counted[i].text, &opts);

		if (!b || reads != counted[i].probe_reads)
			fail_msg("%d probe reads, not %d, in: %s\n%s", reads, counted[i].probe_reads,
				 counted[i].text, b ? "" : cbcc_last_error());
		cbcc_free(b);
	}
}

static void what_only_passes_the_context_on_does_not_read_it(void **state)
{
	static const struct {
		const char *text;
		bool reads;
	} texts[] = {
		{ "int f(void *ctx) { " TASK " return t->pid; }", false },
		{ "int f(struct pt_regs *ctx, struct file *f) { return f->f_flags; }", true },
		{ "struct own { u64 a[4]; }; int f(struct own *ctx) { return ctx->a[0]; }", true },
		{ "struct own { u64 a[4]; }; int f(struct own *ctx) { return ctx->a[bpf_get_prandom_u32() & "
		  "3]; }",
		  true },
	};

	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		struct cbcc *b = cbcc_new(texts[i].text, NULL);

		assert_non_null(b);
		assert_int_equal(handle_function(b, "f")->reads_registers, texts[i].reads);
		cbcc_free(b);
	}
}

#define NOT_OWN                                                                                              \
	" error: a BPF program can only write to its own memory, not to the kernel's or a user process's\n"

static const struct {
	const char *text, *error;
} wrong[] = {
	{ "int f(void *ctx) {\n" TASK "\n	t->pid = 1;\n	return 0;\n}",
	  "<text>:4:9:" NOT_OWN "    4 |         t->pid = 1;\n      |                ^" },
	{ "int f(void *ctx) {\n" TASK "	t->sched_reset_on_fork = 1;\n	return 0;\n}",
	  "<text>:3:25:" NOT_OWN },
	{ "int f(struct pt_regs *ctx, char *name) {\n	name[3] = 0;\n	return 0;\n}",
	  "<text>:2:10:" NOT_OWN },
	{ "static void set(int *p) { *p = 1; }\nint f(void *ctx) {\n" TASK "	set(&t->pid);\n	return 0;\n}",
	  "<text>:1:30:" NOT_OWN
	  "    1 | static void set(int *p) { *p = 1; }\n      |                              ^\n"
	  "<text>:4:2: note: called from here\n    4 |         set(&t->pid);\n      |         ^" },
	{ "int f(void *ctx) {\n" TASK "	return __sync_fetch_and_add(&t->pid, 1);\n}", "<text>:3:9:" NOT_OWN },
	{ "int f(void *ctx) {\n" TASK "	return __sync_val_compare_and_swap(&t->pid, 1, 2);\n}",
	  "<text>:3:9:" NOT_OWN },
	{ "int f(void *ctx) {\n" TASK "	memset(t->comm, 0, 16);\n	return 0;\n}",
	  "<text>:3:2:" NOT_OWN },
	{ "int f(void *ctx) {\n" TASK "	char c[16] = {};\n	memcpy(t->comm, c, 16);\n	return 0;\n}",
	  "<text>:4:2:" NOT_OWN },
	{ "int f(void *ctx) {\n	int *p = 0;\n	*p = 1;\n	return 0;\n}", "<text>:3:5:" NOT_OWN },
	{ "int f(struct pt_regs *ctx, struct file *f) {\n	return f->f_op->llseek(f, 0, 0);\n}",
	  "<text>:2:9: error: a BPF program cannot call through a function pointer\n" },
	{ "int f(struct pt_regs *ctx, char *s) {\n	return memcmp(s, \"x\", bpf_get_prandom_u32());\n}",
	  "<text>:2:9: error: memcmp() of kernel or user memory needs a constant size that fits the "
	  "stack\n" },
	{ "int f(struct pt_regs *ctx, char *s) {\n	return __builtin_strcmp(s, \"x\");\n}",
	  "<text>:2:9: error: call of function 'strcmp', which has no definition\n" },
	{ "int f(struct bpf_perf_event_data *ctx) {\n	struct bpf_perf_event_data other = {}, *d = &other;\n"
	  "	if (bpf_get_prandom_u32() > 7)\n		d = ctx;\n	return d->sample_period;\n}",
	  "<text>:5:12: error: this context can only be read at fixed offsets\n" },
};

/* The packet is read as it is, what is none by a helper that such programs have. */
static void a_classifier_reads_a_task(void **state)
{
	const unsigned char packet[64] = { [0] = 42 };

	(void)state;
	assert_int_equal(run_on_packet("struct walk { void *at, *end; };\n"
				       "int f(struct __sk_buff *skb) {\n" TASK
				       "struct walk w = { (void *)(long)skb->data, (void *)(long)skb->data_end };\n"
				       "if (w.at + 1 > w.end || *(u8 *)w.at != 42)\n"
				       "	return 0;\n"
				       "return t->real_parent->tgid; }",
				       packet, sizeof packet),
			 getppid());
}

static void what_cannot_be_is_an_error_at_its_line(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		errno = 0;
		assert_null(cbcc_new(wrong[i].text, NULL));
		assert_int_equal(errno, EINVAL);
		assert_error_has(wrong[i].error);
	}
}

static void a_read_keeps_its_line(void **state)
{
	struct program *program;
	struct cbcc *b = cbcc_new(MAPS "int f(void *ctx) {\n" TASK "	u32 key = 1;\n"
				       "	struct val *v = bpf_map_lookup_elem(&m, &key);\n"
				       "	*v = *(struct val *)t; /* may be NULL */\n"
				       "	return 0;\n}",
				  NULL);

	(void)state;
	assert_non_null(b);
	assert_true(program_get(b, handle_function(b, "f"), BPF_PROG_TYPE_RAW_TRACEPOINT, &program) < 0);
	assert_error_has("<text>:8: *v = *(struct val *)t; /* may be NULL */\n");
	cbcc_free(b);
}

static void own_memory_behind_any_pointer_is_written(void **state)
{
	(void)state;
	assert_int_equal(run_body("int a = 1, b = 2, *all[2] = { &a, &b };\n"
				  "for (int i = 0; i < 2; i++) *all[i] += 10; return a * 100 + b;"),
			 1112);
	assert_int_equal(
		run_body("int a = 1, b = 2, *p = ctx->args[0] ? &a : &b; *p += 5; return a * 100 + b;"), 107);
	assert_int_equal(
		run_body("char c[40]; u64 at = (u64)c + 3; for (int i = 0; i < 40; i++) c[i] = i;\n"
			 "*(char *)(at + (bpf_get_current_pid_tgid() >> 63)) = 50; return c[3] + c[4];"),
		54);
	assert_int_equal(run(MAPS "int f(void *ctx) {\n" LOOKUP
				  "	struct { struct val *v; u64 *n; } w = { v, &v->n[2] };\n"
				  "	asm volatile(\"\" : : \"r\"(&w) : \"memory\");\n"
				  "	w.v->n[1] = 5; *w.n = 7; return v->n[1] * 10 + w.v->n[2];\n}"),
			 57);
	assert_int_equal(run_body("int a = 1, *p = &a; asm volatile(\"\" : \"+r\"(p)); *p = 7; return a;"),
			 7);
}

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(members_of_a_task),
		cmocka_unit_test(null_gives_zero),
		cmocka_unit_test(elements_of_arrays),
		cmocka_unit_test(bitfields),
		cmocka_unit_test(structs_are_copied),
		cmocka_unit_test(user_memory_is_read_through_the_same_pointers),
		cmocka_unit_test(pointers_take_any_way),
		cmocka_unit_test(what_looks_like_a_context),
		cmocka_unit_test(functions_and_macros),
		cmocka_unit_test(what_a_rewriter_cannot_follow),
		cmocka_unit_test(explicit_reads_are_left_alone),
		cmocka_unit_test(callbacks_follow_pointers_too),
		cmocka_unit_test(a_struct_with_core_relocations),
		cmocka_unit_test(memory_is_compared),
		cmocka_unit_test(the_context_is_read_at_any_index),
		cmocka_unit_test(only_what_must_be_is_probed),
		cmocka_unit_test(what_only_passes_the_context_on_does_not_read_it),
		cmocka_unit_test(a_classifier_reads_a_task),
		cmocka_unit_test(what_cannot_be_is_an_error_at_its_line),
		cmocka_unit_test(a_read_keeps_its_line),
		cmocka_unit_test(own_memory_behind_any_pointer_is_written),
	};

	return run_selected_tests(tests, argc, argv);
}
