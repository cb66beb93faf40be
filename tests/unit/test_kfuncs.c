/* SPDX-License-Identifier: Apache-2.0 */
/* Which functions in BTF programs may call: the tagged ones, or, without any tag, those that may be. */
#include "test.h"

#include <bpf/btf.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "btf/kfuncs.h"

struct listed {
	struct kernel_btf *btf;
	struct kfuncs *kfuncs;
};

static int add_function(struct btf *btf, const char *name)
{
	int prototype = btf__add_func_proto(btf, 0);

	assert_true(prototype > 0);
	return btf__add_func(btf, name, BTF_FUNC_GLOBAL, prototype);
}

static struct btf *make(void)
{
	struct btf *btf = btf__new_empty();

	assert_true(add_function(btf, "bpf_first") > 0);
	assert_true(add_function(btf, "vfs_read") > 0);
	return btf;
}

/* Frees what was made. */
static struct listed list(struct btf *made)
{
	char path[] = "/tmp/cbcc-kfuncs-XXXXXX";
	struct listed listed;
	const void *data;
	uint32_t size;
	int fd = mkstemp(path);

	data = btf__raw_data(made, &size);
	assert_non_null(data);
	assert_int_equal(write(fd, data, size), size);
	close(fd);
	btf__free(made);
	assert_int_equal(kernel_btf_open(path, &listed.btf), 0);
	unlink(path);
	listed.kfuncs = kfuncs_list(listed.btf);
	assert_non_null(listed.kfuncs);
	return listed;
}

static uint32_t find(struct listed *listed, const char *name)
{
	return kfuncs_find(listed->kfuncs, listed->btf, name);
}

static void release(struct listed *listed)
{
	kfuncs_free(listed->kfuncs);
	kernel_btf_close(listed->btf);
}

static void tagged_functions_are_those(void **state)
{
	struct btf *made = make();
	int tagged = add_function(made, "tagged"), other = add_function(made, "bpf_other");
	struct listed listed;

	(void)state;
	assert_true(btf__add_decl_tag(made, "bpf_kfunc", tagged, -1) > 0);
	assert_true(btf__add_decl_tag(made, "bpf_fastcall", other, -1) > 0);
	listed = list(made);
	assert_int_equal(find(&listed, "tagged"), tagged);
	assert_int_equal(find(&listed, "bpf_other"), 0);
	assert_int_equal(find(&listed, "bpf_first"), 0);
	assert_int_equal(find(&listed, "vfs_read"), 0);
	release(&listed);
}

static void without_tags_the_prefix_says_it(void **state)
{
	struct btf *made = make();
	struct listed listed;
	int last = 0;

	(void)state;
	for (int i = 0; i < 1000; i++) {
		char name[32];

		snprintf(name, sizeof name, "bpf_%d", i);
		last = add_function(made, name);
	}
	assert_true(btf__add_typedef(made, "bpf_alias", 0) > 0);
	listed = list(made);
	assert_int_equal(find(&listed, "bpf_first"), 2);
	assert_int_equal(find(&listed, "bpf_999"), last);
	assert_int_equal(find(&listed, "vfs_read"), 0);
	assert_int_equal(find(&listed, "bpf_alias"), 0);
	assert_int_equal(find(&listed, ""), 0);
	release(&listed);
}

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(tagged_functions_are_those),
		cmocka_unit_test(without_tags_the_prefix_says_it),
	};

	return run_selected_tests(tests, argc, argv);
}
