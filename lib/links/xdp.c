/* SPDX-License-Identifier: Apache-2.0 */
/* Programs on what network devices receive: XDP. Links hold them, but for one that took the place of another's. */
#include <bpf/bpf.h>
#include <errno.h>
#include <linux/if_link.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/error.h"
#include "links/device.h"
#include "links/link.h"
#include "loader/libbpf_log.h"
#include "loader/program.h"

/* A link's data. */
struct xdp {
	struct device device;
	unsigned int mode; /* of CBCC_XDP_..._MODE; 0: the kernel chose */
	int program_fd;    /* of one without a link */
};

static unsigned int mode_of(unsigned int flags)
{
	return flags & XDP_FLAGS_MODES;
}

static struct link *find(const struct cbcc *b, const struct device *device)
{
	for (struct link *link = b->links; link; link = link->next)
		if (link->kind == LINK_XDP && device_is(&((struct xdp *)link->data)->device, device))
			return link;
	return NULL;
}

/* Only if the program is still there. */
static void undo(struct link *link)
{
	struct xdp *xdp = link->data;
	LIBBPF_OPTS(bpf_xdp_attach_opts, opts, .old_prog_fd = xdp->program_fd);
	int before = device_enter(&xdp->device);

	if (before != -2)
		bpf_xdp_detach(xdp->device.ifindex, xdp->mode, &opts);
	device_leave(before);
	device_drop(&xdp->device);
}

static int explain(int err, const struct link *link)
{
	if (err == -EBUSY)
		return error_say(err, "cannot attach '%s' to XDP of %s: there is a program of others'%s",
				 link->function->name, link->event,
				 link->undo ? ", which a link holds" : " (CBCC_XDP_REPLACE takes its place)");
	return error_set(err, "cannot attach '%s' to XDP of %s", link->function->name, link->event);
}

/* The program on a device, by whatever mode: a descriptor, or -ENOENT. */
static int open_present(const struct device *device, unsigned int mode)
{
	uint32_t id = 0;
	int err = bpf_xdp_query_id(device->ifindex, (int)mode, &id), fd;

	if (err || !id)
		return err ? err : -ENOENT;
	fd = bpf_prog_get_fd_by_id(id);
	return fd < 0 ? -errno : fd;
}

static int replace(struct link *link, int program_fd)
{
	struct xdp *xdp = link->data;
	int present = open_present(&xdp->device, xdp->mode), err;
	LIBBPF_OPTS(bpf_xdp_attach_opts, opts, .old_prog_fd = present);

	if (present < 0)
		return present;
	err = device_hold(&xdp->device);
	if (!err)
		err = bpf_xdp_attach(xdp->device.ifindex, program_fd, xdp->mode | XDP_FLAGS_REPLACE, &opts);
	close(present);
	if (err) {
		device_drop(&xdp->device);
		return err;
	}
	xdp->program_fd = program_fd;
	link->undo = undo;
	return 0;
}

static int attach_new(struct link *link, int program_fd, unsigned int flags)
{
	const struct xdp *xdp = link->data;
	LIBBPF_OPTS(bpf_link_create_opts, opts, .flags = xdp->mode);
	int fd = bpf_link_create(program_fd, xdp->device.ifindex, BPF_XDP, &opts);

	if (fd >= 0)
		return link_add_fd(link, fd);
	if (errno != EBUSY && errno != EEXIST)
		return -errno;
	return flags & CBCC_XDP_REPLACE ? replace(link, program_fd) : -EBUSY;
}

static int load(struct cbcc *b, const struct compiled_function *function, int *fd)
{
	const struct program_target target = { .type = BPF_XDP };
	struct program *program;
	int err = program_get_for(b, function, BPF_PROG_TYPE_XDP, &target, &program);

	if (!err)
		*fd = bpf_program__fd(program->bpf);
	return err;
}

static int attach(struct cbcc *b, struct link *link, const struct device *device, unsigned int flags)
{
	struct xdp *xdp = calloc(1, sizeof *xdp);
	int fd, err;

	if (!xdp)
		return error_set(-ENOMEM, "cannot attach '%s'", link->function->name);
	*xdp = (struct xdp){ *device, mode_of(flags), -1 };
	link->data = xdp;
	err = load(b, link->function, &fd);
	if (err)
		return err;
	libbpf_log_begin(&b->log, b->debug & CBCC_DEBUG_BTF);
	err = attach_new(link, fd, flags);
	libbpf_log_end();
	return err ? explain(err, link) : 0;
}

/* Another function where one of this handle is. */
static int update(struct cbcc *b, struct link *link, const struct compiled_function *function,
		  unsigned int flags)
{
	struct xdp *xdp = link->data;
	int fd, err;

	if (flags & CBCC_XDP_UPDATE_IF_NOEXIST || xdp->mode != mode_of(flags))
		return error_say(-EBUSY, "cannot attach '%s' to XDP of %s: '%s' is there%s", function->name,
				 link->event, link->function->name,
				 xdp->mode != mode_of(flags) ? ", in another mode" : "");
	err = load(b, function, &fd);
	if (err)
		return err;
	if (link->undo) {
		LIBBPF_OPTS(bpf_xdp_attach_opts, opts, .old_prog_fd = xdp->program_fd);

		err = bpf_xdp_attach(xdp->device.ifindex, fd, xdp->mode | XDP_FLAGS_REPLACE, &opts);
		xdp->program_fd = err ? xdp->program_fd : fd;
	} else {
		err = bpf_link_update(link->fds[0], fd, NULL) == 0 ? 0 : -errno;
	}
	if (err)
		return error_set(err, "cannot replace '%s' on %s", link->function->name, link->event);
	link->function = function;
	return 0;
}

int cbcc_attach_xdp(struct cbcc *b, const char *dev, const char *fn_name, unsigned int flags)
{
	const struct compiled_function *function;
	struct device device;
	struct link *link;
	int err = link_arguments(b, "cbcc_attach_xdp", fn_name, &function);

	if (!err)
		err = device_find(dev, "cbcc_attach_xdp", &device);
	if (err)
		return error_about(CBCC_ERROR_ATTACH, err);
	if (flags > XDP_FLAGS_MASK || (mode_of(flags) & (mode_of(flags) - 1)))
		return error_say(-EINVAL, "cbcc_attach_xdp: these flags do not go together: %#x", flags);
	link = find(b, &device);
	if (link)
		return error_about(CBCC_ERROR_ATTACH, update(b, link, function, flags));
	link = link_create(LINK_XDP, dev, function);
	err = link ? attach(b, link, &device, flags) : -ENOMEM;
	if (err)
		link_free(link);
	else
		link_add(b, link);
	return error_about(CBCC_ERROR_ATTACH, err);
}

static int remove_others(const struct device *device, const char *dev, unsigned int mode)
{
	uint32_t id = 0;
	int err = bpf_xdp_query_id(device->ifindex, (int)mode, &id);

	if (!err && !id)
		return error_say(-ENOENT, "there is no XDP program on %s", dev);
	if (!err)
		err = bpf_xdp_detach(device->ifindex, mode, NULL);
	return err ? error_set(err, "cannot remove the XDP program of others' from %s", dev) : 0;
}

int cbcc_remove_xdp(struct cbcc *b, const char *dev, unsigned int flags)
{
	struct device device;
	struct link *link;
	int err = handle_check(b, "cbcc_remove_xdp");

	if (!err)
		err = device_find(dev, "cbcc_remove_xdp", &device);
	if (err)
		return err;
	link = find(b, &device);
	libbpf_log_begin(&b->log, b->debug & CBCC_DEBUG_BTF);
	if (link)
		link_remove(b, link);
	else
		err = remove_others(&device, dev, mode_of(flags));
	libbpf_log_end();
	return err;
}
