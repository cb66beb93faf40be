/* SPDX-License-Identifier: Apache-2.0 */
/* Functions as programs of a type that the caller says. Their descriptors are the caller's. */
#include <bpf/bpf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "complain.h"
#include "kprobe_programs.h"
#include "libbcc.h"
#include "links/kfunc.h"
#include "links/kprobe.h"
#include "loader/program.h"
#include "module.h"

/* What BTF functions are attached to stands in their names. */
static const struct {
	const char *prefix;
	enum link_kind kind;
} prefixes[] = {
	{ "kfunc__", LINK_KFUNC }, { "kretfunc__", LINK_KRETFUNC }, { "kmod_ret__", LINK_FMOD_RET },
	{ "lsm__", LINK_LSM },     { "bpf_iter__", LINK_ITERATOR },
};

static struct tracing_site site_of(enum link_kind kind, const char *rest)
{
	if (kind == LINK_LSM)
		return (struct tracing_site){ .kind = kind,
					      .event = rest,
					      .program_type = BPF_PROG_TYPE_LSM,
					      .target = { BPF_LSM_MAC, rest } };
	if (kind == LINK_ITERATOR)
		return (struct tracing_site){ .kind = kind,
					      .event = rest,
					      .program_type = BPF_PROG_TYPE_TRACING,
					      .target = { BPF_TRACE_ITER, rest } };
	return kfunc_site(kind, rest);
}

static int load_for_target(struct cbcc *b, const struct compiled_function *function, struct program **program)
{
	for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++) {
		size_t length = strlen(prefixes[i].prefix);

		if (strncmp(function->name, prefixes[i].prefix, length) == 0) {
			struct tracing_site site = site_of(prefixes[i].kind, function->name + length);

			return tracing_load(b, &site, function, program);
		}
	}
	return error_say(-EINVAL, "cannot load '%s': its name does not say what it is attached to",
			 function->name);
}

static int load(struct cbcc *b, const struct compiled_function *function, enum bpf_prog_type type,
		int attach_type, struct program **program)
{
	struct program_target target = { .type = (enum bpf_attach_type)attach_type };

	if (type == BPF_PROG_TYPE_TRACING || type == BPF_PROG_TYPE_LSM)
		return load_for_target(b, function, program);
	if (attach_type >= 0)
		return program_get_for(b, function, type, &target, program);
	return program_get(b, function, type, program);
}

/* BCC's levels of the verifier's log, which the handle knows by the bits of debug. */
static unsigned int debug_bits(int log_level)
{
	return log_level > 1 ? CBCC_DEBUG_BPF_REGISTER_STATE : log_level == 1 ? CBCC_DEBUG_BPF : 0;
}

/* The program goes on by its descriptor alone. */
static int load_function(struct module *module, const struct compiled_function *function, int prog_type,
			 int log_level, int attach_type)
{
	struct cbcc *b = module->b;
	unsigned int debug = b->debug;
	struct program *program;
	int err, fd;

	b->debug |= debug_bits(log_level);
	err = load(b, function, (enum bpf_prog_type)prog_type, attach_type, &program);
	b->debug = debug;
	if (err)
		return err;
	if (prog_type == BPF_PROG_TYPE_KPROBE && !kprobes_exist())
		err = kprobe_program_remember(module, function, bpf_program__fd(program->bpf));
	fd = fcntl(bpf_program__fd(program->bpf), F_DUPFD_CLOEXEC, 3);
	if (fd < 0)
		err = error_set(-errno, "cannot load '%s'", function->name);
	programs_unload(b, function);
	if (err && fd >= 0)
		close(fd);
	return err ? err : fd;
}

/* Instructions that are not the module's, as somebody else has made them. */
static int load_instructions(int prog_type, const char *name, const struct bpf_insn *insns, int prog_len,
			     const char *license, unsigned int kern_version, int log_level, char *log_buf,
			     unsigned int log_buf_size, int attach_type)
{
	LIBBPF_OPTS(bpf_prog_load_opts, opts, .kern_version = kern_version,
		    .log_level = log_level > 0 ? (__u32)log_level : 0,
		    .expected_attach_type = attach_type >= 0 ? (enum bpf_attach_type)attach_type : 0);

	return bcc_prog_load_xattr((enum bpf_prog_type)prog_type, name, license, insns, &opts, prog_len,
				   log_buf, log_buf_size, true);
}

static void copy_log(char *log_buf, unsigned int size)
{
	if (log_buf && size)
		snprintf(log_buf, size, "%s", cbcc_last_error());
}

int bcc_func_load(void *program, int prog_type, const char *name, const struct bpf_insn *insns, int prog_len,
		  const char *license, unsigned int kern_version, int log_level, char *log_buf,
		  unsigned int log_buf_size, const char *dev_name, int attach_type)
{
	struct module *module = program;
	const struct compiled_function *function = module_find_function(module, name);
	bool is_own = function && insns == bpf_function_start(module, name);
	int fd;

	if (!module || !name || dev_name)
		return failed_to(dev_name ? -EOPNOTSUPP : -EINVAL, "Failed to load program");
	if (!is_own)
		return load_instructions(prog_type, name, insns, prog_len, license, kern_version, log_level,
					 log_buf, log_buf_size, attach_type);
	fd = load_function(module, function, prog_type, log_level, attach_type);
	if (fd >= 0)
		return fd;
	copy_log(log_buf, log_buf_size);
	failed_to(fd, "Failed to load program");
	complain_last_error();
	return failed(fd);
}
