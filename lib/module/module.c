/* SPDX-License-Identifier: Apache-2.0 */
#include "module/module.h"

#include <dlfcn.h>
#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "module/compiled.h"

#define MODULE "libcbcc-compiler.so"

/* Once loaded it stays: LLVM's own global state cannot be unloaded. */
static _Atomic(const struct compiler_api *) api;
static char *(*demangle)(const char *); /* set before api */
static pthread_mutex_t api_lock = PTHREAD_MUTEX_INITIALIZER;
static struct compiler_identity api_identity; /* of the module loaded */
static bool api_identified;

static const char *own_path(void)
{
	Dl_info self;

	return dladdr((void *)compiler_compile, &self) ? self.dli_fname : NULL;
}

/*
 * The path of the i-th place where the module may be. Where $CBCC_COMPILER says; else beside the library, as built; below
 * its directory, as installed, or above it; where the build said it would be. False behind the last one.
 */
static bool place(size_t i, char path[PATH_MAX])
{
	const char *self = own_path(), *named = secure_getenv("CBCC_COMPILER");
	int length = self && strchr(self, '/') ? strrchr(self, '/') - self : 0;
	const struct {
		const char *directory;
		int length;
		const char *below;
	} places[] = {
		{ self, length, "/" MODULE },
		{ self, length, "/" CBCC_MODULE_BELOW "/" MODULE },
		{ self, length, "/../" MODULE },                          /* BCC's interface, as built */
		{ self, length, "/../../" CBCC_MODULE_BELOW "/" MODULE }, /* and installed */
		{ CBCC_MODULE_DIRECTORY, strlen(CBCC_MODULE_DIRECTORY), "/" MODULE },
	};

	if (named)
		return i == 0 && snprintf(path, PATH_MAX, "%s", named) < PATH_MAX;
	if (i >= sizeof places / sizeof *places)
		return false;
	if (!places[i].length || snprintf(path, PATH_MAX, "%.*s%s", places[i].length, places[i].directory,
					  places[i].below) >= PATH_MAX)
		*path = '\0';
	return true;
}

static bool identify(const char *path, struct compiler_identity *identity)
{
	struct stat st;

	if (stat(path, &st) != 0)
		return false;
	*identity = (struct compiler_identity){
		.device = st.st_dev,
		.inode = st.st_ino,
		.size = st.st_size,
		.modified = { st.st_mtim.tv_sec, st.st_mtim.tv_nsec },
		.changed = { st.st_ctim.tv_sec, st.st_ctim.tv_nsec },
	};
	return true;
}

/* Gives a reason if the file is there and cannot be loaded. One that was replaced meanwhile is not known. */
static void *open_at(const char *path, const char **reason)
{
	struct compiler_identity before;
	bool known = identify(path, &before);
	void *module = dlopen(path, RTLD_NOW | RTLD_LOCAL);

	if (!module)
		*reason = dlerror();
	api_identified = module && known && identify(path, &api_identity) &&
			 memcmp(&before, &api_identity, sizeof before) == 0;
	return module;
}

static void *open_module(const char **reason)
{
	bool named = secure_getenv("CBCC_COMPILER");
	char path[PATH_MAX];
	void *module = NULL;

	for (size_t i = 0; !module && place(i, path); i++)
		if (named || access(path, F_OK) == 0)
			module = open_at(path, reason);
	return module;
}

/* NULL, or why it cannot be loaded. */
static const char *load_api(void)
{
	const char *reason = MODULE " is neither beside the library nor in " CBCC_MODULE_DIRECTORY;
	void *module = open_module(&reason);
	const struct compiler_api *found;

	if (!module)
		return reason;
	found = dlsym(module, "cbcc_compiler");
	if (!found || found->abi != COMPILER_ABI) {
		dlclose(module);
		return MODULE " is of another version of cbcc";
	}
	demangle = (char *(*)(const char *))dlsym(module, "cbcc_demangle");
	api = found;
	return NULL;
}

static const char *ensure_api(void)
{
	const char *reason = NULL;

	pthread_mutex_lock(&api_lock);
	if (!api)
		reason = load_api();
	pthread_mutex_unlock(&api_lock);
	return reason;
}

static int compile_error(int err, const struct compile_request *request, const struct compiled *result)
{
	if (err != -EINVAL)
		return error_set(err, "cannot compile %s", request->name);
	error_say(err, "%s does not compile", request->name);
	error_details(result->diagnostics);
	return err;
}

char *compiler_demangle(const char *name)
{
	return ensure_api() || !demangle ? NULL : demangle(name);
}

int compiler_compile(const struct compile_request *request, struct compiled *result)
{
	const char *reason = ensure_api();
	int err;

	memset(result, 0, sizeof *result);
	if (reason)
		return error_say(-ELIBACC, "cannot load cbcc's compiler: %s", reason);
	err = api->compile(request, result);
	return err ? compile_error(err, request, result) : 0;
}

void compiler_release(struct compiled *result)
{
	compiled_release(result);
}

bool compiler_identify(struct compiler_identity *identity)
{
	char path[PATH_MAX];
	bool known = false;

	pthread_mutex_lock(&api_lock);
	if (api) {
		*identity = api_identity;
		known = api_identified;
	} else {
		for (size_t i = 0; !known && place(i, path); i++)
			known = identify(path, identity);
	}
	pthread_mutex_unlock(&api_lock);
	return known;
}
