/* SPDX-License-Identifier: Apache-2.0 */
#include "module.h"

#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/text_file.h"
#include "complain.h"
#include "kernel/release.h"
#include "kprobe_programs.h"
#include "libbcc.h"
#include "loader/maps.h"

/* What BCC says of the same, in the words that its programs' tests look for. */
static const struct {
	const char *ours, *bcc;
} warnings[] = {
	{ "several %s, which this kernel cannot", "warning: cannot use several %s conversion specifiers" },
	{ "the kernel refuses this format of bpf_trace_printk",
	  "warning: only %d %u %x %ld %lu %lx %lld %llu %llx %p %s conversion specifiers allowed" },
};

static void add_words_of_bcc(const char *message)
{
	for (size_t i = 0; i < sizeof warnings / sizeof *warnings; i++)
		if (strstr(message, warnings[i].ours)) {
			fprintf(stderr, "%s\n", warnings[i].bcc);
			return;
		}
}

static void log_to_stderr(void *ctx, enum cbcc_log_level level, const char *message)
{
	(void)ctx;
	if (level == CBCC_LOG_INFO)
		return;
	fprintf(stderr, "%s\n", message);
	if (level == CBCC_LOG_WARN)
		add_words_of_bcc(message);
}

/*
 * Now, so that a program that traces bpf() does not see the calls it takes when a table is first used. What cannot be described is
 * told then.
 */
static void describe_tables(struct cbcc *b)
{
	for (size_t i = 0; i < b->unit.nmaps; i++)
		cbcc_get_table(b, b->unit.maps[i].name);
}

static int prepare(struct module *module)
{
	const struct compiled *unit = &module->b->unit;
	int err;

	module->functions = calloc(unit->nfunctions + 1, sizeof *module->functions);
	module->tables = calloc(unit->nmaps + 1, sizeof *module->tables);
	if (!module->functions || !module->tables)
		return error_set(-ENOMEM, "cannot create a module");
	err = maps_create(module->b);
	if (!err)
		describe_tables(module->b);
	return err;
}

/* Takes the text. */
static void *create(char *text, const char *name, const struct cbcc_opts *opts)
{
	struct module *module = calloc(1, sizeof *module);
	int err = -ENOMEM;

	if (module) {
		module->b = handle_compiled(text, name, opts);
		err = module->b ? prepare(module) : -errno;
	} else {
		free(text);
	}
	if (!err)
		return module;
	complain_last_error();
	bpf_module_destroy(module);
	errno = -err;
	return NULL;
}

static void *create_for(char *text, const char *name, unsigned int flags, const char *cflags[], int ncflags,
			const char *dev_name)
{
	const struct cbcc_opts opts = {
		.sz = sizeof opts,
		.cflags = cflags,
		.ncflags = ncflags > 0 ? (size_t)ncflags : 0,
		.log = log_to_stderr,
		.debug = flags,
	};

	if (dev_name) {
		complain("programs for the hardware of %s cannot be compiled: use BCC's own library for them",
			 dev_name);
		free(text);
		errno = EOPNOTSUPP;
		return NULL;
	}
	return create(text, name, &opts);
}

void *bpf_module_create_c_from_string(const char *text, unsigned int flags, const char *cflags[], int ncflags,
				      bool allow_rlimit, const char *dev_name)
{
	(void)allow_rlimit; /* libbpf raises it where the kernel needs that: before 5.11 */
	return create_for(text ? strdup(text) : NULL, "<text>", flags, cflags, ncflags, dev_name);
}

void *bpf_module_create_c(const char *filename, unsigned int flags, const char *cflags[], int ncflags,
			  bool allow_rlimit, const char *dev_name)
{
	char *text;
	int err = filename ? text_file_read(filename, &text)
			   : error_say(-EINVAL, "there is no file to compile");

	(void)allow_rlimit;
	if (!err)
		return create_for(text, filename, flags, cflags, ncflags, dev_name);
	complain_last_error();
	errno = -err;
	return NULL;
}

static void table_free(struct module_table *table)
{
	for (size_t i = 0; i < table->nevent_fields; i++)
		free(table->event_fields[i]);
	free(table->event_fields);
	free(table->key);
	free(table->leaf);
}

void bpf_module_destroy(void *program)
{
	struct module *module = program;

	if (!module)
		return;
	kprobe_programs_forget(module);
	for (size_t i = 0; module->functions && i < module->b->unit.nfunctions; i++)
		free(module->functions[i].instructions);
	for (size_t i = 0; module->tables && i < module->b->unit.nmaps; i++)
		table_free(&module->tables[i]);
	free(module->functions);
	free(module->tables);
	free(module->license);
	cbcc_free(module->b);
	free(module);
}

/* Keys and leaves as text are always there. */
bool bpf_module_rw_engine_enabled(void)
{
	return true;
}

char *bpf_module_license(void *program)
{
	struct module *module = program;

	if (module && !module->license)
		module->license = object_section_text(module->b, "license");
	return module ? module->license : NULL;
}

unsigned int bpf_module_kern_version(void *program)
{
	return program ? kernel_version_code() : 0;
}

size_t bpf_num_functions(void *program)
{
	const struct module *module = program;

	return module ? module->b->unit.nfunctions : 0;
}

const char *bpf_function_name(void *program, size_t id)
{
	const struct module *module = program;

	return id < bpf_num_functions(program) ? module->b->unit.functions[id].name : NULL;
}

static const struct compiled_function *find(const struct module *module, const char *name)
{
	for (size_t i = 0; i < module->b->unit.nfunctions; i++)
		if (strcmp(module->b->unit.functions[i].name, name) == 0)
			return &module->b->unit.functions[i];
	return NULL;
}

/* "kfunc__FUNCTION" for "kfunc__vmlinux__FUNCTION". */
static const struct compiled_function *find_in_vmlinux(const struct module *module, const char *name)
{
	static const char *const prefixes[] = { "kfunc__", "kretfunc__" };
	const struct compiled_function *function = NULL;
	char *full;

	for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++) {
		size_t length = strlen(prefixes[i]);

		if (strncmp(name, prefixes[i], length) != 0)
			continue;
		if (asprintf(&full, "%svmlinux__%s", prefixes[i], name + length) < 0)
			return NULL;
		function = find(module, full);
		free(full);
	}
	return function;
}

const struct compiled_function *module_find_function(const struct module *module, const char *name)
{
	const struct compiled_function *function = module && name ? find(module, name) : NULL;

	return function || !module || !name ? function : find_in_vmlinux(module, name);
}

const struct module_function *module_instructions(struct module *module,
						  const struct compiled_function *function)
{
	struct module_function *result = &module->functions[function - module->b->unit.functions];
	int err = result->instructions ? 0 : instructions_read(module->b, function, result);

	if (!err)
		return result;
	complain_last_error();
	errno = -err;
	return NULL;
}

static const struct module_function *instructions_of(struct module *module,
						     const struct compiled_function *function)
{
	return function ? module_instructions(module, function) : NULL;
}

void *bpf_function_start(void *program, const char *name)
{
	const struct module_function *function =
		instructions_of(program, module_find_function(program, name));

	return function ? function->instructions : NULL;
}

void *bpf_function_start_id(void *program, size_t id)
{
	return bpf_function_start(program, bpf_function_name(program, id));
}

size_t bpf_function_size(void *program, const char *name)
{
	const struct module_function *function =
		instructions_of(program, module_find_function(program, name));

	return function ? function->size : 0;
}

size_t bpf_function_size_id(void *program, size_t id)
{
	return bpf_function_size(program, bpf_function_name(program, id));
}
