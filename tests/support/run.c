/* SPDX-License-Identifier: Apache-2.0 */
#include "run.h"

#include <bpf/bpf.h>
#include <stdlib.h>

#include "handle.h"
#include "loader/program.h"

/* These tests use the static library, which is not beside the module. */
__attribute__((constructor)) static void use_built_module(void)
{
	setenv("CBCC_COMPILER", CBCC_TEST_COMPILER, 0);
}

struct cbcc *compiled(const char *text)
{
	struct cbcc *b = cbcc_new(text, NULL);

	if (!b)
		fail_msg("%s", cbcc_last_error());
	return b;
}

static uint32_t run_loaded(struct cbcc *b, const char *fn, const uint64_t args[RUN_ARGS_MAX])
{
	LIBBPF_OPTS(bpf_test_run_opts, opts, .ctx_in = args, .ctx_size_in = RUN_ARGS_MAX * sizeof *args);
	const struct compiled_function *function = handle_function(b, fn);
	struct program *program;

	if (!function || program_get(b, function, BPF_PROG_TYPE_RAW_TRACEPOINT, &program) != 0)
		fail_msg("%s", cbcc_last_error());
	assert_int_equal(bpf_prog_test_run_opts(bpf_program__fd(program->bpf), &opts), 0);
	return opts.retval;
}

uint32_t run_function(struct cbcc *b, const char *fn)
{
	const uint64_t args[RUN_ARGS_MAX] = { 0 };

	return run_loaded(b, fn, args);
}

uint32_t run_function_with(struct cbcc *b, const char *fn, const uint64_t args[RUN_ARGS_MAX])
{
	return run_loaded(b, fn, args);
}

uint32_t run_with_args(const char *text, const char *fn, const uint64_t args[RUN_ARGS_MAX])
{
	struct cbcc *b = compiled(text);
	uint32_t value = run_loaded(b, fn, args);

	cbcc_free(b);
	return value;
}

uint32_t run(const char *text)
{
	const uint64_t args[RUN_ARGS_MAX] = { 0 };

	return run_with_args(text, "f", args);
}

uint32_t run_on_network(struct cbcc *b, const char *fn, struct network_run *run)
{
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = run->packet, .data_size_in = run->packet_size,
		    .data_out = run->changed, .data_size_out = run->changed_size, .ctx_in = run->ctx,
		    .ctx_size_in = run->ctx_size);
	const struct program_target target = { .type = run->attach_type };
	const struct compiled_function *function = handle_function(b, fn);
	struct program *program;
	int err = -1;

	if (function)
		err = run->attach_type ? program_get_for(b, function, run->type, &target, &program)
				       : program_get(b, function, run->type, &program);
	if (err)
		fail_msg("%s", cbcc_last_error());
	err = bpf_prog_test_run_opts(bpf_program__fd(program->bpf), &opts);
	if (err)
		fail_msg("%s cannot be run: %s", fn, strerror(-err));
	run->changed_size = opts.data_size_out;
	return opts.retval;
}

uint32_t run_on_packet(const char *text, const void *packet, size_t size)
{
	struct network_run run = { .type = BPF_PROG_TYPE_SCHED_CLS, .packet = packet, .packet_size = size };
	struct cbcc *b = compiled(text);
	uint32_t value = run_on_network(b, "f", &run);

	cbcc_free(b);
	return value;
}
