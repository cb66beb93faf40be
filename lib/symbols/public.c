/* SPDX-License-Identifier: Apache-2.0 */
/* The calls of cbcc/symbols.h. */
#include <errno.h>

#include "base/error.h"
#include "handle.h"
#include "process/files.h"
#include "symbols/process_symbols.h"
#include "symbols/symbol_text.h"
#include "symbols/symbols.h"

#define FLAGS (CBCC_SYM_MODULE | CBCC_SYM_OFFSET | CBCC_SYM_MANGLED)

static int check_text(const struct cbcc *b, const char *call, unsigned int flags, const char *buf,
		      size_t size)
{
	int err = handle_check(b, call);

	if (!err && !buf && size)
		err = error_say(-EINVAL, "%s: the buffer is NULL", call);
	if (!err && flags & ~(unsigned int)FLAGS)
		err = error_say(-EINVAL, "%s: flags 0x%x are not known", call, flags & ~(unsigned int)FLAGS);
	return err;
}

static struct kernel_table *kernel_of(struct cbcc *b)
{
	struct symbols *symbols = symbols_of(b);

	return symbols ? symbols_kernel(symbols) : NULL;
}

/* As text, once found. */
static int finish(int err, const struct cbcc_symbol *symbol, unsigned int flags, char *buf, size_t size)
{
	return err ? err : symbol_text(symbol, flags, buf, size);
}

int cbcc_ksym(struct cbcc *b, uint64_t addr, unsigned int flags, char *buf, size_t size)
{
	int err = check_text(b, "cbcc_ksym", flags, buf, size);
	struct symbols *symbols = err ? NULL : symbols_of(b);
	struct cbcc_symbol symbol;

	if (!symbols)
		return err ? err : -errno;
	return finish(symbols_resolve(symbols, addr, -1, flags, &symbol), &symbol, flags, buf, size);
}

int cbcc_ksymname(struct cbcc *b, const char *name, uint64_t *addr)
{
	int err = handle_check(b, "cbcc_ksymname");
	const struct kernel_symbol *symbol;
	struct kernel_table *kernel;

	if (!err && (!name || !addr))
		err = error_say(-EINVAL, "cbcc_ksymname: the %s is NULL", name ? "address" : "name");
	kernel = err ? NULL : kernel_of(b);
	if (!kernel)
		return err ? err : -errno;
	symbol = kernel_table_find_name(kernel, name);
	if (!symbol)
		return error_set(-errno, "the kernel's symbol '%s'", name);
	*addr = symbol->address;
	return 0;
}

int cbcc_sym(struct cbcc *b, uint64_t addr, int pid, unsigned int flags, char *buf, size_t size)
{
	int err = check_text(b, "cbcc_sym", flags, buf, size);
	struct symbols *symbols = err ? NULL : symbols_of(b);
	struct cbcc_symbol symbol;

	if (!symbols)
		return err ? err : -errno;
	return finish(symbols_resolve(symbols, addr, pid, flags, &symbol), &symbol, flags, buf, size);
}

int cbcc_sym_build_id(struct cbcc *b, const struct cbcc_build_id *entry, int pid, unsigned int flags,
		      char *buf, size_t size)
{
	int err = check_text(b, "cbcc_sym_build_id", flags, buf, size);
	struct symbols *symbols;
	struct cbcc_symbol symbol;

	if (!err && !entry)
		err = error_say(-EINVAL, "cbcc_sym_build_id: the entry is NULL");
	symbols = err ? NULL : symbols_of(b);
	if (!symbols)
		return err ? err : -errno;
	return finish(symbols_resolve_build_id(symbols, entry, pid, flags, &symbol), &symbol, flags, buf,
		      size);
}

int cbcc_resolve(struct cbcc *b, uint64_t addr, int pid, unsigned int flags, struct cbcc_symbol *symbol)
{
	struct symbols *symbols;
	int err = 0;

	if (!b || flags & ~(unsigned int)FLAGS)
		err = check_text(b, "cbcc_resolve", flags, NULL, 0);
	else if (!symbol)
		err = error_say(-EINVAL, "cbcc_resolve: the symbol is NULL");
	if (err)
		return err;
	symbols = b->symbols ? b->symbols : symbols_of(b);
	return symbols ? symbols_resolve(symbols, addr, pid, flags, symbol) : -errno;
}

static int resolve_user_name(struct symbols *symbols, int pid, const char *module, const char *name,
			     uint64_t *addr)
{
	struct process_symbols *process = symbols_process(symbols, pid);
	int err = process ? process_symbols_find(process, module, name, addr) : -errno;

	return err ? error_set(err, "function '%s' of process %d", name, pid) : 0;
}

int cbcc_resolve_name(struct cbcc *b, int pid, const char *module, const char *name, uint64_t *addr)
{
	int err = handle_check(b, "cbcc_resolve_name");
	struct symbols *symbols;

	if (!err && pid < 0)
		return cbcc_ksymname(b, name, addr);
	if (!err && (!name || !addr))
		err = error_say(-EINVAL, "cbcc_resolve_name: the %s is NULL", name ? "address" : "name");
	symbols = err ? NULL : symbols_of(b);
	if (!symbols)
		return err ? err : -errno;
	return resolve_user_name(symbols, pid, module, name, addr);
}

static int add_module(struct symbols *symbols, const char *path)
{
	int fd = file_open_below(OWN_ROOT, path);
	struct file_symbols *file;

	if (fd < 0)
		return error_set(fd, "cannot open %s", path);
	file = file_cache_get(&symbols->files, fd, path, OWN_ROOT);
	if (!file)
		return error_set(-errno, "cannot read %s", path);
	return file->build_id_size ? 0 : error_say(-ENODATA, "%s has no build id", path);
}

int cbcc_add_module(struct cbcc *b, const char *path)
{
	int err = handle_check(b, "cbcc_add_module");
	struct symbols *symbols;

	if (!err && !path)
		err = error_say(-EINVAL, "cbcc_add_module: the path is NULL");
	symbols = err ? NULL : symbols_of(b);
	if (!symbols)
		return err ? err : -errno;
	return add_module(symbols, path);
}

int cbcc_refresh_symbols(struct cbcc *b, int pid)
{
	int err = handle_check(b, "cbcc_refresh_symbols");
	struct process_symbols *process;

	if (err || !b->symbols)
		return err;
	if (pid < 0) {
		symbols_forget_kernel(b->symbols);
		return 0;
	}
	for (process = b->symbols->processes; process && process->pid != pid; process = process->next)
		;
	if (process)
		process_symbols_refresh(process);
	return 0;
}
