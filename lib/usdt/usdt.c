/* SPDX-License-Identifier: Apache-2.0 */
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "process/files.h"
#include "process/maps.h"
#include "usdt/arguments.h"
#include "usdt/notes.h"
#include "usdt/probes.h"
#include "usdt/readers.h"

struct adding {
	struct cbcc_usdt *u;
	struct usdt_binary *binary;
	size_t first; /* of this file's probes */
};

static struct usdt_probe *find_in_file(const struct adding *adding, const struct usdt_note *note)
{
	for (size_t i = adding->first; i < adding->u->nprobes; i++) {
		struct usdt_probe *probe = &adding->u->probes[i];

		if (strcmp(probe->public.name, note->name) == 0 &&
		    strcmp(probe->public.provider, note->provider) == 0)
			return probe;
	}
	return NULL;
}

static struct usdt_probe *add_probe(struct adding *adding, const struct usdt_note *note)
{
	struct cbcc_usdt *u = adding->u;
	struct usdt_probe *grown = reallocarray(u->probes, u->nprobes + 1, sizeof *grown), *probe;

	if (!grown)
		return NULL;
	u->probes = grown;
	probe = &grown[u->nprobes++];
	*probe = (struct usdt_probe){ .binary = adding->binary };
	probe->public.provider = strdup(note->provider);
	probe->public.name = strdup(note->name);
	probe->public.bin_path = adding->binary->binary.path;
	probe->public.semaphore = note->semaphore;
	if (note->semaphore && !elf_address_to_offset(adding->binary->binary.file, note->semaphore,
						      &probe->public.semaphore_offset))
		probe->public.semaphore = 0;
	else if (note->semaphore)
		probe->public.semaphore_offset += adding->binary->binary.base;
	return probe->public.provider && probe->public.name ? probe : NULL;
}

static int add_location(struct usdt_probe *probe, const struct usdt_note *note)
{
	struct cbcc_usdt_probe *public = &probe->public;
	struct cbcc_usdt_location *grown =
		reallocarray((void *)public->locations, public->num_locations + 1, sizeof *grown);
	struct cbcc_usdt_argument *arguments;
	size_t count;
	char *text;

	if (!grown)
		return -ENOMEM;
	public->locations = grown;
	text = strdup(note->arguments);
	if (!text || usdt_arguments_parse(probe->binary->binary.file->header.e_machine, text, &arguments,
					  &count) != 0) {
		free(text);
		return -ENOMEM;
	}
	if (!public->num_locations)
	public->num_arguments = count;
	grown[public->num_locations++] = (struct cbcc_usdt_location){ note->address, count, arguments, text };
	return 0;
}

static int add_note(void *ctx, const struct usdt_note *note)
{
	struct adding *adding = ctx;
	struct usdt_probe *probe = find_in_file(adding, note);

	if (!probe)
		probe = add_probe(adding, note);
	return probe ? add_location(probe, note) : -ENOMEM;
}

static bool is_known(const struct cbcc_usdt *u, const struct stat *status)
{
	for (const struct usdt_binary *at = u->binaries; at; at = at->next)
		if (at->device == status->st_dev && at->inode == status->st_ino)
			return true;
	return false;
}

/* Takes ownership of the open file, which stays only if it has probes. */
static int add_binary(struct cbcc_usdt *u, struct binary *opened)
{
	struct usdt_binary *binary = calloc(1, sizeof *binary);
	struct adding adding = { u, binary, u->nprobes };
	struct stat status;
	int err = -ENOMEM;

	if (binary && fstat(binary_fd(opened), &status) == 0 && !is_known(u, &status)) {
		binary->binary = *opened;
		binary->device = status.st_dev;
		binary->inode = status.st_ino;
		err = usdt_notes_for_each(opened->file, add_note, &adding);
	} else if (binary) {
		err = 0;
	}
	if (u->nprobes == adding.first) {
		binary_close(opened);
		free(binary);
	} else {
		binary->next = u->binaries;
		u->binaries = binary;
	}
	return err;
}

/* Files that cannot be read are left out: a process may have anything mapped. */
static int add_mapped(struct cbcc_usdt *u, const struct process_map *map)
{
	struct binary binary = { .root = OWN_ROOT, .archive = -1 };
	int fd = process_map_open(u->pid, map), err;

	if (fd < 0)
		return 0;
	err = elf_file_open_fd(fd, &binary.file);
	if (err)
		return err == -ENOMEM ? err : 0;
	snprintf(binary.path, sizeof binary.path, "%s", map->path);
	binary.root = process_root_open(u->pid);
	if (binary.root < 0)
		binary.root = OWN_ROOT;
	err = add_binary(u, &binary);
	return err == -ENOMEM ? err : 0;
}

static int add_process(struct cbcc_usdt *u)
{
	struct process_maps maps;
	int err = process_maps_read(u->pid, &maps);

	if (err)
		return error_set(err, "cannot look into process %d", (int)u->pid);
	for (size_t i = 0; i < maps.count && !err; i++)
		if (maps.maps[i].executable && process_map_is_file(&maps.maps[i]))
			err = add_mapped(u, &maps.maps[i]);
	process_maps_free(&maps);
	return err ? error_set(err, "cannot read the probes of process %d", (int)u->pid) : 0;
}

static int add_path(struct cbcc_usdt *u, const char *path)
{
	struct binary binary;
	int err = binary_open(&binary, path, u->pid);

	if (err)
		return err;
	err = add_binary(u, &binary);
	return err ? error_set(err, "cannot read the probes of %s", path) : 0;
}

static int check_probes(const struct cbcc_usdt *u, const char *path)
{
	if (u->nprobes)
		return 0;
	if (path)
		return error_say(-ENOENT, "%s has no USDT probes", path);
	return error_say(-ENOENT, "process %d has no USDT probes", (int)u->pid);
}

struct cbcc_usdt *cbcc_usdt_new(pid_t pid, const char *path)
{
	struct cbcc_usdt *u;
	int err;

	if (pid < 0 || (!pid && (!path || !*path)))
		return error_null(error_say(-EINVAL, "cbcc_usdt_new: a process or a file is needed"));
	u = calloc(1, sizeof *u);
	if (!u)
		return error_null(error_set(-ENOMEM, "cbcc_usdt_new"));
	u->pid = pid;
	err = path ? add_path(u, path) : add_process(u);
	if (!err)
		err = check_probes(u, path);
	if (!err)
		return u;
	cbcc_usdt_free(u);
	return error_null(err);
}

static void probe_free(struct usdt_probe *probe)
{
	for (size_t i = 0; i < probe->public.num_locations; i++) {
		const struct cbcc_usdt_location *location = &probe->public.locations[i];

		usdt_arguments_free((struct cbcc_usdt_argument *)location->arguments,
				    location->num_arguments);
		free((char *)location->argument_text);
	}
	free((void *)probe->public.locations);
	free((char *)probe->public.provider);
	free((char *)probe->public.name);
	free(probe->fn_name);
}

void cbcc_usdt_free(struct cbcc_usdt *u)
{
	int saved = errno;

	if (!u)
		return;
	for (size_t i = 0; i < u->nprobes; i++)
		probe_free(&u->probes[i]);
	free(u->probes);
	while (u->binaries) {
		struct usdt_binary *next = u->binaries->next;

		binary_close(&u->binaries->binary);
		free(u->binaries);
		u->binaries = next;
	}
	free(u->text);
	free(u);
	errno = saved;
}

static bool is_named(const struct cbcc_usdt_probe *probe, const char *name)
{
	size_t length = strlen(probe->provider);

	if (strcmp(probe->name, name) == 0)
		return true;
	return strncmp(probe->provider, name, length) == 0 && name[length] == ':' &&
	       strcmp(probe->name, name + length + 1) == 0;
}

/* The first probe of that name. Several files may have one, several providers may not. */
static int find_probe(const struct cbcc_usdt *u, const char *name, size_t *first)
{
	*first = u->nprobes;
	for (size_t i = 0; i < u->nprobes; i++) {
		const struct cbcc_usdt_probe *probe = &u->probes[i].public;

		if (!is_named(probe, name))
			continue;
		if (*first == u->nprobes)
			*first = i;
		else if (strcmp(probe->provider, u->probes[*first].public.provider) != 0)
			return error_say(
				-ENOTUNIQ, "there are probes %s:%s and %s:%s: name the provider, too",
				u->probes[*first].public.provider, probe->name, probe->provider, probe->name);
	}
	return *first < u->nprobes ? 0 : error_say(-ENOENT, "there is no USDT probe '%s'", name);
}

/* It becomes part of a text. */
static bool is_identifier(const char *name)
{
	if (isdigit((unsigned char)*name))
		return false;
	for (const char *at = name; *at; at++)
		if (!isalnum((unsigned char)*at) && *at != '_')
			return false;
	return *name;
}

static int enable(struct usdt_probe *probe, const char *fn_name)
{
	if (probe->fn_name)
		return error_say(-EEXIST, "the USDT probe %s:%s is enabled already, for '%s'",
				 probe->public.provider, probe->public.name, probe->fn_name);
	probe->fn_name = strdup(fn_name);
	return probe->fn_name ? 0 : error_set(-ENOMEM, "cannot enable %s", probe->public.name);
}

int cbcc_usdt_enable_probe(struct cbcc_usdt *u, const char *name, const char *fn_name)
{
	size_t first;
	int err;

	if (!u)
		return error_missing("cbcc_usdt_enable_probe: the context is NULL");
	if (!name || !fn_name)
		return error_say(-EINVAL, "cbcc_usdt_enable_probe: a probe and a function are needed");
	if (!is_identifier(fn_name))
		return error_say(-EINVAL, "cbcc_usdt_enable_probe: '%s' is no function's name", fn_name);
	err = find_probe(u, name, &first);
	for (size_t i = first; !err && i < u->nprobes; i++)
		if (is_named(&u->probes[i].public, name))
			err = enable(&u->probes[i], fn_name);
	return err;
}

const char *cbcc_usdt_text(struct cbcc_usdt *u)
{
	char *text;
	int err;

	if (!u)
		return error_null(error_missing("cbcc_usdt_text: the context is NULL"));
	err = usdt_readers_make(&u, 1, &text);
	if (err)
		return error_null(err);
	free(u->text);
	u->text = text;
	return text;
}

const char *cbcc_usdt_get_probe_arg_ctype(const struct cbcc_usdt *u, const char *name, size_t index)
{
	const struct cbcc_usdt_probe *probe;
	int err, size;
	size_t first;

	if (!u)
		return error_null(error_missing("cbcc_usdt_get_probe_arg_ctype: the context is NULL"));
	if (!name)
		return error_null(error_say(-EINVAL, "cbcc_usdt_get_probe_arg_ctype: the probe's name is NULL"));
	err = find_probe(u, name, &first);
	if (err)
		return error_null(err);
	probe = &u->probes[first].public;
	size = 0;
	for (size_t i = 0; i < probe->num_locations; i++)
		if (index < probe->locations[i].num_arguments)
			size = usdt_wider(size, probe->locations[i].arguments[index].size);
	if (!size)
		return error_null(error_say(-ENOENT, "the USDT probe %s has no argument %zu", name, index));
	return usdt_type_name(size);
}

size_t cbcc_usdt_num_probes(const struct cbcc_usdt *u)
{
	return u ? u->nprobes : 0;
}

const struct cbcc_usdt_probe *cbcc_usdt_get_probe(const struct cbcc_usdt *u, size_t index)
{
	if (!u || index >= u->nprobes)
		return error_null(error_say(-EINVAL, "cbcc_usdt_get_probe: there is no probe %zu", index));
	return &u->probes[index].public;
}

/* "sym + 8 + ax + 4 * cx" */
static void print_sum(FILE *out, const struct cbcc_usdt_argument *argument)
{
	const char *plus = "";

	if (argument->deref_ident)
		fprintf(out, "%s", argument->deref_ident), plus = " + ";
	if (argument->base_register_name)
		fprintf(out, "%s%s", plus, argument->base_register_name), plus = " + ";
	if (argument->index_register_name && argument->scale != 1)
		fprintf(out, "%s%d * %s", plus, argument->scale, argument->index_register_name);
	else if (argument->index_register_name)
		fprintf(out, "%s%s", plus, argument->index_register_name);
	if (argument->deref_offset)
		fprintf(out, " %c %" PRIu64, argument->deref_offset < 0 ? '-' : '+',
			argument->deref_offset < 0 ? -(uint64_t)argument->deref_offset
						   : (uint64_t)argument->deref_offset);
}

static void print_argument(FILE *out, const struct cbcc_usdt_argument *argument)
{
	fprintf(out, "%d %s bytes @ ", abs(argument->size), argument->size < 0 ? "signed  " : "unsigned");
	if (argument->valid & CBCC_USDT_CONSTANT) {
		fprintf(out, "%" PRId64, argument->constant);
	} else if (argument->valid & CBCC_USDT_DEREF_OFFSET) {
		fprintf(out, "*(");
		print_sum(out, argument);
		fprintf(out, ")");
	} else {
		fprintf(out, "%s", argument->valid ? argument->base_register_name : "?");
	}
}

int cbcc_usdt_argument_format(const struct cbcc_usdt_argument *argument, char *text, size_t size)
{
	char *line = NULL;
	size_t length = 0;
	FILE *out;

	if (!argument || (!text && size))
		return error_say(-EINVAL, "cbcc_usdt_argument_format: an argument and a buffer are needed");
	out = open_memstream(&line, &length);
	if (!out)
		return error_set(-ENOMEM, "cbcc_usdt_argument_format");
	print_argument(out, argument);
	if (fclose(out) != 0)
		length = 0;
	snprintf(text, size, "%s", line ? line : "");
	free(line);
	return (int)length;
}
