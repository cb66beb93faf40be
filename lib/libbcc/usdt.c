/* SPDX-License-Identifier: Apache-2.0 */
/*
 * USDT contexts. Here a probe is one by provider and name, whatever the files that have it; its places are counted through all
 * of them. Semaphores are raised by the kernel, for as long as a probe is attached.
 */
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cbcc.h"
#include "complain.h"
#include "libbcc.h"
#include "usdt/probes.h"
#include "usdt/readers.h"
#include "usdt_sites.h"

static void *told(void *result)
{
	if (!result)
		complain_last_error();
	return result;
}

/* A file without probes is a context without any, here. */
static void *context_new(int pid, const char *path)
{
	struct cbcc_usdt *u = cbcc_usdt_new(pid, path);

	if (u || errno != ENOENT)
		return told(u);
	u = calloc(1, sizeof *u);
	if (u)
		u->pid = pid;
	return u;
}

static bool exists(int pid, const char *path)
{
	struct binary binary;

	if (!path)
		return true;
	if (binary_open(&binary, path, pid) != 0)
		return false;
	binary_close(&binary);
	return true;
}

void *bcc_usdt_new_frompid(int pid, const char *path)
{
	return exists(pid, path) ? context_new(pid, path) : told(NULL);
}

void *bcc_usdt_new_frompath(const char *path)
{
	return exists(0, path) ? context_new(0, path) : told(NULL);
}

void bcc_usdt_close(void *usdt)
{
	cbcc_usdt_free(usdt);
}

/* Tools ask for probes that only some builds of a program have, and say themselves what that means. */
int bcc_usdt_enable_probe(void *usdt, const char *probe_name, const char *fn_name)
{
	int err = cbcc_usdt_enable_probe(usdt, probe_name, fn_name);

	if (err && err != -ENOENT)
		complain_last_error();
	return err ? failed(err) : 0;
}

/* "PROVIDER:NAME"; allocated. */
static char *full_name(const char *provider, const char *name)
{
	char *full;

	return asprintf(&full, "%s:%s", provider, name) < 0 ? NULL : full;
}

int bcc_usdt_enable_fully_specified_probe(void *usdt, const char *provider_name, const char *probe_name,
					  const char *fn_name)
{
	char *name = full_name(provider_name, probe_name);
	int err = name ? bcc_usdt_enable_probe(usdt, name, fn_name) : failed(-ENOMEM);

	free(name);
	return err;
}

/* The text stays until the next call, in whatever thread; "" is BCC's for no contexts. */
const char *bcc_usdt_genargs(void **ctx_array, int len)
{
	static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
	static char *given;
	struct cbcc_usdt *const *contexts = (struct cbcc_usdt *const *)ctx_array;
	char *text;

	if (len <= 0)
		return "";
	if (usdt_readers_make(contexts, (size_t)len, &text) != 0)
		return told(NULL);
	if (usdt_places_remember(contexts, (size_t)len) != 0) {
		free(text);
		return told(NULL);
	}
	pthread_mutex_lock(&lock);
	free(given);
	given = text;
	pthread_mutex_unlock(&lock);
	return text;
}

const char *bcc_usdt_get_probe_argctype(void *usdt, const char *probe_name, int arg_index)
{
	return arg_index < 0 ? NULL : cbcc_usdt_get_probe_arg_ctype(usdt, probe_name, (size_t)arg_index);
}

const char *bcc_usdt_get_fully_specified_probe_argctype(void *usdt, const char *provider_name,
							const char *probe_name, int arg_index)
{
	char *name = full_name(provider_name, probe_name);
	const char *type = name ? bcc_usdt_get_probe_argctype(usdt, name, arg_index) : NULL;

	free(name);
	return type;
}

/* ---- what there is ---- */

static bool is_same(const struct cbcc_usdt_probe *probe, const char *provider, const char *name)
{
	return strcmp(probe->provider, provider) == 0 && strcmp(probe->name, name) == 0;
}

/* The first file's probe of that name, from an index on; NULL if there is none. */
static const struct cbcc_usdt_probe *next_probe(const struct cbcc_usdt *u, const char *provider,
						const char *name, size_t *index)
{
	for (; *index < cbcc_usdt_num_probes(u); ++*index) {
		const struct cbcc_usdt_probe *probe = cbcc_usdt_get_probe(u, *index);

		if (is_same(probe, provider, name))
			return probe;
	}
	return NULL;
}

static void describe(const struct cbcc_usdt *u, size_t first, void (*callback)(struct bcc_usdt *probe))
{
	const struct cbcc_usdt_probe *probe = cbcc_usdt_get_probe(u, first);
	struct bcc_usdt result = {
		.provider = probe->provider,
		.name = probe->name,
		.bin_path = probe->bin_path,
		.semaphore = probe->semaphore,
		.num_arguments = (int)probe->num_arguments,
		.semaphore_offset = probe->semaphore_offset,
	};

	for (const struct cbcc_usdt_probe *at; (at = next_probe(u, result.provider, result.name, &first));
	     first++)
		result.num_locations += (int)at->num_locations;
	callback(&result);
}

void bcc_usdt_foreach(void *usdt, void (*callback)(struct bcc_usdt *probe))
{
	const struct cbcc_usdt *u = usdt;

	for (size_t i = 0; i < cbcc_usdt_num_probes(u); i++) {
		const struct cbcc_usdt_probe *probe = cbcc_usdt_get_probe(u, i);
		size_t first = 0;

		if (next_probe(u, probe->provider, probe->name, &first) == probe)
			describe(u, i, callback);
	}
}

/* A place of a probe, counted through all files; NULL if there are fewer. */
static const struct cbcc_usdt_location *find_location(const struct cbcc_usdt *u, const char *provider,
						      const char *name, int index,
						      const struct cbcc_usdt_probe **probe)
{
	size_t left = (size_t)index;

	for (size_t i = 0; index >= 0 && (*probe = next_probe(u, provider, name, &i)); i++) {
		if (left < (*probe)->num_locations)
			return &(*probe)->locations[left];
		left -= (*probe)->num_locations;
	}
	return NULL;
}

int bcc_usdt_get_location(void *usdt, const char *provider_name, const char *probe_name, int index,
			  struct bcc_usdt_location *location)
{
	const struct cbcc_usdt_probe *probe;
	const struct cbcc_usdt_location *found =
		find_location(usdt, provider_name, probe_name, index, &probe);

	if (!found)
		return failed(-ENOENT);
	*location = (struct bcc_usdt_location){ found->address, probe->bin_path };
	return 0;
}

int bcc_usdt_get_argument(void *usdt, const char *provider_name, const char *probe_name, int location_index,
			  int argument_index, struct bcc_usdt_argument *argument)
{
	const struct cbcc_usdt_probe *probe;
	const struct cbcc_usdt_location *location =
		find_location(usdt, provider_name, probe_name, location_index, &probe);
	const struct cbcc_usdt_argument *found;

	if (!location || argument_index < 0 || (size_t)argument_index >= location->num_arguments)
		return failed(-ENOENT);
	found = &location->arguments[argument_index];
	*argument = (struct bcc_usdt_argument){
		.size = found->size,
		.valid = (int)found->valid,
		.constant = found->constant,
		.deref_offset = (int)found->deref_offset,
		.deref_ident = found->deref_ident,
		.base_register_name = found->base_register_name,
		.index_register_name = found->index_register_name,
		.scale = found->scale,
	};
	return 0;
}

static void call_for(const struct cbcc_usdt *u, const struct usdt_probe *probe,
		     void (*callback)(const char *bin_path, const char *fn_name, uint64_t address, int pid))
{
	for (size_t i = 0; i < probe->public.num_locations; i++)
		callback(probe->public.bin_path, probe->fn_name, probe->public.locations[i].address,
			 u->pid ? u->pid : -1);
}

void bcc_usdt_foreach_uprobe(void *usdt, void (*callback)(const char *bin_path, const char *fn_name,
							  uint64_t address, int pid))
{
	struct cbcc_usdt *u = usdt;

	if (usdt_places_add(u) != 0) /* who attaches to them has to know their semaphores */
		complain_last_error();
	for (size_t i = 0; i < u->nprobes; i++)
		if (u->probes[i].fn_name)
			call_for(u, &u->probes[i], callback);
}
