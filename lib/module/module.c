/* SPDX-License-Identifier: Apache-2.0 */
#include "module/module.h"

#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"

#define MODULE "libcbcc-compiler.so"

/* Once loaded it stays: LLVM's own global state cannot be unloaded. */
static _Atomic(const struct compiler_api *) api;
static pthread_mutex_t api_lock = PTHREAD_MUTEX_INITIALIZER;

static const char *own_path(void)
{
	Dl_info self;

	return dladdr((void *)compiler_compile, &self) ? self.dli_fname : NULL;
}

/* NULL with *reason untouched where the module is not; a module that is there and cannot be loaded gives a reason. */
static void *open_in(const char *directory, size_t length, const char *below, const char **reason)
{
	char path[4096];
	void *module;

	if (snprintf(path, sizeof path, "%.*s%s/" MODULE, (int)length, directory, below) >= (int)sizeof path)
		return NULL;
	if (access(path, F_OK) != 0)
		return NULL;
	module = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	if (!module)
		*reason = dlerror();
	return module;
}

/* Where $CBCC_COMPILER says. */
static void *open_named(const char *path, const char **reason)
{
	void *module = dlopen(path, RTLD_NOW | RTLD_LOCAL);

	if (!module)
		*reason = dlerror();
	return module;
}

/* Beside the library, as built; below its directory, as installed; where the build said it would be. */
static void *open_module(const char **reason)
{
	const char *self = own_path(), *named = secure_getenv("CBCC_COMPILER");
	size_t length = self && strchr(self, '/') ? strrchr(self, '/') - self : 0;
	const struct {
		const char *directory;
		size_t length;
		const char *below;
	} places[] = {
		{ self, length, "" },
		{ self, length, "/cbcc" },
		{ CBCC_MODULE_DIRECTORY, strlen(CBCC_MODULE_DIRECTORY), "" },
	};
	void *module = NULL;

	if (named)
		return open_named(named, reason);
	for (size_t i = 0; !module && i < sizeof places / sizeof *places; i++)
		if (places[i].length)
			module = open_in(places[i].directory, places[i].length, places[i].below, reason);
	return module;
}

static int load_api(void)
{
	const char *reason = MODULE " is neither beside the library nor in " CBCC_MODULE_DIRECTORY;
	void *module = open_module(&reason);
	const struct compiler_api *found;

	if (!module)
		return error_say(-ELIBACC, "cannot load cbcc's compiler: %s", reason);
	found = dlsym(module, "cbcc_compiler");
	if (!found || found->abi != COMPILER_ABI) {
		dlclose(module);
		return error_say(-ELIBACC,
				 "cannot load cbcc's compiler: " MODULE " is of another version of cbcc");
	}
	api = found;
	return 0;
}

static int ensure_api(void)
{
	int err = 0;

	pthread_mutex_lock(&api_lock);
	if (!api)
		err = load_api();
	pthread_mutex_unlock(&api_lock);
	return err;
}

static int compile_error(int err, const struct compile_request *request, const struct compiled *result)
{
	if (err != -EINVAL)
		return error_set(err, "cannot compile %s", request->name);
	error_say(err, "%s does not compile", request->name);
	error_details(result->diagnostics);
	return err;
}

int compiler_compile(const struct compile_request *request, struct compiled *result)
{
	int err = ensure_api();

	memset(result, 0, sizeof *result);
	if (err)
		return err;
	err = api->compile(request, result);
	return err ? compile_error(err, request, result) : 0;
}

void compiler_release(struct compiled *result)
{
	if (api)
		api->release(result);
}
