/* SPDX-License-Identifier: Apache-2.0 */
#include "links/tracing.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "loader/libbpf_log.h"

/* The kernel's internal "not supported", which it lets out here. */
#define KERNEL_ENOTSUPP 524

static int explain(int err, const struct tracing_site *site, const struct compiled_function *function)
{
	const char *kind = link_kind_name(site->kind);

	if (err == -ESRCH)
		return error_say(-ENOENT,
				 "cannot attach '%s' to %s %s: the kernel's BTF has no function '%s'",
				 function->name, kind, site->event, site->target.function);
	if (err == -KERNEL_ENOTSUPP)
		return error_say(
			-EOPNOTSUPP,
			"cannot attach '%s' to %s %s: this kernel cannot attach programs to functions "
			"(CONFIG_BPF_JIT, CONFIG_DYNAMIC_FTRACE_WITH_DIRECT_CALLS)",
			function->name, kind, site->event);
	return error_set(err, "cannot attach '%s' to %s %s", function->name, kind, site->event);
}

/* Whose BTF a loaded program's target is in: "vmlinux" or a module. false where the kernel does not say. */
static bool read_module(const struct bpf_program *bpf, char *name, size_t size)
{
	struct bpf_prog_info program = { 0 };
	struct bpf_btf_info btf = { .name = (uintptr_t)name, .name_len = size };
	__u32 program_size = sizeof program, btf_size = sizeof btf;
	int fd = -1;

	if (bpf_obj_get_info_by_fd(bpf_program__fd(bpf), &program, &program_size) == 0 &&
	    program.attach_btf_obj_id)
		fd = bpf_btf_get_fd_by_id(program.attach_btf_obj_id);
	if (fd < 0)
		return false;
	*name = '\0';
	bool read = bpf_obj_get_info_by_fd(fd, &btf, &btf_size) == 0;
	close(fd);
	return read && *name;
}

/* libbpf takes the first function of that name that it finds, in vmlinux and then in all modules. */
static int check_module(const struct tracing_site *site, const struct program *program)
{
	char name[64];

	if (!site->module || !read_module(program->bpf, name, sizeof name))
		return 0;
	if (strlen(name) == site->module_length && memcmp(name, site->module, site->module_length) == 0)
		return 0;
	return error_say(-ENOENT,
			 "cannot attach '%s' to %s %s of %.*s: the function of that name is one of %s",
			 program->function->name, link_kind_name(site->kind), site->event,
			 (int)site->module_length, site->module, name);
}

int tracing_load(struct cbcc *b, const struct tracing_site *site, const struct compiled_function *function,
		 struct program **program)
{
	int err = program_get_for(b, function, site->program_type, &site->target, program);

	if (!err)
		err = check_module(site, *program);
	return err == -ESRCH || err == -KERNEL_ENOTSUPP ? explain(err, site, function) : err;
}

static int attach_loaded(struct cbcc *b, struct link *link, const struct program *program)
{
	int err;

	libbpf_log_begin(&b->log, b->debug & CBCC_DEBUG_BTF);
	link->bpf = bpf_program__attach_trace(program->bpf);
	err = link->bpf ? 0 : -errno;
	libbpf_log_end();
	return err;
}

/* Kernels before 5.13 attach such a program once: then another one is loaded. */
static int attach(struct cbcc *b, const struct tracing_site *site, struct link *link)
{
	struct program *program;
	int err = tracing_load(b, site, link->function, &program);

	if (err)
		return err;
	err = attach_loaded(b, link, program);
	if (err == -ENOENT) {
		program->spent = true;
		err = tracing_load(b, site, link->function, &program);
		if (err)
			return err;
		err = attach_loaded(b, link, program);
	}
	return err ? explain(err, site, link->function) : 0;
}

int tracing_attach(struct cbcc *b, const struct tracing_site *site, const struct compiled_function *function)
{
	struct link *link = link_create(site->kind, site->event, function);
	int err = link ? attach(b, site, link) : -ENOMEM;

	if (err)
		link_free(link);
	else
		link_add(b, link);
	return err;
}
