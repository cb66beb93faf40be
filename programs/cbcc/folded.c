/* SPDX-License-Identifier: Apache-2.0 */
#include "folded.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "stacks.h"
#include "value.h"

/* Goes through what is shown of a value, at any depth, until fn returns true. */
static bool any_field(const struct session *session, const struct cbcc_field *outer,
		      bool (*fn)(void *ctx, const struct cbcc_field *field, enum show show), void *ctx)
{
	enum show show = value_show(session, outer);
	struct cbcc_field member;

	if (show != SHOW_PARTS)
		return fn(ctx, outer, show);
	for (size_t i = 0; cbcc_type_member(outer->type, i, &member) == 0; i++) {
		member.offset += outer->offset;
		if (any_field(session, &member, fn, ctx))
			return true;
	}
	return false;
}

static bool is_stack(void *ctx, const struct cbcc_field *field, enum show show)
{
	(void)ctx, (void)field;
	return show == SHOW_STACK;
}

bool folded_has_stack(const struct session *session, const struct cbcc_type *type)
{
	const struct cbcc_field whole = { .name = "", .type = type };

	return type && any_field(session, &whole, is_stack, NULL);
}

/* What is known of a value for its line. */
struct parts {
	const struct session *session;
	const void *data;
	struct cbcc_fold_opts opts;
	char *comm;
};

/* A kernel's stack by the member's name, or where that does not tell by its innermost address. */
static bool is_kernel_stack(const struct parts *parts, const char *name, int id)
{
	uint64_t address = 0;

	if (*name == 'k' || strstr(name, "kern"))
		return true;
	if (*name == 'u' || strstr(name, "user"))
		return false;
	return id >= 0 && cbcc_table_stack(parts->session->stacks, id, &address, 1) > 0 && stacks_is_kernel(address);
}

static bool take(void *ctx, const struct cbcc_field *field, enum show show)
{
	struct parts *parts = ctx;
	uint64_t id;

	if (show == SHOW_TEXT && !parts->comm)
		parts->comm = copy_text((const char *)parts->data + field->offset,
					strnlen((const char *)parts->data + field->offset,
						cbcc_type_size(field->type)));
	if (show != SHOW_STACK || cbcc_field_get_u64(field, parts->data, &id) != 0)
		return false;
	if (is_kernel_stack(parts, field->name, (int)id))
		parts->opts.kernel_stack_id = (int)id;
	else
		parts->opts.user_stack_id = (int)id;
	return false;
}

static int put_line(const struct parts *parts, FILE *out, uint64_t count)
{
	struct cbcc_table *stacks = parts->session->stacks;
	int length = cbcc_stack_fold(stacks, &parts->opts, NULL, 0);
	char *line;

	if (length < 0)
		return length;
	line = allocate((size_t)length + 1);
	cbcc_stack_fold(stacks, &parts->opts, line, (size_t)length + 1);
	fprintf(out, "%s %" PRIu64 "\n", line, count);
	free(line);
	return 0;
}

int folded_put(struct session *session, FILE *out, const struct cbcc_type *type, const void *data, uint64_t count)
{
	const struct cbcc_field whole = { .name = "", .type = type };
	struct parts parts = { .session = session, .data = data };
	int err;

	parts.opts = (struct cbcc_fold_opts){ .sz = sizeof parts.opts,
					      .user_stack_id = -EFAULT,
					      .kernel_stack_id = -EFAULT,
					      .flags = CBCC_FOLD_KERNEL_MARK };
	parts.opts.pid = stacks_pid(session, type, data);
	any_field(session, &whole, take, &parts);
	parts.opts.comm = parts.comm;
	err = put_line(&parts, out, count);
	free(parts.comm);
	return err;
}
