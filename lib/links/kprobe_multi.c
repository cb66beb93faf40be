/* SPDX-License-Identifier: Apache-2.0 */
#include "links/kprobe_multi.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "loader/libbpf_log.h"
#include "loader/program.h"

struct kprobe_multi {
	struct bpf_link *bpf;
	size_t users; /* links of the handle */
};

int kprobe_multi_fd(const struct kprobe_multi *multi)
{
	return bpf_link__fd(multi->bpf);
}

void kprobe_multi_release(struct kprobe_multi *multi)
{
	if (!multi || --multi->users)
		return;
	bpf_link__destroy(multi->bpf);
	free(multi);
}

/* Whether a kernel that refused has no such links at all is not asked for again. */
static atomic_bool missing;

static int create(struct cbcc *b, enum link_kind kind, const struct compiled_function *function,
		  const char **names, size_t count, struct bpf_link **link)
{
	const struct program_target target = { .type = BPF_TRACE_KPROBE_MULTI };
	LIBBPF_OPTS(bpf_kprobe_multi_opts, opts, .syms = names, .cnt = count,
		    .retprobe = kind == LINK_KRETPROBE);
	struct program *program;
	int err = program_get_for(b, function, BPF_PROG_TYPE_KPROBE, &target, &program);

	if (err)
		return err;
	libbpf_log_begin(&b->log, b->debug & CBCC_DEBUG_BTF);
	*link = bpf_program__attach_kprobe_multi_opts(program->bpf, NULL, &opts);
	err = *link ? 0 : -errno;
	libbpf_log_end();
	return err;
}

static int add_link(struct cbcc *b, enum link_kind kind, const char *name,
		    const struct compiled_function *function, struct kprobe_multi *multi)
{
	struct link *link = link_create(kind, name, function);

	if (!link)
		return -ENOMEM;
	link->multi = multi;
	multi->users++;
	link_add(b, link);
	return 0;
}

static int add_links(struct cbcc *b, enum link_kind kind, const struct function_list *list,
		     const struct compiled_function *function, struct kprobe_multi *multi)
{
	int err = 0;

	for (size_t i = 0; i < list->count && !err; i++)
		err = add_link(b, kind, list->names[i], function, multi);
	while (err && b->links && b->links->multi == multi)
		link_remove(b, b->links);
	return err;
}

int kprobe_multi_attach(struct cbcc *b, enum link_kind kind, const struct function_list *list,
			const struct compiled_function *function)
{
	struct kprobe_multi *multi;
	int err;

	if (atomic_load(&missing))
		return -EOPNOTSUPP;
	multi = calloc(1, sizeof *multi);
	if (!multi)
		return error_set(-ENOMEM, "cannot attach '%s'", function->name);
	err = create(b, kind, function, (const char **)list->names, list->count, &multi->bpf);
	if (err) {
		free(multi);
		atomic_store(&missing, err == -EOPNOTSUPP);
		log_write(&b->log, CBCC_LOG_INFO,
			  "'%s' is attached to %zu functions one by one: all at once, the kernel says: %s",
			  function->name, list->count, strerror(-err));
		return -EOPNOTSUPP;
	}
	multi->users = 1; /* this call */
	err = add_links(b, kind, list, function, multi);
	kprobe_multi_release(multi);
	return err;
}

/* The names of all other links of the same; to be freed. */
static const char **others(const struct cbcc *b, const struct link *except, size_t *count)
{
	const char **names = calloc(except->multi->users, sizeof *names);

	*count = 0;
	for (const struct link *link = names ? b->links : NULL; link; link = link->next)
		if (link != except && link->multi == except->multi)
			names[(*count)++] = link->event;
	return names;
}

int kprobe_multi_leave(struct cbcc *b, struct link *link)
{
	struct bpf_link *fewer = NULL;
	size_t count;
	const char **names;
	int err;

	if (!link->multi || link->multi->users == 1)
		return 0;
	names = others(b, link, &count);
	err = names ? create(b, link->kind, link->function, names, count, &fewer) : -ENOMEM;
	free(names);
	if (err)
		return error_set(err, "cannot detach '%s' from %s alone", link->function->name, link->event);
	bpf_link__destroy(link->multi->bpf);
	link->multi->bpf = fewer;
	return 0;
}
