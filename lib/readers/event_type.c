/* SPDX-License-Identifier: Apache-2.0 */
#include "readers/event_type.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/error.h"
#include "handle.h"
#include "readers/event_names.h"
#include "types/types.h"

static int find(const struct btf *btf, const char *map)
{
	char *name;
	int id;

	if (asprintf(&name, EVENT_VARIABLE_PREFIX "%s", map) < 0)
		return error_set(-ENOMEM, "cannot find the type of the events of '%s'", map);
	id = btf ? btf__find_by_name_kind(btf, name, BTF_KIND_VAR) : -ENOENT;
	free(name);
	if (id <= 0)
		return error_say(-ENOENT, "the program submits no struct to a map '%s'", map);
	return btf__type_by_id(btf, btf__type_by_id(btf, id)->type)->type;
}

int cbcc_event_type_id(struct cbcc *b, const char *map, const struct btf **btf)
{
	struct types *types = types_of(b);

	if (!types)
		return -errno;
	*btf = types->btf;
	return find(*btf, map);
}

const struct cbcc_type *cbcc_event_type(struct cbcc *b, const char *name)
{
	const struct btf *btf;
	int id = handle_check(b, "cbcc_event_type");

	if (!id && !name)
		id = error_say(-EINVAL, "cbcc_event_type: the name is NULL");
	if (!id)
		id = cbcc_event_type_id(b, name, &btf);
	return id < 0 ? error_null(id) : types_get(types_of(b), id);
}
