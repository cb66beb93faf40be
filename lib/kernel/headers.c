/* SPDX-License-Identifier: Apache-2.0 */
#include "kernel/headers.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/error.h"

#define IN_SOURCE "include/linux/kconfig.h"
#define IN_BUILD "include/generated/autoconf.h"
#define ARCHIVE "/sys/kernel/kheaders.tar.xz"

static bool has(const char *folder, const char *file)
{
	char path[PATH_MAX];

	return snprintf(path, sizeof path, "%s/%s", folder, file) < (int)sizeof path &&
	       access(path, R_OK) == 0;
}

/* The folder of the Makefile that a Makefile is: "include /usr/src/linux-headers-6.1.0-9-common/Makefile". */
static int read_included(const char *folder, char *included)
{
	char path[PATH_MAX], line[PATH_MAX];
	bool found = false;
	FILE *in;

	if (snprintf(path, sizeof path, "%s/Makefile", folder) >= (int)sizeof path)
		return -ENAMETOOLONG;
	in = fopen(path, "re");
	if (!in)
		return -errno;
	while (!found && fgets(line, sizeof line, in))
		found = sscanf(line, "include %s", included) == 1 && *included == '/';
	fclose(in);
	if (!found || !strrchr(included, '/'))
		return -ENOENT;
	*strrchr(included, '/') = '\0';
	return 0;
}

/* The source of a folder that has only what a build makes: where its Makefile says, or, if both were moved, beside it. */
static int find_source(const char *build, char *source)
{
	char beside[2 * PATH_MAX + 8];
	int err = read_included(build, source);

	if (err || has(source, IN_SOURCE))
		return err;
	snprintf(beside, sizeof beside, "%s/..%s", build, strrchr(source, '/') ? strrchr(source, '/') : "");
	if (!has(beside, IN_SOURCE) || strlen(beside) >= PATH_MAX)
		return -ENOENT;
	strcpy(source, beside);
	return 0;
}

static int keep(struct kernel_headers *headers, const char *source, const char *build)
{
	headers->source = strdup(source);
	headers->build = strdup(build);
	return headers->source && headers->build ? 0 : error_set(-ENOMEM, "cannot find kernel headers");
}

/* folder has the whole, or one half, and then the other is found by it, or is the running kernel's: beside. */
static int take(struct kernel_headers *headers, const char *folder, const char *beside)
{
	char source[PATH_MAX];

	if (has(folder, IN_BUILD)) {
		if (has(folder, IN_SOURCE))
			return keep(headers, folder, folder);
		return find_source(folder, source) == 0 ? keep(headers, source, folder) : -ENOENT;
	}
	if (has(folder, IN_SOURCE) && has(beside, IN_BUILD))
		return keep(headers, folder, beside);
	return -ENOENT;
}

static int missing(const char *release, const char *modules, const char *folder)
{
	const char *archive =
		access(ARCHIVE, R_OK) == 0 ? ", or unpack " ARCHIVE " and name that folder there" : "";

	if (folder)
		return error_say(-ENOENT,
				 "no kernel headers in $BCC_KERNEL_SOURCE: %s has not both " IN_SOURCE
				 " and " IN_BUILD ", nor does its Makefile lead to them",
				 folder);
	return error_say(-ENOENT,
			 "no kernel headers in %s/build: install the package linux-headers-%s (Fedora: "
			 "kernel-devel-%s), or name a folder of headers in $BCC_KERNEL_SOURCE%s",
			 modules, release, release, archive);
}

int kernel_headers_find_in(struct kernel_headers *headers, const char *modules, const char *folder)
{
	const char *suffix = secure_getenv("BCC_KERNEL_MODULES_SUFFIX");
	const char *release = strrchr(modules, '/') ? strrchr(modules, '/') + 1 : modules;
	char build[PATH_MAX], named[PATH_MAX];
	int err;

	memset(headers, 0, sizeof *headers);
	snprintf(build, sizeof build, "%s/build", modules);
	snprintf(named, sizeof named, "%s/%s", modules, suffix ? suffix : "source");
	if (folder)
		err = take(headers, folder, build);
	else
		err = take(headers, named, build);
	if (err == -ENOENT && !folder)
		err = take(headers, build, build);
	return err == -ENOENT ? missing(release, modules, folder) : err;
}

int kernel_headers_find(struct kernel_headers *headers)
{
	char modules[PATH_MAX];
	struct utsname system;

	uname(&system);
	snprintf(modules, sizeof modules, "/lib/modules/%s", system.release);
	return kernel_headers_find_in(headers, modules, secure_getenv("BCC_KERNEL_SOURCE"));
}

void kernel_headers_free(struct kernel_headers *headers)
{
	free(headers->source);
	free(headers->build);
	memset(headers, 0, sizeof *headers);
}
