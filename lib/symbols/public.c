/* SPDX-License-Identifier: Apache-2.0 */
/* The calls of cbcc/symbols.h. */
#include <errno.h>

#include "base/error.h"
#include "handle.h"
#include "symbols/symbol_text.h"
#include "symbols/symbols.h"

#define FLAGS (CBCC_SYM_MODULE | CBCC_SYM_OFFSET | CBCC_SYM_MANGLED)

static int check_text(const struct cbcc *b, const char *call, unsigned int flags, const char *buf, size_t size)
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

static void resolve_kernel(const struct kernel_table *kernel, uint64_t addr, struct cbcc_symbol *result)
{
	const struct kernel_symbol *symbol = kernel_table_find(kernel, addr);

	*result = (struct cbcc_symbol){ .offset = addr };
	if (!symbol)
		return;
	result->name = kernel_symbol_name(kernel, symbol);
	result->module = kernel_symbol_module(kernel, symbol);
	result->offset = addr - symbol->address;
}

int cbcc_ksym(struct cbcc *b, uint64_t addr, unsigned int flags, char *buf, size_t size)
{
	int err = check_text(b, "cbcc_ksym", flags, buf, size);
	const struct kernel_table *kernel = err ? NULL : kernel_of(b);
	struct cbcc_symbol symbol;

	if (!kernel)
		return err ? err : -errno;
	resolve_kernel(kernel, addr, &symbol);
	return symbol_text(&symbol, flags, buf, size);
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
