/* SPDX-License-Identifier: Apache-2.0 */
/* Symbol caches: of the kernel, of a process, of files by their build ids. What BCC's options leave open is always done. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "complain.h"
#include "libbcc.h"
#include "process/files.h"
#include "symbols/process_symbols.h"
#include "symbols/symbols.h"

struct cache {
	struct symbols *symbols;
	int pid; /* less than 0: the kernel */
};

static struct cache *cache_new(int pid)
{
	struct cache *cache = calloc(1, sizeof *cache);

	if (!cache)
		return NULL;
	cache->pid = pid;
	cache->symbols = calloc(1, sizeof *cache->symbols);
	if (cache->symbols)
		return cache;
	free(cache);
	return NULL;
}

static void cache_free(struct cache *cache)
{
	if (cache)
		symbols_free(cache->symbols);
	free(cache);
}

/* A process is looked at now: it may have ended when the first address comes. */
void *bcc_symcache_new(int pid, struct bcc_symbol_option *option)
{
	struct cache *cache = cache_new(pid < 0 ? -1 : pid);

	(void)option;
	if (cache && cache->pid >= 0)
		symbols_process(cache->symbols, cache->pid);
	return cache;
}

void bcc_free_symcache(void *ptr, int pid)
{
	(void)pid;
	cache_free(ptr);
}

/* The name without its mangling; it is the caller's where it differs. */
static void add_plain_name(struct symbols *symbols, struct bcc_symbol *sym)
{
	const char *plain = plain_name(&symbols->plain_names, sym->name);

	sym->demangle_name = plain == sym->name ? plain : strdup(plain);
	if (!sym->demangle_name)
		sym->demangle_name = sym->name;
}

static void fill(struct bcc_symbol *sym, const struct cbcc_symbol *symbol)
{
	*sym = (struct bcc_symbol){
		.name = symbol->name,
		.demangle_name = symbol->name,
		.module = symbol->module,
		.offset = symbol->offset,
	};
}

int bcc_symcache_resolve_no_demangle(void *ptr, uint64_t addr, struct bcc_symbol *sym)
{
	struct cache *cache = ptr;
	struct cbcc_symbol symbol;
	int err = symbols_resolve(cache->symbols, addr, cache->pid, CBCC_SYM_MANGLED, &symbol);

	*sym = (struct bcc_symbol){ .offset = addr };
	if (err)
		return failed(err);
	fill(sym, &symbol);
	return symbol.name ? 0 : failed(-ENOENT);
}

int bcc_symcache_resolve(void *ptr, uint64_t addr, struct bcc_symbol *sym)
{
	struct cache *cache = ptr;
	int err = bcc_symcache_resolve_no_demangle(cache, addr, sym);

	if (!err && cache->pid >= 0)
		add_plain_name(cache->symbols, sym);
	return err;
}

void bcc_symbol_free_demangle_name(struct bcc_symbol *sym)
{
	if (sym && sym->demangle_name && sym->demangle_name != sym->name)
		free((char *)sym->demangle_name);
}

static int find_kernel_name(struct symbols *symbols, const char *name, uint64_t *addr)
{
	struct kernel_table *kernel = symbols_kernel(symbols);
	const struct kernel_symbol *symbol = kernel ? kernel_table_find_name(kernel, name) : NULL;

	if (!symbol)
		return -errno;
	*addr = symbol->address;
	return 0;
}

int bcc_symcache_resolve_name(void *ptr, const char *module, const char *name, uint64_t *addr)
{
	struct cache *cache = ptr;
	struct process_symbols *process;
	int err;

	if (cache->pid < 0) {
		err = find_kernel_name(cache->symbols, name, addr);
	} else {
		process = symbols_process(cache->symbols, cache->pid);
		err = process ? process_symbols_find(process, module, name, addr) : -errno;
	}
	return err ? failed(err) : 0;
}

void bcc_symcache_refresh(void *ptr)
{
	struct cache *cache = ptr;
	struct process_symbols *process;

	if (cache->pid < 0) {
		symbols_forget_kernel(cache->symbols);
		return;
	}
	process = symbols_process(cache->symbols, cache->pid);
	if (process)
		process_symbols_refresh(process);
}

/* ---- by build ids ---- */

void *bcc_buildsymcache_new(void)
{
	return cache_new(-1);
}

void bcc_free_buildsymcache(void *ptr)
{
	cache_free(ptr);
}

int bcc_buildsymcache_add_module(void *ptr, const char *path)
{
	struct cache *cache = ptr;
	int fd = file_open_below(OWN_ROOT, path);
	const struct file_symbols *file;

	if (fd < 0)
		return failed_to(fd, "reading the symbols of %s", path);
	file = file_cache_get(&cache->symbols->files, fd, path, OWN_ROOT);
	if (!file)
		return failed(-errno);
	return file->build_id_size ? 0 : failed_to(-ENODATA, "%s has no build id", path);
}

/* An entry that is no place in a file is nothing, and no error. */
int bcc_buildsymcache_resolve(void *ptr, struct bpf_stack_build_id *trace, struct bcc_symbol *sym)
{
	struct cache *cache = ptr;
	struct cbcc_build_id entry = { .status = trace->status, .value = trace->offset };
	struct cbcc_symbol symbol;
	int err;

	if (trace->status != BPF_STACK_BUILD_ID_VALID)
		return 0;
	memcpy(entry.build_id, trace->build_id, sizeof entry.build_id);
	err = symbols_resolve_build_id(cache->symbols, &entry, -1, CBCC_SYM_MANGLED, &symbol);
	if (err)
		return failed(err);
	fill(sym, &symbol);
	return symbol.name ? 0 : failed(-ENOENT);
}
