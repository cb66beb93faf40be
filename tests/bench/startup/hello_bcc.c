/* SPDX-License-Identifier: Apache-2.0 */
/* The C API that BCC's language bindings stand on. It writes its diagnostics to stderr by itself. */
#include "hello.h"

#include <stdio.h>
#include <unistd.h>

#include <linux/bpf.h>
#include <bcc/bcc_common.h>
#include <bcc/libbpf.h>

static void *module;
static int prog_fd = -1;
static int event_fd = -1;

static int fail(const char *what)
{
	fprintf(stderr, "libbcc: %s failed\n", what);
	hello_detach();
	return -1;
}

static void *create(const char *text)
{
	return bpf_module_create_c_from_string(text, 0, NULL, 0, true, NULL);
}

static int load(const char *function)
{
	return bcc_func_load(module, BPF_PROG_TYPE_TRACEPOINT, function, bpf_function_start(module, function),
			     bpf_function_size(module, function), bpf_module_license(module),
			     bpf_module_kern_version(module), 0, NULL, 0, NULL, -1);
}

int hello_attach(const char *text)
{
	module = create(text);
	if (!module)
		return fail("bpf_module_create_c_from_string");
	prog_fd = load("hello");
	if (prog_fd < 0)
		return fail("bcc_func_load");
	event_fd = bpf_attach_tracepoint(prog_fd, "syscalls", "sys_enter_execve");
	if (event_fd < 0)
		return fail("bpf_attach_tracepoint");
	return 0;
}

void hello_detach(void)
{
	if (event_fd >= 0)
		close(event_fd);
	if (prog_fd >= 0)
		close(prog_fd);
	if (module)
		bpf_module_destroy(module);
}

int hello_compile(const char *text, double *ms)
{
	double start = hello_now();

	module = create(text);
	*ms = hello_now() - start;
	if (!module)
		return fail("bpf_module_create_c_from_string");
	bpf_module_destroy(module);
	module = NULL;
	return 0;
}
