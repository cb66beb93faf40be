/* SPDX-License-Identifier: Apache-2.0 */
#include "base/demangle.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

typedef char *(*demangle_fn)(const char *mangled, char *buffer, size_t *size, int *status);

static demangle_fn cxa_demangle;

static void load(void)
{
	static const char *const libraries[] = { "libstdc++.so.6", "libc++abi.so.1" };

	for (size_t i = 0; i < sizeof libraries / sizeof *libraries && !cxa_demangle; i++) {
		void *library = dlopen(libraries[i], RTLD_LAZY | RTLD_LOCAL);

		if (library)
			*(void **)&cxa_demangle = dlsym(library, "__cxa_demangle");
	}
}

char *demangle(const char *name)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	int status;

	if (strncmp(name, "_Z", 2) != 0)
		return NULL;
	pthread_once(&once, load);
	return cxa_demangle ? cxa_demangle(name, NULL, NULL, &status) : NULL;
}
