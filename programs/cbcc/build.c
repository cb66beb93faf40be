/* SPDX-License-Identifier: Apache-2.0 */
#include "build.h"

#include "compile.h"

enum status build(const struct options *options, const struct program *program)
{
	struct session session = { .options = options, .program = program };
	enum status status;

	if (!program->text)
		return complain("build: %s is an object already", program->path);
	if (!options->output)
		return complain("build: to which file? cbcc build FILE.c -o FILE.o");
	if (options->pid || options->command)
		return complain("build: -p and -c are for running");
	status = compile(&session, &(struct purpose){ .compile_only = true, .portable = true });
	if (!status && cbcc_save_object(session.b, options->output) != 0)
		status = complain_library(STATUS_COMMAND);
	cbcc_free(session.b);
	return status;
}
