/* SPDX-License-Identifier: Apache-2.0 */
/* Programs of cgroups, of maps of sockets, and of network namespaces. */
#include <bpf/bpf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "links/link.h"
#include "loader/program.h"

enum target_kind { CGROUP, SOCKETS, NETNS };

static const struct rule {
	enum bpf_attach_type type;
	enum bpf_prog_type program;
	enum target_kind target;
} rules[] = {
	{ BPF_CGROUP_INET_INGRESS, BPF_PROG_TYPE_CGROUP_SKB, CGROUP },
	{ BPF_CGROUP_INET_EGRESS, BPF_PROG_TYPE_CGROUP_SKB, CGROUP },
	{ BPF_CGROUP_INET_SOCK_CREATE, BPF_PROG_TYPE_CGROUP_SOCK, CGROUP },
	{ BPF_CGROUP_INET_SOCK_RELEASE, BPF_PROG_TYPE_CGROUP_SOCK, CGROUP },
	{ BPF_CGROUP_INET4_POST_BIND, BPF_PROG_TYPE_CGROUP_SOCK, CGROUP },
	{ BPF_CGROUP_INET6_POST_BIND, BPF_PROG_TYPE_CGROUP_SOCK, CGROUP },
	{ BPF_CGROUP_SOCK_OPS, BPF_PROG_TYPE_SOCK_OPS, CGROUP },
	{ BPF_CGROUP_DEVICE, BPF_PROG_TYPE_CGROUP_DEVICE, CGROUP },
	{ BPF_CGROUP_SYSCTL, BPF_PROG_TYPE_CGROUP_SYSCTL, CGROUP },
	{ BPF_CGROUP_GETSOCKOPT, BPF_PROG_TYPE_CGROUP_SOCKOPT, CGROUP },
	{ BPF_CGROUP_SETSOCKOPT, BPF_PROG_TYPE_CGROUP_SOCKOPT, CGROUP },
	{ BPF_CGROUP_INET4_BIND, BPF_PROG_TYPE_CGROUP_SOCK_ADDR, CGROUP },
	{ BPF_CGROUP_INET6_BIND, BPF_PROG_TYPE_CGROUP_SOCK_ADDR, CGROUP },
	{ BPF_CGROUP_INET4_CONNECT, BPF_PROG_TYPE_CGROUP_SOCK_ADDR, CGROUP },
	{ BPF_CGROUP_INET6_CONNECT, BPF_PROG_TYPE_CGROUP_SOCK_ADDR, CGROUP },
	{ BPF_CGROUP_INET4_GETPEERNAME, BPF_PROG_TYPE_CGROUP_SOCK_ADDR, CGROUP },
	{ BPF_CGROUP_INET6_GETPEERNAME, BPF_PROG_TYPE_CGROUP_SOCK_ADDR, CGROUP },
	{ BPF_CGROUP_INET4_GETSOCKNAME, BPF_PROG_TYPE_CGROUP_SOCK_ADDR, CGROUP },
	{ BPF_CGROUP_INET6_GETSOCKNAME, BPF_PROG_TYPE_CGROUP_SOCK_ADDR, CGROUP },
	{ BPF_CGROUP_UDP4_SENDMSG, BPF_PROG_TYPE_CGROUP_SOCK_ADDR, CGROUP },
	{ BPF_CGROUP_UDP6_SENDMSG, BPF_PROG_TYPE_CGROUP_SOCK_ADDR, CGROUP },
	{ BPF_CGROUP_UDP4_RECVMSG, BPF_PROG_TYPE_CGROUP_SOCK_ADDR, CGROUP },
	{ BPF_CGROUP_UDP6_RECVMSG, BPF_PROG_TYPE_CGROUP_SOCK_ADDR, CGROUP },
	{ BPF_SK_MSG_VERDICT, BPF_PROG_TYPE_SK_MSG, SOCKETS },
	{ BPF_SK_SKB_STREAM_PARSER, BPF_PROG_TYPE_SK_SKB, SOCKETS },
	{ BPF_SK_SKB_STREAM_VERDICT, BPF_PROG_TYPE_SK_SKB, SOCKETS },
	{ BPF_SK_SKB_VERDICT, BPF_PROG_TYPE_SK_SKB, SOCKETS },
	{ BPF_SK_LOOKUP, BPF_PROG_TYPE_SK_LOOKUP, NETNS },
	{ BPF_FLOW_DISSECTOR, BPF_PROG_TYPE_FLOW_DISSECTOR, NETNS },
};

static const struct rule *find_rule(int type)
{
	for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
		if (rules[i].type == (enum bpf_attach_type)type)
			return &rules[i];
	return NULL;
}

/* A link's data: for what no link of the kernel's holds. */
struct func {
	int target, program;
	enum bpf_attach_type type;
};

static void undo(struct link *link)
{
	const struct func *func = link->data;

	bpf_prog_detach2(func->program, func->target, func->type);
	close(func->target);
}

/* The descriptor that the caller means, as one of ours. */
static int open_target(const struct rule *rule, int target)
{
	int fd = rule->target == NETNS && target == 0 ? open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC)
						      : fcntl(target, F_DUPFD_CLOEXEC, 0);

	return fd < 0 ? -errno : fd;
}

/* What the target is, whatever its descriptor. */
static void target_key(const struct rule *rule, int target, char *key, size_t size)
{
	struct bpf_map_info info = { 0 };
	uint32_t info_size = sizeof info;
	struct stat st = { 0 };

	if (rule->target == SOCKETS && bpf_obj_get_info_by_fd(target, &info, &info_size) == 0) {
		snprintf(key, size, "%d of map %u", (int)rule->type, info.id);
		return;
	}
	fstat(target, &st);
	snprintf(key, size, "%d of %s %llu:%llu", (int)rule->type, rule->target == NETNS ? "netns" : "cgroup",
		 (unsigned long long)st.st_dev, (unsigned long long)st.st_ino);
}

/* Takes the target. */
static int attach_by_link(struct link *link, const struct rule *rule, int target, int program_fd)
{
	int fd = bpf_link_create(program_fd, target, rule->type, NULL);
	int err = fd < 0 ? -errno : link_add_fd(link, fd);

	close(target);
	return err;
}

/* Takes the target. */
static int attach_without(struct link *link, const struct rule *rule, int target, int program_fd,
			  unsigned int flags)
{
	struct func *func = malloc(sizeof *func);
	int err = func ? 0 : -ENOMEM;

	link->data = func;
	if (!err && bpf_prog_attach(program_fd, target, rule->type, flags) != 0)
		err = -errno;
	if (err) {
		close(target);
		return err;
	}
	*func = (struct func){ target, program_fd, rule->type };
	link->undo = undo;
	return 0;
}

static int attach_link(struct cbcc *b, struct link *link, const struct rule *rule, int target,
		       unsigned int flags)
{
	const struct program_target what = { .type = rule->type };
	struct program *program;
	int err = program_get_for(b, link->function, rule->program, &what, &program), fd;

	if (err)
		return err;
	fd = bpf_program__fd(program->bpf);
	target = open_target(rule, target);
	if (target < 0)
		err = target;
	else if (rule->target == SOCKETS || flags)
		err = attach_without(link, rule, target, fd, flags);
	else
		err = attach_by_link(link, rule, target, fd);
	return err ? error_set(err, "cannot attach '%s' to attach type %s", link->function->name, link->event)
		   : 0;
}

static int check(const struct rule *rule, int target, int type, unsigned int flags)
{
	if (!rule)
		return error_say(-EOPNOTSUPP,
				 "cbcc_attach_func: attach type %d is none of cgroups, maps of sockets or "
				 "network namespaces",
				 type);
	if (target < 0 || (target > 0 && fcntl(target, F_GETFD) < 0))
		return error_say(-EBADF, "cbcc_attach_func: %d is no open descriptor", target);
	if (flags & ~(unsigned int)(BPF_F_ALLOW_OVERRIDE | BPF_F_ALLOW_MULTI) ||
	    (flags && rule->target != CGROUP))
		return error_say(-EINVAL, "cbcc_attach_func: attach type %d has no flags %#x", type, flags);
	return 0;
}

int cbcc_attach_func(struct cbcc *b, const char *fn_name, int target, int attach_type, unsigned int flags)
{
	const struct rule *rule = find_rule(attach_type);
	const struct compiled_function *function;
	struct link *link;
	char key[96];
	int err = link_arguments(b, "cbcc_attach_func", fn_name, &function);

	if (!err)
		err = check(rule, target, attach_type, flags);
	if (err)
		return error_about(CBCC_ERROR_ATTACH, err);
	target_key(rule, target, key, sizeof key);
	err = link_check(b, LINK_FUNC, key, function);
	if (err)
		return error_about(CBCC_ERROR_ATTACH, err);
	link = link_create(LINK_FUNC, key, function);
	err = link ? attach_link(b, link, rule, target, flags) : -ENOMEM;
	if (err)
		link_free(link);
	else
		link_add(b, link);
	return error_about(CBCC_ERROR_ATTACH, err);
}

int cbcc_detach_func(struct cbcc *b, const char *fn_name, int target, int attach_type)
{
	const struct rule *rule = find_rule(attach_type);
	const struct compiled_function *function;
	char key[96];
	int err = link_arguments(b, "cbcc_detach_func", fn_name, &function);

	if (!err)
		err = check(rule, target, attach_type, 0);
	if (err)
		return err;
	target_key(rule, target, key, sizeof key);
	return links_detach(b, LINK_FUNC, key, fn_name);
}
