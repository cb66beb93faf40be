/* SPDX-License-Identifier: Apache-2.0 */
/* The public lists of names. */
#include <errno.h>
#include <stdlib.h>

#include "base/error.h"
#include "cbcc/kernel.h"
#include "kernel/cpus.h"
#include "kernel/functions.h"
#include "kernel/tracefs.h"
#include "kernel/tracepoints.h"

/* Takes the list. */
static struct cbcc_names *publish(struct function_list *list)
{
	struct cbcc_names *names = malloc(sizeof *names);

	if (!names) {
		function_list_free(list);
		return error_null(error_set(-ENOMEM, "cannot list names"));
	}
	*names = (struct cbcc_names){ list->count, (const char *const *)list->names };
	return names;
}

void cbcc_names_free(struct cbcc_names *names)
{
	if (!names)
		return;
	function_list_free(&(struct function_list){ (char **)names->names, names->count });
	free(names);
}

struct cbcc_names *cbcc_get_kprobe_functions(const char *event_re)
{
	struct function_list list;
	int err;

	if (!event_re)
		return error_null(error_say(-EINVAL, "cbcc_get_kprobe_functions: the expression is NULL"));
	err = functions_match(event_re, &list);
	return err ? error_null(err) : publish(&list);
}

struct cbcc_names *cbcc_get_tracepoints(const char *tp_re)
{
	struct function_list list;
	regex_t regex;
	int err;

	if (!tp_re)
		return error_null(error_say(-EINVAL, "cbcc_get_tracepoints: the expression is NULL"));
	err = regex_compile(&regex, tp_re);
	if (err)
		return error_null(err);
	err = tracepoints_match(&regex, &list);
	regfree(&regex);
	return err ? error_null(err) : publish(&list);
}

int cbcc_tracepoint_exists(const char *category, const char *event)
{
	int id;

	if (!category || !event)
		return error_say(-EINVAL, "cbcc_tracepoint_exists: the %s is NULL",
				 category ? "event" : "category");
	id = tracefs_event_id(category, event);
	if (id >= 0)
		return 1;
	return id == -ENOENT ? 0 : id;
}

int cbcc_get_online_cpus(int *cpus, size_t count)
{
	size_t online;
	int *all, err;

	if (!cpus && count)
		return error_say(-EINVAL, "cbcc_get_online_cpus: cpus is NULL");
	err = cpus_online(&all, &online);
	if (err)
		return err;
	for (size_t i = 0; i < online && i < count; i++)
		cpus[i] = all[i];
	free(all);
	return (int)online;
}
