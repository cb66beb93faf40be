/* SPDX-License-Identifier: Apache-2.0 */
#include "cache/cache.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cache/directory.h"
#include "cache/entry.h"
#include "cache/facts.h"
#include "cache/key.h"
#include "module/module.h"

struct cache {
	const char *path;
	int directory;
	const struct log *log;
	struct bytes key;
	char name[ENTRY_NAME_SIZE];
};

static const char *reason(int err)
{
	return err == -EPERM ? "it is another user's, or others may write to it" : strerror(-err);
}

static bool open_cache(struct cache *cache)
{
	cache->directory = directory_open(cache->path);
	if (cache->directory >= 0)
		return true;
	log_write(cache->log, CBCC_LOG_WARN, "the cache %s is not used: %s", cache->path,
		  reason(cache->directory));
	return false;
}

static bool make_key(struct cache *cache, const struct compile_request *request)
{
	const char *why;

	if (key_make(&cache->key, request, &why)) {
		entry_name(&cache->key, cache->name);
		return true;
	}
	log_write(cache->log, CBCC_LOG_INFO, "%s is compiled without the cache: %s", request->name, why);
	return false;
}

static bool find(struct cache *cache, const struct compile_request *request, struct compiled *result)
{
	const char *why;
	void *content;
	size_t size;
	int err = directory_read(cache->directory, cache->name, &content, &size);

	if (err == -ENOENT)
		return false;
	why = err ? reason(err) : entry_get(content, size, &cache->key, result);
	if (!err)
		free(content);
	if (why)
		log_write(cache->log, CBCC_LOG_INFO, "%s/%s is not used: %s", cache->path, cache->name, why);
	else
		log_write(cache->log, CBCC_LOG_INFO, "%s comes from the cache, %s/%s", request->name,
			  cache->path, cache->name);
	return !why;
}

static void store(struct cache *cache, const struct facts *facts, const struct compiled *result)
{
	struct bytes entry = { 0 };
	int err;

	entry_put(&entry, &cache->key, facts, result);
	err = entry.failed ? -ENOMEM : entry.size > ENTRY_SIZE_MAX ? -EFBIG : 0;
	if (!err)
		err = directory_write(cache->directory, cache->name, entry.data, entry.size);
	if (err)
		log_write(cache->log, CBCC_LOG_WARN, "cannot write %s/%s: %s", cache->path, cache->name,
			  strerror(-err));
	else
		directory_trim(cache->directory);
	bytes_free(&entry);
}

/* Whether the key is the same now. The compiler's module may have been replaced before it was loaded. */
static bool is_current(const struct cache *cache, const struct compile_request *request)
{
	struct bytes key;
	const char *why;
	bool same = key_make(&key, request, &why) && key.size == cache->key.size &&
		    memcmp(key.data, cache->key.data, key.size) == 0;

	bytes_free(&key);
	return same;
}

static int compile(struct cache *cache, const struct compile_request *request, struct compiled *result)
{
	struct compile_request recorded = *request;
	struct facts facts = { 0 };
	int err;

	recorded.facts = &facts;
	err = compiler_compile(&recorded, result);
	if (!err && !facts.spoiled && is_current(cache, request))
		store(cache, &facts, result);
	else if (!err)
		log_write(cache->log, CBCC_LOG_INFO,
			  "%s is not cached: its result depends on the time, or on what changed meanwhile",
			  request->name);
	facts_free(&facts);
	return err;
}

int cache_compile(const char *directory, const struct compile_request *request, const struct log *log,
		  struct compiled *result)
{
	struct cache cache = { .path = directory ? directory : secure_getenv("CBCC_CACHE"), .log = log };
	int err = 0;

	if (!cache.path || !*cache.path || !make_key(&cache, request))
		return compiler_compile(request, result);
	if (!open_cache(&cache))
		err = compiler_compile(request, result);
	else if (!find(&cache, request, result))
		err = compile(&cache, request, result);
	if (cache.directory >= 0)
		close(cache.directory);
	bytes_free(&cache.key);
	return err;
}
