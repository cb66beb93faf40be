/* SPDX-License-Identifier: Apache-2.0 */
#include "readers/event_type.h"

#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/error.h"
#include "loader/maps.h"
#include "readers/event_names.h"

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
	int err = maps_create(b);

	if (err)
		return err;
	*btf = b->maps ? bpf_object__btf(b->maps) : NULL;
	return find(*btf, map);
}
