/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libFuzzer's target: any text compiles, or does not, and the process lives on. Nothing is loaded or attached. README.md
 * says how to run it.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cbcc.h"
#include "formats.h"
#include "module/module.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
const char *__asan_default_options(void);
int __lsan_is_turned_off(void);

/* The memory of a compile that LLVM gives up is lost (guard.h): leaks say nothing afterwards. */
static bool gave_up;

/* The kernel that is compiled for. */
#define KERNEL_VERSION (6 << 16 | 1 << 8)

/* LLVM, which is not instrumented, allocates from pools that the instrumented module poisons. */
const char *__asan_default_options(void)
{
	return "allow_user_poisoning=0:detect_stack_use_after_return=0:handle_abort=1";
}

int __lsan_is_turned_off(void)
{
	return gave_up;
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	return setenv("CBCC_COMPILER", CBCC_FUZZ_COMPILER, 0);
}

static bool has_line(const char *text, const char *start)
{
	while (text && strncmp(text, start, strlen(start)) != 0) {
		text = strchr(text, '\n');
		if (text)
			text++;
	}
	return text;
}

/*
 * What LLVM gives up is a finding, too: the compiler should have said it with the line. $CBCC_FUZZ_FATAL is set to
 * go on after them. (The text's own words are elsewhere in a line.)
 */
static void see_diagnostics(const char *diagnostics)
{
	static const char *const findings[] = { "error: the compiler cannot compile this", "error: internal error" };

	for (size_t i = 0; i < sizeof findings / sizeof *findings; i++) {
		if (!has_line(diagnostics, findings[i]))
			continue;
		gave_up = true;
		fprintf(stderr, "finding: %s\n", diagnostics);
		if (!getenv("CBCC_FUZZ_FATAL"))
			abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = strndup((const char *)data, size);
	struct compile_request request = { .text = text,
					   .text_size = strlen(text),
					   .name = "<text>",
					   .kernel_version = KERNEL_VERSION,
					   .syscall_wrapper = true,
					   .open_tracefs = open_format };
	struct compiled result;

	if (compiler_compile(&request, &result) && !result.diagnostics) {
		fprintf(stderr, "finding: %s\n", cbcc_last_error());
		abort();
	}
	see_diagnostics(result.diagnostics);
	compiler_release(&result);
	free(text);
	return 0;
}
