/* SPDX-License-Identifier: Apache-2.0 */
/* Symbol caches: of the kernel, of a process, of files by their build ids. What BCC's options leave open is always done. */
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "complain.h"
#include "libbcc.h"
#include "process/files.h"
#include "symbols/process_symbols.h"
#include "symbols/symbols.h"

/* Programs have a cache for each process that they meet: what files have is read once for all of them. */
struct cache {
	struct cache *next;
	int pid; /* -1: the kernel */
};

static struct {
	pthread_mutex_t lock;
	struct symbols *symbols;
	struct cache *caches; /* that use them */
} shared = { .lock = PTHREAD_MUTEX_INITIALIZER };

/* A process is looked at now: it may have ended when the first address comes. */
static bool join(struct cache *cache)
{
	bool joined;

	pthread_mutex_lock(&shared.lock);
	if (!shared.symbols)
		shared.symbols = calloc(1, sizeof *shared.symbols);
	joined = shared.symbols;
	if (joined) {
		cache->next = shared.caches;
		shared.caches = cache;
		if (cache->pid >= 0)
			symbols_process(shared.symbols, cache->pid);
	}
	pthread_mutex_unlock(&shared.lock);
	return joined;
}

static void forget_process(pid_t pid)
{
	for (struct process_symbols **link = &shared.symbols->processes; *link; link = &(*link)->next) {
		struct process_symbols *process = *link;

		if (process->pid == pid) {
			*link = process->next;
			process_symbols_free(process);
			return;
		}
	}
}

static void leave(const struct cache *cache)
{
	struct cache **link = &shared.caches;
	bool is_last = true;

	pthread_mutex_lock(&shared.lock);
	while (*link != cache)
		link = &(*link)->next;
	*link = cache->next;
	for (const struct cache *other = shared.caches; other; other = other->next)
		is_last &= other->pid != cache->pid;
	if (is_last)
		forget_process(cache->pid);
	if (!shared.caches) {
		symbols_free(shared.symbols);
		shared.symbols = NULL;
	}
	pthread_mutex_unlock(&shared.lock);
}

void *bcc_symcache_new(int pid, struct bcc_symbol_option *option)
{
	struct cache *cache = calloc(1, sizeof *cache);

	(void)option;
	if (!cache)
		return NULL;
	cache->pid = pid < 0 ? -1 : pid;
	if (join(cache))
		return cache;
	free(cache);
	return NULL;
}

void bcc_free_symcache(void *ptr, int pid)
{
	struct cache *cache = ptr;

	(void)pid;
	if (cache)
		leave(cache);
	free(cache);
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

static int resolve(const struct cache *cache, uint64_t addr, bool plain, struct bcc_symbol *sym)
{
	struct cbcc_symbol symbol;
	int err;

	*sym = (struct bcc_symbol){ .offset = addr };
	pthread_mutex_lock(&shared.lock);
	err = symbols_resolve(shared.symbols, addr, cache->pid, CBCC_SYM_MANGLED, &symbol);
	if (!err)
		fill(sym, &symbol);
	if (!err && symbol.name && plain && cache->pid >= 0)
		add_plain_name(shared.symbols, sym);
	pthread_mutex_unlock(&shared.lock);
	if (!err && !symbol.name)
		err = -ENOENT;
	return err ? failed(err) : 0;
}

int bcc_symcache_resolve_no_demangle(void *ptr, uint64_t addr, struct bcc_symbol *sym)
{
	return resolve(ptr, addr, false, sym);
}

int bcc_symcache_resolve(void *ptr, uint64_t addr, struct bcc_symbol *sym)
{
	return resolve(ptr, addr, true, sym);
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

static int find_name(struct symbols *symbols, int pid, const char *module, const char *name, uint64_t *addr)
{
	struct process_symbols *process;

	if (pid < 0)
		return find_kernel_name(symbols, name, addr);
	process = symbols_process(symbols, pid);
	return process ? process_symbols_find(process, module, name, addr) : -errno;
}

int bcc_symcache_resolve_name(void *ptr, const char *module, const char *name, uint64_t *addr)
{
	const struct cache *cache = ptr;
	int err;

	pthread_mutex_lock(&shared.lock);
	err = find_name(shared.symbols, cache->pid, module, name, addr);
	pthread_mutex_unlock(&shared.lock);
	return err ? failed(err) : 0;
}

void bcc_symcache_refresh(void *ptr)
{
	const struct cache *cache = ptr;
	struct process_symbols *process;

	pthread_mutex_lock(&shared.lock);
	if (cache->pid < 0)
		symbols_forget_kernel(shared.symbols);
	else if ((process = symbols_process(shared.symbols, cache->pid)))
		process_symbols_refresh(process);
	pthread_mutex_unlock(&shared.lock);
}

/* ---- by build ids ---- */

void *bcc_buildsymcache_new(void)
{
	return calloc(1, sizeof(struct symbols));
}

void bcc_free_buildsymcache(void *ptr)
{
	symbols_free(ptr);
}

int bcc_buildsymcache_add_module(void *ptr, const char *path)
{
	struct symbols *symbols = ptr;
	int fd = file_open_below(OWN_ROOT, path);
	const struct file_symbols *file;

	if (fd < 0)
		return failed_to(fd, "reading the symbols of %s", path);
	file = file_cache_get(&symbols->files, fd, path, OWN_ROOT);
	if (!file)
		return failed(-errno);
	return file->build_id_size ? 0 : failed_to(-ENODATA, "%s has no build id", path);
}

/* An entry that is no place in a file is nothing, and no error. */
int bcc_buildsymcache_resolve(void *ptr, struct bpf_stack_build_id *trace, struct bcc_symbol *sym)
{
	struct symbols *symbols = ptr;
	struct cbcc_build_id entry = { .status = trace->status, .value = trace->offset };
	struct cbcc_symbol symbol;
	int err;

	if (trace->status != BPF_STACK_BUILD_ID_VALID)
		return 0;
	memcpy(entry.build_id, trace->build_id, sizeof entry.build_id);
	err = symbols_resolve_build_id(symbols, &entry, -1, CBCC_SYM_MANGLED, &symbol);
	if (err)
		return failed(err);
	fill(sym, &symbol);
	return symbol.name ? 0 : failed(-ENOENT);
}
