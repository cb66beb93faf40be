/* SPDX-License-Identifier: Apache-2.0 */
/* Handles of objects that were compiled before: cbcc's own, and those of libbpf's kind. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/whole_file.h"
#include "loader/maps.h"
#include "objects/description.h"
#include "objects/elf_check.h"

#define OBJECT_MAX (256u << 20)

static int check_opts(const struct cbcc_opts *opts)
{
	const char *name = opts->ncflags          ? "cflags"
			   : opts->kernel_headers ? "kernel_headers"
			   : opts->portable       ? "portable"
			   : opts->private_trace  ? "private_trace"
			   : opts->nusdt_contexts ? "usdt_contexts"
						  : NULL;

	return name ? error_say(-EINVAL, "struct cbcc_opts: %s is for texts, not for objects", name) : 0;
}

/* Takes the object. */
static int describe(struct cbcc *b, void *object, size_t size)
{
	const char *wrong = elf_check(object, size);
	struct object_section section;

	b->unit.object = object;
	b->unit.object_size = size;
	if (wrong)
		return error_say(-EINVAL, "%s is no object that can be loaded: %s", b->name, wrong);
	section = elf_find_section(object, DESCRIPTION_SECTION);
	if (!section.data)
		return description_guess(b);
	wrong = description_get(section.data, section.size, b);
	return wrong ? error_say(-EINVAL, "%s cannot be loaded: %s", b->name, wrong) : 0;
}

/* Takes the object. */
static struct cbcc *new_from(void *object, size_t size, const char *name, const struct cbcc_opts *user_opts)
{
	struct cbcc_opts opts;
	struct cbcc *b = handle_make(user_opts, &opts, name);
	int err = b ? check_opts(&opts) : -errno;

	if (err)
		free(object);
	else
		err = error_about(CBCC_ERROR_COMPILE, describe(b, object, size));
	if (!err && b->unit.nfunctions + b->unit.nmaps == 0)
		err = error_say(-EINVAL, "%s has no function and no map", name);
	if (!err) {
		b->portable = true;
		err = opts.compile_only ? 0 : maps_create_if_awaited(b);
	}
	if (!err)
		return handle_start(b);
	cbcc_free(b);
	return error_null(err);
}

struct cbcc *cbcc_new_from_memory(const void *object, size_t size, const struct cbcc_opts *opts)
{
	void *copy;

	if (!object)
		return error_null(error_say(-EINVAL, "cbcc_new_from_memory: the object is NULL"));
	copy = malloc(size + 1);
	if (!copy)
		return error_null(error_set(-ENOMEM, "cannot create a handle"));
	memcpy(copy, object, size);
	return new_from(copy, size, "<object>", opts);
}

static int read_object(const char *path, void **object, size_t *size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	int err = fd < 0 ? -errno : whole_file_pread(fd, OBJECT_MAX, object, size);

	if (fd >= 0)
		close(fd);
	return err ? error_set(err, "cannot read %s", path) : 0;
}

struct cbcc *cbcc_new_from_object(const char *path, const struct cbcc_opts *opts)
{
	void *object;
	size_t size;
	int err;

	if (!path)
		return error_null(error_say(-EINVAL, "cbcc_new_from_object: the path is NULL"));
	err = read_object(path, &object, &size);
	return err ? error_null(err) : new_from(object, size, path, opts);
}
