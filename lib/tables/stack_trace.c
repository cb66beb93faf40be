/* SPDX-License-Identifier: Apache-2.0 */
/* Stack traces: a leaf is an array of addresses, or of build ids with offsets, which ends before its first empty one. */
#include <errno.h>
#include <linux/bpf.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "tables/table.h"

_Static_assert(sizeof(struct cbcc_build_id) == sizeof(struct bpf_stack_build_id), "as the kernel has it");

static int check(struct cbcc_table *t, const char *call, int stack_id, const void *entries, bool build_ids)
{
	int err = table_check(t, TABLE_STACKS, call, entries, entries);

	if (err)
		return err;
	if (stack_id < 0)
		return error_set(-EINVAL, "%s: %d is no stack, but an error of the program: %s", call,
				 stack_id, strerror(-stack_id));
	if (!!(t->flags & BPF_F_STACK_BUILD_ID) != build_ids)
		return error_say(-EOPNOTSUPP, "%s: table '%s' has stack traces %s build ids", call, t->name,
				 build_ids ? "without" : "with");
	return 0;
}

/* A copy of the stack trace, with entries of that size. */
static void *read_stack(struct cbcc_table *t, int stack_id, size_t entry_size, size_t *depth)
{
	void *stack = calloc(1, t->leaf_size);
	int err = stack ? cbcc_table_lookup(t, &stack_id, stack)
			: error_set(-ENOMEM, "cannot read a stack of table '%s'", t->name);

	*depth = t->leaf_size / entry_size;
	if (!err)
		return stack;
	free(stack);
	return error_null(err);
}

/* powerpc has the place of a leaf function's return address, and of its caller's, there even if it is not used. */
static bool may_be_empty(size_t index)
{
#ifdef __powerpc__
	return index == 1 || index == 2;
#else
	(void)index;
	return false;
#endif
}

ssize_t cbcc_table_stack(struct cbcc_table *t, int stack_id, uint64_t *addresses, size_t count)
{
	int err = check(t, "cbcc_table_stack", stack_id, addresses, false);
	size_t depth, length = 0;
	uint64_t *stack;

	if (err)
		return err;
	stack = read_stack(t, stack_id, sizeof *stack, &depth);
	if (!stack)
		return -errno;
	while (length < depth && (stack[length] || may_be_empty(length)))
		length++;
	memcpy(addresses, stack, (length < count ? length : count) * sizeof *stack);
	free(stack);
	return (ssize_t)length;
}

ssize_t cbcc_table_stack_build_ids(struct cbcc_table *t, int stack_id, struct cbcc_build_id *entries,
				   size_t count)
{
	int err = check(t, "cbcc_table_stack_build_ids", stack_id, entries, true);
	size_t depth, length = 0;
	struct cbcc_build_id *stack;

	if (err)
		return err;
	stack = read_stack(t, stack_id, sizeof *stack, &depth);
	if (!stack)
		return -errno;
	while (length < depth && stack[length].status != BPF_STACK_BUILD_ID_EMPTY)
		length++;
	memcpy(entries, stack, (length < count ? length : count) * sizeof *stack);
	free(stack);
	return (ssize_t)length;
}
