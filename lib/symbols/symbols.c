/* SPDX-License-Identifier: Apache-2.0 */
#include "symbols/symbols.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "handle.h"
#include "symbols/process_symbols.h"

struct symbols *symbols_of(struct cbcc *b)
{
	if (!b->symbols)
		b->symbols = calloc(1, sizeof *b->symbols);
	return b->symbols ? b->symbols : error_null(error_set(-ENOMEM, "cannot look for symbols"));
}

void symbols_forget_kernel(struct symbols *symbols)
{
	kernel_table_free(&symbols->kernel);
	free(symbols->kernel_message);
	symbols->kernel_message = NULL;
	symbols->kernel_error = 0;
}

void symbols_free(struct symbols *symbols)
{
	if (!symbols)
		return;
	symbols_forget_kernel(symbols);
	while (symbols->processes) {
		struct process_symbols *process = symbols->processes;

		symbols->processes = process->next;
		process_symbols_free(process);
	}
	file_cache_free(&symbols->files);
	plain_names_free(&symbols->plain_names);
	free(symbols);
}

struct kernel_table *symbols_kernel(struct symbols *symbols)
{
	int err = symbols->kernel_error;

	if (err) {
		error_say(err, "%s", symbols->kernel_message ? symbols->kernel_message : "no kernel symbols");
	} else if (!symbols->kernel.count) {
		err = kernel_table_read(&symbols->kernel);
		symbols->kernel_error = err;
		symbols->kernel_message = err ? strdup(cbcc_last_error()) : NULL;
	}
	return err ? error_null(err) : &symbols->kernel;
}

/* The process that was asked for last is the first of the list: stacks are of one process. */
struct process_symbols *symbols_process(struct symbols *symbols, pid_t pid)
{
	struct process_symbols **link = &symbols->processes, *process;

	while (*link && (*link)->pid != pid)
		link = &(*link)->next;
	process = *link;
	if (process)
		*link = process->next;
	else
		process = process_symbols_new(pid, &symbols->files);
	if (process) {
		process->next = symbols->processes;
		symbols->processes = process;
	}
	return process;
}

static int resolve_kernel(struct symbols *symbols, uint64_t address, struct cbcc_symbol *result)
{
	const struct kernel_table *kernel =
		symbols->kernel.count ? &symbols->kernel : symbols_kernel(symbols);
	const struct kernel_symbol *symbol;

	if (!kernel)
		return -errno;
	symbol = kernel_table_find(kernel, address);
	*result = (struct cbcc_symbol){
		.name = symbol ? kernel_symbol_name(kernel, symbol) : NULL,
		.module = symbol ? kernel_symbol_module(kernel, symbol) : NULL,
		.offset = symbol ? address - symbol->address : address,
	};
	return 0;
}

/* A process that has ended before it was asked for is no error: that happens to whoever looks at many of them. */
static int resolve_user(struct symbols *symbols, uint64_t address, pid_t pid, struct cbcc_symbol *symbol)
{
	struct process_symbols *process = symbols_process(symbols, pid);
	int err = process ? process_symbols_resolve(process, address, symbol) : -errno;

	if (!process)
		*symbol = (struct cbcc_symbol){ .offset = address };
	return err == -ESRCH || err == -ENOENT ? 0 : err;
}

static void make_plain(struct symbols *symbols, unsigned int flags, struct cbcc_symbol *symbol)
{
	if (symbol->name && !(flags & CBCC_SYM_MANGLED))
		symbol->name = plain_name(&symbols->plain_names, symbol->name);
}

int symbols_resolve(struct symbols *symbols, uint64_t address, pid_t pid, unsigned int flags,
		    struct cbcc_symbol *symbol)
{
	int err;

	if (pid < 0)
		return resolve_kernel(symbols, address, symbol);
	err = resolve_user(symbols, address, pid, symbol);
	if (err)
		return error_set(err, "cannot look for a symbol of process %d", (int)pid);
	make_plain(symbols, flags, symbol);
	return 0;
}

#define VALID 1   /* BPF_STACK_BUILD_ID_VALID */
#define ADDRESS 2 /* BPF_STACK_BUILD_ID_IP */

/* The file with that build id: one that was added, or that a process was seen to execute, or that pid executes. */
static const struct file_symbols *find_file(struct symbols *symbols, const struct cbcc_build_id *entry,
					    pid_t pid)
{
	size_t size = sizeof entry->build_id;
	struct file_symbols *file = NULL;
	struct process_symbols *process;

	/* The kernel fills short ids up with zeros. */
	for (; !file && size >= 8 && (size == sizeof entry->build_id || !entry->build_id[size]); size--)
		file = file_cache_find(&symbols->files, entry->build_id, size);
	if (file || pid < 0)
		return file;
	process = symbols_process(symbols, pid);
	if (!process || process_symbols_load(process))
		return NULL;
	return find_file(symbols, entry, -1);
}

int symbols_resolve_build_id(struct symbols *symbols, const struct cbcc_build_id *entry, pid_t pid,
			     unsigned int flags, struct cbcc_symbol *symbol)
{
	const struct file_symbols *file = NULL;
	const struct table_symbol *found;
	uint64_t address;

	*symbol = (struct cbcc_symbol){ .offset = entry->value };
	if (entry->status == ADDRESS && pid >= 0)
		return symbols_resolve(symbols, entry->value, pid, flags, symbol);
	if (entry->status == VALID)
		file = find_file(symbols, entry, pid);
	if (!file)
		return 0;
	symbol->module = file->path;
	if (!file_symbols_address(file, entry->value, &address))
		return 0;
	symbol->offset = address;
	found = symbol_table_find(&file->table, address);
	if (!found)
		return 0;
	symbol->name = table_symbol_name(&file->table, found);
	symbol->offset = address - found->address;
	make_plain(symbols, flags, symbol);
	return 0;
}
