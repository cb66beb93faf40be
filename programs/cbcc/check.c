/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include <stdio.h>

#include "compile.h"

static bool is_loaded(struct cbcc *b, const char *function)
{
	struct cbcc_program_info info;

	return cbcc_get_program_info(b, function, &info) == 0;
}

enum status check(const struct options *options, const struct program *program)
{
	struct session session = { .options = options, .program = program, .pid = options->pid };
	enum status status = compile(&session, &(struct purpose){ .load_only = true });
	int count = status ? 0 : cbcc_num_functions(session.b), loaded = 0;

	for (int i = 0; i < count; i++)
		loaded += is_loaded(session.b, cbcc_function_name(session.b, i));
	if (!status && !options->quiet)
		printf("%d of %d functions loaded, %d maps: ok\n", loaded, count, cbcc_num_tables(session.b));
	cbcc_free(session.b);
	return status;
}

enum status disassemble(const struct options *options, const struct program *program)
{
	struct session session = { .options = options, .program = program, .pid = options->pid };
	enum status status =
		compile(&session, &(struct purpose){ .compile_only = true, .debug = CBCC_DEBUG_SOURCE });

	cbcc_free(session.b);
	return status;
}
