/* SPDX-License-Identifier: Apache-2.0 */
/* Programs on what network devices receive and send, behind XDP: tcx links, or filters of the clsact qdisc. */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/opts.h"
#include "links/device.h"
#include "links/link.h"
#include "loader/libbpf_log.h"
#include "loader/program.h"

/* enum bpf_attach_type since Linux 6.6. */
#define TCX_INGRESS ((enum bpf_attach_type)46)
#define TCX_EGRESS ((enum bpf_attach_type)47)

/* A link's data. */
struct tc {
	struct device device;
	bool egress;
	uint32_t handle, priority; /* of a filter */
};

static struct link *find(const struct cbcc *b, const struct device *device, const char *fn_name)
{
	for (struct link *link = b->links; link; link = link->next)
		if (link->kind == LINK_TC && device_is(&((struct tc *)link->data)->device, device) &&
		    (!fn_name || strcmp(link->function->name, fn_name) == 0))
			return link;
	return NULL;
}

static struct bpf_tc_hook hook_of(const struct tc *tc)
{
	return (struct bpf_tc_hook){
		.sz = sizeof(struct bpf_tc_hook),
		.ifindex = tc->device.ifindex,
		.attach_point = tc->egress ? BPF_TC_EGRESS : BPF_TC_INGRESS,
	};
}

static void undo(struct link *link)
{
	struct tc *tc = link->data;
	const struct bpf_tc_hook hook = hook_of(tc);
	LIBBPF_OPTS(bpf_tc_opts, opts, .handle = tc->handle, .priority = tc->priority);
	int before = device_enter(&tc->device);

	if (before != -2)
		bpf_tc_detach(&hook, &opts);
	device_leave(before);
	device_drop(&tc->device);
}

static int attach_filter(struct link *link, int program_fd)
{
	struct tc *tc = link->data;
	struct bpf_tc_hook hook = hook_of(tc);
	LIBBPF_OPTS(bpf_tc_opts, opts, .prog_fd = program_fd, .priority = tc->priority);
	int err = bpf_tc_hook_create(&hook);

	if (err && err != -EEXIST)
		return err;
	err = device_hold(&tc->device);
	if (!err)
		err = bpf_tc_attach(&hook, &opts);
	if (err) {
		device_drop(&tc->device);
		return err;
	}
	tc->handle = opts.handle;
	tc->priority = opts.priority;
	link->undo = undo;
	return 0;
}

static int attach_tcx(struct link *link, int program_fd)
{
	const struct tc *tc = link->data;
	int fd = bpf_link_create(program_fd, tc->device.ifindex, tc->egress ? TCX_EGRESS : TCX_INGRESS, NULL);

	return fd < 0 ? -errno : link_add_fd(link, fd);
}

static int attach_link(struct cbcc *b, struct link *link, bool clsact)
{
	struct program *program;
	int err = program_get(b, link->function, BPF_PROG_TYPE_SCHED_CLS, &program), fd;

	if (err)
		return err;
	fd = bpf_program__fd(program->bpf);
	libbpf_log_begin(&b->log, b->debug & CBCC_DEBUG_BTF);
	err = clsact ? -EINVAL : attach_tcx(link, fd);
	if (err == -EINVAL) /* as kernels say that have no tcx */
		err = attach_filter(link, fd);
	libbpf_log_end();
	return err ? error_set(err, "cannot attach '%s' to tc of %s", link->function->name, link->event) : 0;
}

static int attach(struct cbcc *b, const char *dev, const struct device *device,
		  const struct compiled_function *function, const struct cbcc_tc_opts *opts)
{
	struct link *link = link_create(LINK_TC, dev, function);
	struct tc *tc = link ? calloc(1, sizeof *tc) : NULL;
	int err;

	if (!tc) {
		link_free(link);
		return error_set(-ENOMEM, "cannot attach '%s'", function->name);
	}
	*tc = (struct tc){ .device = *device, .egress = opts->egress, .priority = opts->priority };
	link->data = tc;
	err = attach_link(b, link, opts->clsact);
	if (err)
		link_free(link);
	else
		link_add(b, link);
	return err;
}

static bool is_attached(const struct cbcc *b, const struct device *device,
			const struct compiled_function *function, bool egress)
{
	for (const struct link *link = b->links; link; link = link->next)
		if (link->kind == LINK_TC && link->function == function &&
		    ((struct tc *)link->data)->egress == egress &&
		    device_is(&((struct tc *)link->data)->device, device))
			return true;
	return false;
}

int cbcc_attach_tc(struct cbcc *b, const char *dev, const char *fn_name, const struct cbcc_tc_opts *user_opts)
{
	const struct compiled_function *function;
	struct cbcc_tc_opts opts;
	struct device device;
	int err = link_arguments(b, "cbcc_attach_tc", fn_name, &function);

	if (!err)
		err = opts_copy(&opts, sizeof opts, user_opts, "cbcc_tc_opts");
	if (!err)
		err = device_find(dev, "cbcc_attach_tc", &device);
	if (err)
		return error_about(CBCC_ERROR_ATTACH, err);
	if (opts.priority && !opts.clsact)
		return error_say(-EINVAL, "cbcc_attach_tc: only filters of clsact have a priority");
	if (is_attached(b, &device, function, opts.egress))
		err = error_say(-EEXIST, "'%s' is already attached to tc of %s", fn_name, dev);
	else
		err = attach(b, dev, &device, function, &opts);
	return error_about(CBCC_ERROR_ATTACH, err);
}

int cbcc_detach_tc(struct cbcc *b, const char *dev, const char *fn_name)
{
	struct device device;
	struct link *link;
	bool found = false;
	int err = handle_check(b, "cbcc_detach_tc");

	if (!err)
		err = device_find(dev, "cbcc_detach_tc", &device);
	if (err)
		return err;
	libbpf_log_begin(&b->log, b->debug & CBCC_DEBUG_BTF);
	for (; (link = find(b, &device, fn_name)); found = true)
		link_remove(b, link);
	libbpf_log_end();
	return found ? 0 : error_say(-ENOENT, "nothing is attached to tc of %s", dev);
}
