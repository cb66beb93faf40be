/* SPDX-License-Identifier: Apache-2.0 */
/* Which helpers a text ends up calling, in order, after all passes and LLVM's own: from the IR that goes to emission. */
#include "test.h"

#include <ctype.h>
#include <stdlib.h>

/*
 * A function's body, and its helpers by number; reads as "read" with their size. The context is struct pt_regs; p
 * points to a struct pair that is the kernel's or a process's, and n is a number.
 */
struct golden {
	const char *body, *calls;
};

static void keep(void *ctx, enum cbcc_log_level level, const char *message)
{
	(void)level;
	fputs(message, ctx);
}

static char *ir_of(const char *text)
{
	char *ir;
	size_t size;
	FILE *out = open_memstream(&ir, &size);
	struct cbcc_opts opts = {
		.sz = sizeof opts, .log = keep, .log_ctx = out, .debug = CBCC_DEBUG_LLVM_IR
	};
	struct cbcc *b = cbcc_new(text, &opts);

	if (!b)
		fail_msg("%s\n%s", text, cbcc_last_error());
	cbcc_free(b);
	fclose(out);
	return ir;
}

#define HELPER_PROBE_READ 4
#define HELPER_PROBE_READ_KERNEL 113

/* "call i64 inttoptr (i64 4 to ptr)(ptr nonnull %read, i32 8, ptr %p)" */
static void write_call(FILE *out, const char *call)
{
	static const char helper[] = "inttoptr (i64 ";
	const char *number = strstr(call, helper), *size;
	int id;

	if (!number)
		return;
	id = atoi(number + strlen(helper));
	if (id != HELPER_PROBE_READ && id != HELPER_PROBE_READ_KERNEL) {
		fprintf(out, "%d ", id);
		return;
	}
	size = strstr(number, ", i"); /* of 32 bits, or of 64 in a call of the text's */
	assert_non_null(size);
	size += strlen(", i32 ");
	if (strncmp(size, "noundef ", 8) == 0)
		size += 8;
	fprintf(out, "read:%.*s ", (int)strcspn(size, ","), size);
}

/* The calls of all functions, in the order of the IR. */
static char *calls_of(char *ir)
{
	char *calls, *rest = ir;
	size_t size;
	FILE *out = open_memstream(&calls, &size);

	for (char *line; (line = strsep(&rest, "\n"));)
		if (strstr(line, " call ") && !strstr(line, "@llvm."))
			write_call(out, line);
	fclose(out);
	if (size)
		calls[size - 1] = '\0';
	return calls;
}

static void expect_calls(const struct golden *golden)
{
	char *text, *ir, *calls;

	assert_true(asprintf(&text,
			     "struct pair { int a, b; char name[16]; struct pair *next; };\n"
			     "BPF_HASH(h, u32, u64);\nBPF_PERF_OUTPUT(events);\n"
			     "int f(struct pt_regs *ctx, struct pair *p, u32 n) {\n%s\n}\n",
			     golden->body) > 0);
	ir = ir_of(text);
	calls = calls_of(ir);
	if (strcmp(calls, golden->calls) != 0)
		fail_msg("%s\ncalls \"%s\", not \"%s\"", golden->body, calls, golden->calls);
	free(calls);
	free(ir);
	free(text);
}

#define EXPECT_ALL(table)                                                                                    \
	do {                                                                                                 \
		for (size_t at = 0; at < sizeof(table) / sizeof *(table); at++)                              \
			expect_calls(&(table)[at]);                                                          \
	} while (0)

static void reads_have_the_size_of_what_is_used(void **state)
{
	static const struct golden cases[] = {
		{ "return 0;", "" },
		{ "return n;", "" },
		{ "return p->a;", "read:4" },
		{ "return p->name[2];", "read:1" },
		{ "return *(u16 *)&p->b;", "read:2" },
		{ "return (long)p->next;", "read:8" },
		{ "return p->next->next->a;", "read:8 read:8 read:4" },
		{ "struct pair q = *p; return q.a + q.name[3];", "read:12" },
		{ "u64 x; bpf_probe_read(&x, sizeof x, p); return x;", "read:8" },
		{ "struct pair q; __builtin_memcpy(&q, p, 8); return q.b;", "read:4" },
		{ "return __builtin_memcmp(p->name, \"bash\", 4);", "read:4" },
	};

	(void)state;
	EXPECT_ALL(cases);
}

static void what_is_read_twice_is_read_once(void **state)
{
	static const struct golden cases[] = {
		{ "return p->a + p->a;", "read:4" },
		{ "return p->a + p->b;", "read:4 read:4" },
		{ "return *(volatile int *)&p->a + *(volatile int *)&p->a;", "read:4 read:4" },
		{ "p->a; return 0;", "" },
	};

	(void)state;
	EXPECT_ALL(cases);
}

static void own_memory_is_not_read_by_a_helper(void **state)
{
	static const struct golden cases[] = {
		{ "struct pair q = { n }; return q.a;", "" },
		{ "u32 a[4] = { 1, n }; return a[n & 3];", "" },
		{ "return PT_REGS_IP(ctx);", "" },
		{ "u64 *v = h.lookup(&n); return v ? *v : 0;", "1" },
		{ "static int count; return ++count;", "" },
		{ "char c[16]; bpf_get_current_comm(c, sizeof c); return c[1];", "16" },
	};

	(void)state;
	EXPECT_ALL(cases);
}

static void a_guarded_read_stays_behind_its_guard(void **state)
{
	static const struct golden cases[] = {
		{ "return n ? p->a : 0;", "read:4" },
		{ "if (p->next) return p->next->a; return 0;", "read:8 read:4" },
	};

	(void)state;
	EXPECT_ALL(cases);
}

static void methods_are_helpers(void **state)
{
	static const struct golden cases[] = {
		{ "u64 v = 1; return h.update(&n, &v);", "2" },
		{ "return h.delete(&n);", "3" },
		{ "u64 v = 0, *q = h.lookup_or_try_init(&n, &v); return q ? *q : 0;", "1 2 1" },
		{ "h.increment(n); return 0;", "1 2" },
		{ "return events.perf_submit(ctx, &n, sizeof n);", "25" },
		{ "struct pair q = { p->a }; return events.perf_submit(ctx, &q, sizeof q);", "read:4 25" },
		{ "bpf_trace_printk(\"x\"); return 0;", "6" },
		{ "return bpf_get_current_pid_tgid() >> 32;", "14" },
	};

	(void)state;
	EXPECT_ALL(cases);
}

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_have_the_size_of_what_is_used),
		cmocka_unit_test(what_is_read_twice_is_read_once),
		cmocka_unit_test(own_memory_is_not_read_by_a_helper),
		cmocka_unit_test(a_guarded_read_stays_behind_its_guard),
		cmocka_unit_test(methods_are_helpers),
	};

	return run_selected_tests(tests, argc, argv);
}
