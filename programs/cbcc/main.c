/* SPDX-License-Identifier: Apache-2.0 */
/* cbcc: runs eBPF programs in C as tracers. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "build.h"
#include "cbcc.h"
#include "check.h"
#include "header.h"
#include "help.h"
#include "info.h"
#include "list.h"
#include "options.h"
#include "program.h"
#include "run.h"

/* The options once more, with those of the program's header before the user's. */
static enum status reparse(struct options *options, const struct program *program, int argc, char **argv,
			   struct words *header)
{
	enum status status;

	words_add(header, "cbcc");
	status = header_options(program, header);
	if (status || header->count == 1)
		return status;
	options_free(options);
	*options = (struct options){ 0 };
	status = options_parse(options, (int)header->count, header->items);
	return status ? status : options_parse(options, argc, argv);
}

static enum status trace_or_check(const struct options *options, const struct program *program)
{
	switch (options->action) {
	case ACTION_CHECK:
		return check(options, program);
	case ACTION_DISASSEMBLE:
		return disassemble(options, program);
	default:
		return run(options, program);
	}
}

static enum status run_program(struct options *options, int argc, char **argv)
{
	struct program program = { 0 };
	struct words header = { 0 };
	enum status status = program_read(&program, options);

	if (!status && options->action == ACTION_HELP && program.text)
		status = header_print(program.text, stdout) ? STATUS_OK : complain("the program has no header");
	else if (!status && options->action == ACTION_BUILD)
		status = build(options, &program);
	else if (!status) {
		status = reparse(options, &program, argc, argv, &header);
		if (!status)
			status = trace_or_check(options, &program);
	}
	program_free(&program);
	words_free(&header);
	return status;
}

static enum status act(struct options *options, int argc, char **argv)
{
	switch (options->action) {
	case ACTION_HELP:
		if (options->words.count)
			return run_program(options, argc, argv);
		help_print();
		return STATUS_OK;
	case ACTION_VERSION:
		printf("cbcc %s\n", cbcc_version());
		return STATUS_OK;
	case ACTION_INFO:
		return info_print(options);
	case ACTION_LIST:
		return list_probes(options);
	case ACTION_PROGRAMS:
		return list_programs(options);
	default:
		return run_program(options, argc, argv);
	}
}

int main(int argc, char **argv)
{
	struct options options = { 0 };
	enum status status;

	signal(SIGPIPE, SIG_IGN);
	if (argc > 1 && strcmp(argv[1], "build") == 0) {
		options.action = ACTION_BUILD;
		argv[1] = argv[0];
		argc--;
		argv++;
	}
	status = options_parse(&options, argc, argv);
	if (!status)
		status = act(&options, argc, argv);
	options_free(&options);
	return (int)status;
}
