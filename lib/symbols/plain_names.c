/* SPDX-License-Identifier: Apache-2.0 */
#include "symbols/plain_names.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "module/module.h"

static size_t hash_name(const char *name)
{
	uint64_t hash = 0xcbf29ce484222325; /* FNV-1a */

	for (; *name; name++)
		hash = (hash ^ (unsigned char)*name) * 0x100000001b3;
	return hash ^ hash >> 32;
}

/* Where the name is, or would be. */
static struct plain_name *find(const struct plain_names *names, const char *name)
{
	size_t i = hash_name(name) & (names->size - 1);

	while (names->names[i].mangled && strcmp(names->names[i].mangled, name) != 0)
		i = (i + 1) & (names->size - 1);
	return &names->names[i];
}

static int grow(struct plain_names *names)
{
	struct plain_names more = { .size = names->size ? names->size * 2 : 256 };

	more.names = calloc(more.size, sizeof *more.names);
	if (!more.names)
		return -1;
	for (size_t i = 0; i < names->size; i++)
		if (names->names[i].mangled)
			*find(&more, names->names[i].mangled) = names->names[i];
	more.count = names->count;
	free(names->names);
	*names = more;
	return 0;
}

static const char *enter(struct plain_names *names, struct plain_name *place, const char *name)
{
	place->mangled = strdup(name);
	if (!place->mangled)
		return name;
	place->plain = compiler_demangle(name);
	names->count++;
	return place->plain ? place->plain : place->mangled;
}

const char *plain_name(struct plain_names *names, const char *name)
{
	struct plain_name *place;

	if (name[0] != '_' || (name[1] != 'Z' && name[1] != 'R'))
		return name;
	if (names->count * 2 >= names->size && grow(names))
		return name;
	place = find(names, name);
	if (!place->mangled)
		return enter(names, place, name);
	return place->plain ? place->plain : place->mangled;
}

void plain_names_free(struct plain_names *names)
{
	for (size_t i = 0; i < names->size; i++) {
		free(names->names[i].mangled);
		free(names->names[i].plain);
	}
	free(names->names);
	*names = (struct plain_names){ 0 };
}
