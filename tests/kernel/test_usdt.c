/* SPDX-License-Identifier: Apache-2.0 */
/* USDT probes of programs that the test starts: their arguments in every form, at several places, in several processes. */
#include "test.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "folder.h"
#include "target.h"

static struct cbcc_usdt *usdt_ok(pid_t pid, const char *path)
{
	struct cbcc_usdt *u;

	require_uprobes();
	u = cbcc_usdt_new(pid, path);
	if (!u)
		fail_msg("%s", cbcc_last_error());
	return u;
}

static struct cbcc *new_with(const char *text, struct cbcc_usdt *const *contexts, size_t count)
{
	struct cbcc_opts opts = { .sz = sizeof opts, .usdt_contexts = contexts, .nusdt_contexts = count };
	struct cbcc *b = cbcc_new(text, &opts);

	if (!b)
		fail_msg("%s", cbcc_last_error());
	return b;
}

#define PUT                                                                                                  \
	"BPF_ARRAY(out, u64, 32);\n"                                                                         \
	"static void put(int key, u64 value) { out.update(&key, &value); }\n"                                \
	"static void add(int key, u64 value) { u64 *at = out.lookup(&key); if (at) *at += value; }\n"

/* Both arguments, and how often. */
static const char add_text[] = PUT "int on_add(struct pt_regs *ctx) {\n"
				   "	int a = 0, b = 0;\n"
				   "	bpf_usdt_readarg(1, ctx, &a);\n"
				   "	bpf_usdt_readarg(2, ctx, &b);\n"
				   "	add(0, 1); add(1, a); add(2, b);\n"
				   "	return 0;\n"
				   "}\n";

static void expect_add(const char *name)
{
	struct target target = target_start(name), other = target_start(name);
	struct cbcc_usdt *u = usdt_ok(target.pid, NULL);
	struct cbcc *b;

	assert_ok(cbcc_usdt_enable_probe(u, "target:add", "on_add"));
	b = new_with(add_text, &u, 1);
	cbcc_usdt_free(u);
	assert_int_equal(cbcc_num_open_uprobes(b), 1);
	assert_int_equal(target_do(&target, 'p'), 34);
	assert_int_equal(target_do(&other, 'p'), 34);
	assert_int_equal(target_do(&target, 'p'), 34);
	assert_int_equal(value_of(b, "out", 0), 2);
	assert_int_equal(value_of(b, "out", 1), 60);
	assert_int_equal(value_of(b, "out", 2), 8);
	cbcc_free(b);
	target_stop(&target);
	target_stop(&other);
}

static void arguments_are_read_in_programs_of_all_kinds(void **state)
{
	(void)state;
	require_uprobes();
	expect_add("static");
	expect_add("static-pie");
	expect_add("stripped");
}

/* "add" is target's in the program, and target_library's in the library. */
static void a_name_that_two_providers_have_is_said_in_full(void **state)
{
	struct target target;
	struct cbcc_usdt *u;
	struct cbcc *b;

	(void)state;
	require_uprobes();
	target = target_start("pie");
	u = usdt_ok(target.pid, NULL);
	assert_int_equal(cbcc_usdt_enable_probe(u, "add", "on_add"), -ENOTUNIQ);
	assert_error_has("name the provider, too");
	assert_int_equal(cbcc_usdt_enable_probe(u, "none", "on_add"), -ENOENT);
	assert_int_equal(cbcc_usdt_enable_probe(u, "target:none", "on_add"), -ENOENT);
	assert_int_equal(cbcc_usdt_enable_probe(u, "target:add", "on add"), -EINVAL);
	assert_int_equal(cbcc_usdt_enable_probe(u, "target:add", "2add"), -EINVAL);
	assert_ok(cbcc_usdt_enable_probe(u, "target:add", "on_add"));
	assert_int_equal(cbcc_usdt_enable_probe(u, "target:add", "on_add"), -EEXIST);
	b = new_with(add_text, &u, 1);
	target_do(&target, 'l'); /* the other one */
	target_do(&target, 'p');
	assert_int_equal(value_of(b, "out", 0), 1);
	cbcc_free(b);
	cbcc_usdt_free(u);
	target_stop(&target);
}

#if defined(__x86_64__)
#define READ(type, n)                                                                                        \
	"	{ " type " x = 0; put(" #n ", bpf_usdt_readarg(" #n ", ctx, &x) ? 0xbad : (u64)(s64)x); }\n"

static const char forms_text[] = PUT "int on_forms(struct pt_regs *ctx) {\n" READ("s32", 1) READ("u8", 2)
	READ("u64", 3) READ("s64", 4) READ("s64", 5) READ("s8", 6) READ("u32", 7) READ(
		"u32", 8) "	{ char s[5] = {}; bpf_usdt_readarg_p(9, ctx, s, 4);\n"
			  "	  put(9, s[0] << 24 | s[1] << 16 | s[2] << 8 | s[3]); }\n" READ("s16", 10)
				  READ("u8", 11) READ(
					  "u64", 12) "	{ short wrong = 7; put(13, bpf_usdt_readarg(1, ctx, "
						     "&wrong) == -1 && wrong == 7); }\n"
						     "	return 0;\n"
						     "}\n";

static void check_forms(struct cbcc *b)
{
	static const uint64_t expected[] = {
		[1] = -5,  [2] = 200,        [4] = -6, [5] = -8, [6] = ' ', [7] = 111,
		[8] = 333, [9] = 0x74657874, [10] = 3, [11] = 3, [12] = 0,  [13] = 1,
	};

	for (uint32_t i = 1; i < sizeof expected / sizeof *expected; i++)
		if (i != 3 && value_of(b, "out", i) != expected[i])
			fail_msg("argument %u is %" PRIu64, i, value_of(b, "out", i));
	assert_true(value_of(b, "out", 3) > 4096); /* an address */
}

static void expect_forms(const char *name)
{
	struct target target = target_start(name);
	struct cbcc_usdt *u = usdt_ok(target.pid, target_path(name));
	struct cbcc *b;

	assert_ok(cbcc_usdt_enable_probe(u, "target:forms", "on_forms"));
	b = new_with(forms_text, &u, 1);
	assert_int_equal(target_do(&target, 'f'), 1);
	check_forms(b);
	cbcc_free(b);
	cbcc_usdt_free(u);
	target_stop(&target);
}
#endif

static void arguments_of_every_form_are_read(void **state)
{
	(void)state;
#if defined(__x86_64__)
	require_uprobes();
	expect_forms("pie");
	expect_forms("fixed");
	expect_forms("stripped");
#else
	skip_other_kernel("the forms are those of x86-64");
#endif
}

/* A copy of the program has its probes at the same addresses, and its variables elsewhere in memory. */
static void places_that_look_alike_are_told_apart(void **state)
{
	(void)state;
#if defined(__x86_64__)
	char *folder, copy[PATH_MAX], command[2 * PATH_MAX + 16];
	struct target targets[2];
	struct cbcc_usdt *u[2];
	struct cbcc *b;

	require_uprobes();
	folder = folder_make();
	snprintf(copy, sizeof copy, "%s", folder_path(folder, "copy"));
	snprintf(command, sizeof command, "cp %s %s", target_path("pie"), copy);
	assert_int_equal(system(command), 0);
	targets[0] = target_start("pie");
	targets[1] = target_start(copy);
	u[0] = usdt_ok(targets[0].pid, target_path("pie"));
	u[1] = usdt_ok(targets[1].pid, copy);
	for (int i = 0; i < 2; i++)
		assert_ok(cbcc_usdt_enable_probe(u[i], "forms", "on_forms"));
	b = new_with(forms_text, u, 2);
	for (int i = 0; i < 2; i++) {
		struct cbcc_table *out = cbcc_get_table(b, "out");

		assert_ok(cbcc_table_zero(out));
		target_do(&targets[i], 'f');
		check_forms(b);
		cbcc_usdt_free(u[i]);
		target_stop(&targets[i]);
	}
	cbcc_free(b);
	folder_remove(folder);
#else
	skip_other_kernel("the forms are those of x86-64");
#endif
}

/* The two places have the same probe's arguments elsewhere. */
static const char twice_text[] = PUT "int on_twice(struct pt_regs *ctx) {\n"
				     "	int a = 0; char s[5] = {};\n"
				     "	bpf_usdt_readarg(1, ctx, &a);\n"
				     "	bpf_usdt_readarg_p(2, ctx, s, 4);\n"
				     "	add(0, 1); add(1, a);\n"
				     "	if (s[0] == 'w' && s[3] == 'd') add(2, 1);\n"
				     "	return 0;\n"
				     "}\n";

static void a_probe_may_be_at_several_places(void **state)
{
	struct target target;
	struct cbcc_usdt *u;
	struct cbcc *b;

	(void)state;
#if !defined(__x86_64__)
	skip_other_kernel("the second place is one of x86-64");
#endif
	require_uprobes();
	target = target_start("pie");
	u = usdt_ok(target.pid, target_path("pie"));
	assert_string_equal(cbcc_usdt_get_probe_arg_ctype(u, "twice", 0), "int32_t");
	assert_string_equal(cbcc_usdt_get_probe_arg_ctype(u, "twice", 1), "uint64_t");
	assert_null(cbcc_usdt_get_probe_arg_ctype(u, "twice", 2));
	assert_int_equal(errno, ENOENT);
	assert_ok(cbcc_usdt_enable_probe(u, "twice", "on_twice"));
	assert_non_null(strstr(cbcc_usdt_text(u), "_bpf_readarg_on_twice_2(struct pt_regs *ctx, void *dest"));
	b = new_with(twice_text, &u, 1);
	assert_int_equal(cbcc_num_open_uprobes(b), 2);
	target_do(&target, '2');
	assert_int_equal(value_of(b, "out", 0), 2);
	assert_int_equal((int64_t)value_of(b, "out", 1), -77 - 9);
	assert_int_equal(value_of(b, "out", 2), 2);
	cbcc_free(b);
	cbcc_usdt_free(u);
	target_stop(&target);
}

static void one_function_serves_several_probes_and_processes(void **state)
{
	struct target targets[2], other;
	struct cbcc_usdt *u[2];
	struct cbcc *b;

	(void)state;
	require_uprobes();
	targets[0] = target_start("pie");
	targets[1] = target_start("fixed");
	other = target_start("pie");
	u[0] = usdt_ok(targets[0].pid, NULL);
	u[1] = usdt_ok(targets[1].pid, NULL);
	assert_ok(cbcc_usdt_enable_probe(u[0], "target:add", "on_add"));
	assert_ok(cbcc_usdt_enable_probe(u[0], "multiply", "on_add"));
	assert_ok(cbcc_usdt_enable_probe(u[1], "target:add", "on_add"));
	b = new_with(add_text, u, 2);
	assert_int_equal(cbcc_num_open_uprobes(b), 3);
	target_do(&targets[0], 'p');
	target_do(&targets[0], 'l');
	target_do(&targets[1], 'p');
	target_do(&targets[1], 'l');
	target_do(&other, 'p');
	assert_int_equal(value_of(b, "out", 0), 3);
	assert_int_equal(value_of(b, "out", 1), 30 + 6 + 30);
	assert_int_equal(value_of(b, "out", 2), 4 + 7 + 4);
	cbcc_free(b);
	for (int i = 0; i < 2; i++) {
		cbcc_usdt_free(u[i]);
		target_stop(&targets[i]);
	}
	target_stop(&other);
}

static void a_probe_of_a_file_is_seen_in_all_processes(void **state)
{
	struct target targets[2];
	struct cbcc_usdt *u;
	struct cbcc *b;

	(void)state;
	u = usdt_ok(0, target_path("pie"));
	assert_ok(cbcc_usdt_enable_probe(u, "target:add", "on_add"));
	b = new_with(add_text, &u, 1);
	for (int i = 0; i < 2; i++) {
		targets[i] = target_start("pie");
		target_do(&targets[i], 'p');
	}
	assert_int_equal(value_of(b, "out", 0), 2);
	cbcc_free(b);
	cbcc_usdt_free(u);
	/* a process's, in all the same */
	u = usdt_ok(targets[0].pid, NULL);
	assert_ok(cbcc_usdt_enable_probe(u, "target:add", "on_add"));
	struct cbcc_opts opts = {
		.sz = sizeof opts, .usdt_contexts = &u, .nusdt_contexts = 1, .attach_usdt_ignore_pid = true
	};
	b = cbcc_new(add_text, &opts);
	assert_non_null(b);
	target_do(&targets[1], 'p');
	assert_int_equal(value_of(b, "out", 0), 1);
	cbcc_free(b);
	cbcc_usdt_free(u);
	target_stop(&targets[0]);
	target_stop(&targets[1]);
}

static void probes_are_detached_and_attached_again(void **state)
{
	static const char text[] =
		PUT "int on_add(struct pt_regs *ctx) { int a = 0; bpf_usdt_readarg(1, ctx, &a); add(0, a); return 0; }\n"
		    "int on_guarded(struct pt_regs *ctx) { add(1, 1); return 0; }\n";
	struct target targets[2];
	struct cbcc_usdt *u[2];
	struct cbcc *b;

	(void)state;
	require_uprobes();
	for (int i = 0; i < 2; i++) {
		targets[i] = target_start("pie");
		u[i] = usdt_ok(targets[i].pid, NULL);
		assert_ok(cbcc_usdt_enable_probe(u[i], "target:add", "on_add"));
		assert_ok(cbcc_usdt_enable_probe(u[i], "guarded", "on_guarded"));
	}
	b = new_with(text, u, 1);
	target_do(&targets[0], 'p');
	target_do(&targets[1], 'p');
	assert_int_equal(value_of(b, "out", 0), 30);
	assert_ok(cbcc_attach_usdt(b, &u[0], 1)); /* no second time */
	assert_ok(cbcc_attach_usdt(b, &u[1], 1));
	assert_int_equal(cbcc_num_open_uprobes(b), 4);
	target_do(&targets[0], 'p');
	target_do(&targets[1], 'p');
	assert_int_equal(value_of(b, "out", 0), 90);

	assert_int_equal(cbcc_detach_usdt(b, "target:none", NULL), -ENOENT);
	assert_int_equal(cbcc_detach_usdt(b, "add", "on_guarded"), -ENOENT);
	assert_int_equal(cbcc_detach_usdt(b, "ad", NULL), -ENOENT);
	assert_int_equal(cbcc_detach_usdt(b, "arget:add", NULL), -ENOENT);
	assert_ok(cbcc_detach_usdt(b, "add", "on_add"));
	assert_int_equal(cbcc_num_open_uprobes(b), 2);
	target_do(&targets[0], 'p');
	assert_int_equal(value_of(b, "out", 0), 90);
	assert_int_equal(target_do(&targets[1], 's'), 1);
	assert_int_equal(value_of(b, "out", 1), 1);
	assert_ok(cbcc_detach_usdt(b, NULL, NULL));
	assert_int_equal(target_do(&targets[1], 's'), 0);
	assert_int_equal(cbcc_detach_usdt(b, NULL, NULL), -ENOENT);
	assert_ok(cbcc_attach_usdt(b, &u[1], 1));
	target_do(&targets[0], 'p');
	target_do(&targets[1], 'p');
	assert_int_equal(value_of(b, "out", 0), 120);

	assert_int_equal(cbcc_attach_usdt(b, NULL, 1), -EINVAL);
	cbcc_usdt_free(u[1]);
	u[1] = usdt_ok(targets[1].pid, NULL);
	assert_ok(cbcc_usdt_enable_probe(u[1], "multiply", "on_add"));
	assert_int_equal(cbcc_attach_usdt(b, &u[1], 1), -EINVAL);
	assert_error_has("other probes");
	cbcc_free(b);
	for (int i = 0; i < 2; i++) {
		cbcc_usdt_free(u[i]);
		target_stop(&targets[i]);
	}
}

static void a_semaphore_is_raised_while_the_probe_is_attached(void **state)
{
	static const char text[] = PUT "int on_guarded(struct pt_regs *ctx) {\n"
				       "	int a = 0;\n"
				       "	bpf_usdt_readarg(1, ctx, &a);\n"
				       "	add(0, 1); add(1, a);\n"
				       "	return 0;\n"
				       "}\n";
	static const char again[] = PUT "int again(struct pt_regs *ctx) { add(2, 1); return 0; }\n";
	struct target target, other;
	struct cbcc_usdt *u, *second;
	struct cbcc *b, *c;

	(void)state;
	require_uprobes();
	target = target_start("pie");
	other = target_start("pie");
	u = usdt_ok(target.pid, NULL);
	second = usdt_ok(target.pid, NULL);
	assert_ok(cbcc_usdt_enable_probe(u, "guarded", "on_guarded"));
	assert_ok(cbcc_usdt_enable_probe(second, "guarded", "again"));
	assert_int_equal(target_do(&target, 's'), 0);
	b = new_with(text, &u, 1);
	assert_int_equal(target_do(&target, 's'), 1);
	assert_int_equal(target_do(&other, 's'), 0);
	assert_int_equal(value_of(b, "out", 0), 1);
	assert_int_equal(value_of(b, "out", 1), 55);
	c = new_with(again, &second, 1);
	assert_true(target_do(&target, 's') >= 1);
	assert_int_equal(value_of(c, "out", 2), 1);
	assert_int_equal(value_of(b, "out", 0), 2);
	cbcc_free(b);
	assert_true(target_do(&target, 's') >= 1);
	assert_int_equal(value_of(c, "out", 2), 2);
	cbcc_free(c);
	assert_int_equal(target_do(&target, 's'), 0);
	cbcc_usdt_free(u);
	cbcc_usdt_free(second);
	target_stop(&target);
	target_stop(&other);
}

static const struct cbcc_usdt_probe *find(const struct cbcc_usdt *u, const char *provider, const char *name)
{
	for (size_t i = 0; i < cbcc_usdt_num_probes(u); i++) {
		const struct cbcc_usdt_probe *probe = cbcc_usdt_get_probe(u, i);

		if (strcmp(probe->provider, provider) == 0 && strcmp(probe->name, name) == 0)
			return probe;
	}
	fail_msg("there is no %s:%s", provider, name);
	return NULL;
}

static void probes_are_listed(void **state)
{
	struct target target;
	struct cbcc_usdt *u;
	const struct cbcc_usdt_probe *probe;

	(void)state;
	require_uprobes();
	target = target_start("pie");
	u = usdt_ok(target.pid, NULL);
	probe = find(u, "target", "add");
	assert_string_equal(probe->bin_path, target_path("pie"));
	assert_int_equal(probe->semaphore, 0);
	assert_int_equal(probe->num_locations, 1);
	assert_int_equal(probe->num_arguments, 2);
	assert_int_equal(probe->locations[0].num_arguments, 2);
	assert_int_equal(probe->locations[0].arguments[0].size, -4);
	assert_true(probe->locations[0].arguments[0].valid & CBCC_USDT_BASE_REGISTER);
	assert_int_equal(strncmp(probe->locations[0].argument_text, "-4@", 3), 0);
	probe = find(u, "target", "guarded");
	assert_true(probe->semaphore != 0 && probe->semaphore_offset != 0);
	probe = find(u, "target_library", "add");
	assert_string_equal(probe->bin_path, target_library());
	find(u, "target", "multiply");
	assert_null(cbcc_usdt_get_probe(u, cbcc_usdt_num_probes(u)));
	assert_int_equal(errno, EINVAL);
	assert_string_equal(cbcc_usdt_text(u), "");
	cbcc_usdt_free(u);
	target_stop(&target);
}

static void what_has_no_probes_is_no_context(void **state)
{
	struct cbcc_opts opts = { .sz = sizeof opts, .nusdt_contexts = 1 };
	struct cbcc_usdt *none;

	(void)state;
	assert_null(cbcc_usdt_new(0, NULL));
	assert_int_equal(errno, EINVAL);
	assert_null(cbcc_usdt_new(0, "true"));
	assert_int_equal(errno, ENOENT);
	assert_error_has("has no USDT probes");
	assert_null(cbcc_usdt_new(0, "no-such-program"));
	assert_int_equal(errno, ENOENT);
	assert_null(cbcc_usdt_new(0x3fffffff, NULL));
	assert_int_equal(errno, ENOENT);
	assert_null(cbcc_new("", &opts));
	assert_int_equal(errno, EINVAL);
	/* and calls on none do not hide why there is none */
	assert_null(none = cbcc_usdt_new(0, "true"));
	assert_int_equal(cbcc_usdt_enable_probe(none, "a:b", "f"), -EINVAL);
	assert_null(cbcc_usdt_text(none));
	assert_null(cbcc_usdt_get_probe_arg_ctype(none, "a:b", 0));
	opts.usdt_contexts = &none;
	assert_null(cbcc_new("", &opts));
	assert_error_has("has no USDT probes");
	cbcc_usdt_free(NULL);
}

static void a_function_that_the_text_lacks_is_an_error(void **state)
{
	struct cbcc_usdt *u = usdt_ok(0, target_path("pie"));
	struct cbcc_opts opts = { .sz = sizeof opts, .usdt_contexts = &u, .nusdt_contexts = 1 };

	(void)state;
	assert_ok(cbcc_usdt_enable_probe(u, "target:add", "missing"));
	assert_null(cbcc_new("int f(void *ctx) { return 0; }", &opts));
	assert_int_equal(errno, ENOENT);
	assert_error_has("no function 'missing'");
	/* and errors are at the user's own lines */
	assert_null(cbcc_new("int missing(void *ctx) {\n  return unknown;\n}", &opts));
	assert_error_has("<text>:2:10: error");
	cbcc_usdt_free(u);
}

static void the_cache_knows_texts_by_their_probes(void **state)
{
	char *folder = folder_make();
	struct target target;
	struct cbcc_usdt *u[2];

	(void)state;
	require_uprobes();
	target = target_start("pie");
	for (int round = 0; round < 4; round++) {
		struct cbcc_opts opts = { .sz = sizeof opts, .cache_dir = folder, .nusdt_contexts = 1 };
		struct cbcc *b;

		u[0] = usdt_ok(target.pid, target_path("pie"));
		opts.usdt_contexts = u;
		/* the first argument of the one is a, of the other -77 and -9 */
		assert_ok(cbcc_usdt_enable_probe(u[0], round & 1 ? "target:twice" : "target:add", "f"));
		b = cbcc_new(PUT "int f(struct pt_regs *ctx) { int a = 0; bpf_usdt_readarg(1, ctx, &a);\n"
				 "	add(1, a); return 0; }\n",
			     &opts);
		assert_non_null(b);
		target_do(&target, 'p');
		target_do(&target, '2');
#if defined(__x86_64__)
		assert_int_equal((int64_t)value_of(b, "out", 1), round & 1 ? -86 : 30);
#endif
		cbcc_free(b);
		cbcc_usdt_free(u[0]);
	}
	target_stop(&target);
	folder_remove(folder);
}

static void a_program_in_other_mounts_has_probes(void **state)
{
	char *folder = folder_make(), inside[PATH_MAX];
	struct target target;
	struct cbcc_usdt *u;
	struct cbcc *b;

	(void)state;
	require_uprobes();
	snprintf(inside, sizeof inside, "%s", folder_path(folder, "program"));
	if (!target_start_mounted("stripped", folder, inside, &target)) {
		folder_remove(folder);
		skip_because("there can be no mounts of one's own here");
	}
	u = usdt_ok(target.pid, inside);
	assert_ok(cbcc_usdt_enable_probe(u, "target:add", "on_add"));
	b = new_with(add_text, &u, 1);
	target_do(&target, 'p');
	assert_int_equal(value_of(b, "out", 1), 30);
	cbcc_free(b);
	cbcc_usdt_free(u);
	target_stop(&target);
	folder_remove(folder);
}

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(arguments_are_read_in_programs_of_all_kinds),
		cmocka_unit_test(a_name_that_two_providers_have_is_said_in_full),
		cmocka_unit_test(arguments_of_every_form_are_read),
		cmocka_unit_test(places_that_look_alike_are_told_apart),
		cmocka_unit_test(a_probe_may_be_at_several_places),
		cmocka_unit_test(one_function_serves_several_probes_and_processes),
		cmocka_unit_test(a_probe_of_a_file_is_seen_in_all_processes),
		cmocka_unit_test(probes_are_detached_and_attached_again),
		cmocka_unit_test(a_semaphore_is_raised_while_the_probe_is_attached),
		cmocka_unit_test(probes_are_listed),
		cmocka_unit_test(what_has_no_probes_is_no_context),
		cmocka_unit_test(a_function_that_the_text_lacks_is_an_error),
		cmocka_unit_test(the_cache_knows_texts_by_their_probes),
		cmocka_unit_test(a_program_in_other_mounts_has_probes),
	};

	return run_selected_tests(tests, argc, argv);
}
