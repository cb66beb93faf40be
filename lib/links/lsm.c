/* SPDX-License-Identifier: Apache-2.0 */
#include "links/lsm.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "links/tracing.h"

/* The kernel attaches programs, and never runs them, where BPF is not among its active security modules. */
static void warn_if_inactive(const struct cbcc *b, const struct compiled_function *function)
{
	char modules[256] = "";
	FILE *in = fopen("/sys/kernel/security/lsm", "re");

	if (!in)
		return;
	if (fgets(modules, sizeof modules, in) && !strstr(modules, "bpf"))
		log_write(&b->log, CBCC_LOG_WARN,
			  "'%s' is attached and will not run: the kernel's active security modules are %s; "
			  "boot it with lsm=...,bpf",
			  function->name, modules);
	fclose(in);
}

int lsm_attach(struct cbcc *b, enum link_kind kind, const char *hook,
	       const struct compiled_function *function)
{
	struct tracing_site site = {
		.kind = kind,
		.event = hook,
		.program_type = BPF_PROG_TYPE_LSM,
		.target = { BPF_LSM_MAC, hook },
	};
	int err = tracing_attach(b, &site, function);

	if (err == -ENOENT)
		return error_say(
			err,
			"cannot attach '%s' to LSM hook %s: the kernel has no such hook for BPF, or no "
			"CONFIG_BPF_LSM",
			function->name, hook);
	if (!err)
		warn_if_inactive(b, function);
	return err;
}
