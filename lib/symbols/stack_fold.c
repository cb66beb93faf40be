/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Stacks as lines: "comm;outermost;...;innermost", user space before the kernel, as flame graphs are made of.
 */
#include <errno.h>
#include <linux/bpf.h>
#include <stdlib.h>
#include <string.h>

#include "base/cut_text.h"
#include "base/error.h"
#include "base/opts.h"
#include "symbols/symbol_text.h"
#include "symbols/symbols.h"
#include "tables/table.h"

#define SYMBOL_FLAGS (CBCC_SYM_MODULE | CBCC_SYM_OFFSET | CBCC_SYM_MANGLED)
#define FOLD_FLAGS                                                                                           \
	(SYMBOL_FLAGS | CBCC_FOLD_KERNEL_MARK | CBCC_FOLD_DELIMITER | CBCC_FOLD_USER_ONLY |                  \
	 CBCC_FOLD_KERNEL_ONLY)

/* The line that is written, and what of. */
struct fold {
	struct cbcc_table *table;
	struct symbols *symbols;
	struct cbcc_fold_opts opts;
	struct cut_text line;
};

/* What a line is divided by is no part of a name. */
static void put_name(struct fold *fold, const char *name)
{
	for (; *name; name++)
		cut_text_put(&fold->line, *name == ';' ? ":" : *name == '\n' ? " " : name, 1);
}

static void put_frame(struct fold *fold, const char *name)
{
	cut_text_put(&fold->line, ";", 1);
	put_name(fold, name);
}

/* A symbol's text, of any length; NULL: no memory. */
static char *text_of(const struct cbcc_symbol *symbol, unsigned int flags)
{
	int length = symbol_text(symbol, flags, NULL, 0);
	char *text = malloc(length + 1);

	if (text)
		symbol_text(symbol, flags, text, length + 1);
	return text;
}

static int put_symbol(struct fold *fold, const struct cbcc_symbol *symbol, bool kernel)
{
	char *text = text_of(symbol, fold->opts.flags);

	if (!text)
		return error_set(-ENOMEM, "cannot fold a stack");
	put_frame(fold, text);
	if (kernel && fold->opts.flags & CBCC_FOLD_KERNEL_MARK)
		cut_text_put(&fold->line, "_[k]", 4);
	free(text);
	return 0;
}

static int put_address(struct fold *fold, uint64_t address, int pid)
{
	struct cbcc_symbol symbol;
	int err = symbols_resolve(fold->symbols, address, pid, fold->opts.flags, &symbol);

	return err ? err : put_symbol(fold, &symbol, pid < 0);
}

static int put_build_id(struct fold *fold, const struct cbcc_build_id *entry, int pid)
{
	struct cbcc_symbol symbol;
	int err = symbols_resolve_build_id(fold->symbols, entry, pid, fold->opts.flags, &symbol);

	return err ? err : put_symbol(fold, &symbol, false);
}

/* Outermost first. Returns how many there are, or an error. */
static ssize_t put_addresses(struct fold *fold, int id, int pid)
{
	uint64_t addresses[CBCC_STACK_DEPTH];
	ssize_t count = cbcc_table_stack(fold->table, id, addresses, CBCC_STACK_DEPTH);
	int err = 0;

	for (ssize_t i = count < CBCC_STACK_DEPTH ? count : CBCC_STACK_DEPTH; i-- > 0 && !err;)
		err = put_address(fold, addresses[i], pid);
	return err ? err : count;
}

static ssize_t put_build_ids(struct fold *fold, int id, int pid)
{
	struct cbcc_build_id entries[CBCC_STACK_DEPTH];
	ssize_t count = cbcc_table_stack_build_ids(fold->table, id, entries, CBCC_STACK_DEPTH);
	int err = 0;

	for (ssize_t i = count < CBCC_STACK_DEPTH ? count : CBCC_STACK_DEPTH; i-- > 0 && !err;)
		err = pid < 0 ? put_address(fold, entries[i].value, pid)
			      : put_build_id(fold, &entries[i], pid);
	return err ? err : count;
}

/* -EFAULT is how the kernel says that there is no such stack: a kernel thread's in user space, and the reverse. */
static int put_stack(struct fold *fold, int id, int pid, const char *missed)
{
	size_t before = fold->line.length;
	ssize_t count = -ENOENT;

	if (id == -EFAULT)
		return 0;
	if (id >= 0)
		count = fold->table->flags & BPF_F_STACK_BUILD_ID ? put_build_ids(fold, id, pid)
								  : put_addresses(fold, id, pid);
	if (count >= 0)
		return 0;
	if (count != -ENOENT)
		return (int)count;
	fold->line.length = before;
	put_frame(fold, missed);
	fold->table->missed_stacks++;
	return 0;
}

static int fold_all(struct fold *fold)
{
	const struct cbcc_fold_opts *opts = &fold->opts;
	bool user = !(opts->flags & CBCC_FOLD_KERNEL_ONLY), kernel = !(opts->flags & CBCC_FOLD_USER_ONLY);
	int err = 0;

	put_name(fold, opts->comm ? opts->comm : "");
	if (user)
		err = put_stack(fold, opts->user_stack_id, opts->pid, "[Missed User Stack]");
	if (!err && user && kernel && opts->flags & CBCC_FOLD_DELIMITER && opts->user_stack_id >= 0 &&
	    opts->kernel_stack_id >= 0)
		put_frame(fold, "-");
	if (!err && kernel)
		err = put_stack(fold, opts->kernel_stack_id, -1, "[Missed Kernel Stack]");
	cut_text_end(&fold->line);
	return err ? err : (int)fold->line.length;
}

static int check_fold(const struct cbcc_table *t, const struct cbcc_fold_opts *opts, const char *buf,
		      size_t size)
{
	int err = table_check(t, TABLE_STACKS, "cbcc_stack_fold", opts, opts);

	if (!err && !buf && size)
		err = error_say(-EINVAL, "cbcc_stack_fold: the buffer is NULL");
	if (!err && opts->flags & ~(unsigned int)FOLD_FLAGS)
		err = error_say(-EINVAL, "cbcc_stack_fold: flags 0x%x are not known",
				opts->flags & ~(unsigned int)FOLD_FLAGS);
	return err;
}

int cbcc_stack_fold(struct cbcc_table *t, const struct cbcc_fold_opts *user_opts, char *buf, size_t size)
{
	struct fold fold = { .table = t, .line = { .buf = buf, .size = size } };
	int err = opts_copy(&fold.opts, sizeof fold.opts, user_opts, "cbcc_fold_opts");

	if (!err)
		err = check_fold(t, user_opts ? &fold.opts : NULL, buf, size);
	if (err)
		return err;
	fold.symbols = symbols_of(t->b);
	return fold.symbols ? fold_all(&fold) : -errno;
}

uint64_t cbcc_missed_stacks(const struct cbcc_table *t)
{
	return t ? t->missed_stacks : 0;
}
