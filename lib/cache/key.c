/* SPDX-License-Identifier: Apache-2.0 */
#include "cache/key.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "kernel/build_id.h"
#include "cbcc.h"
#include "module/module.h"

#define FORMAT 1 /* of entries */

/* What these do is known: they read files, if anything, and all files that are read are facts. */
static const struct {
	const char *name;
	bool is_prefix;
} known_flags[] = {
	{ "-D", true },        { "-U", true },        { "-I", true },       { "-include", false },
	{ "-imacros", false }, { "-isystem", false }, { "-iquote", false }, { "-W", true },
	{ "-w", false },       { "-std=", true },     { "-O", true },
};

/* Of these the compiler reads the values. */
static const char *const variables[] = { "BCC_LINUX_VERSION_CODE", "SOURCE_DATE_EPOCH" };

static bool is_known(const char *flag)
{
	if (*flag != '-')
		return true; /* the value of the one before, or an error of the compile's */
	for (size_t i = 0; i < sizeof known_flags / sizeof *known_flags; i++) {
		const char *name = known_flags[i].name;

		if (strncmp(flag, name, strlen(name)) == 0 &&
		    (known_flags[i].is_prefix || !flag[strlen(name)]))
			return true;
	}
	return false;
}

static bool are_known(const struct compile_request *request)
{
	for (size_t i = 0; i < request->ncflags; i++)
		if (!is_known(request->cflags[i]))
			return false;
	return true;
}

static void put_compiler(struct bytes *key, const struct compiler_identity *compiler)
{
	bytes_put_number(key, FORMAT);
	bytes_put_number(key, COMPILER_ABI);
	bytes_put_string(key, cbcc_version());
	bytes_put_block(key, compiler, sizeof *compiler);
}

static void put_request(struct bytes *key, const struct compile_request *request)
{
	bytes_put_string(key, request->name);
	bytes_put_block(key, request->text, request->text_size);
	bytes_put_number(key, request->ncflags);
	for (size_t i = 0; i < request->ncflags; i++)
		bytes_put_string(key, request->cflags[i]);
	bytes_put_number(key, request->kernel_version);
	bytes_put_number(key, request->syscall_wrapper);
	bytes_put_string(key, request->usdt_readers);
	bytes_put_number(key, request->private_trace);
}

/* The build id says all that the kernel's own BTF and configuration could. */
static bool put_kernel(struct bytes *key)
{
	unsigned char id[BUILD_ID_MAX];
	size_t size = build_id_read("/sys/kernel/notes", id);
	struct utsname system;
	struct stat btf;

	if (!size || uname(&system) != 0)
		return false;
	bytes_put_block(key, id, size);
	bytes_put_string(key, system.release);
	bytes_put_string(key, system.version);
	bytes_put_string(key, system.machine);
	bytes_put_number(key, stat("/sys/kernel/btf/vmlinux", &btf) == 0 ? btf.st_size : 0);
	return true;
}

static void put_machine(struct bytes *key)
{
	bytes_put_number(key, sysconf(_SC_NPROCESSORS_ONLN));
	bytes_put_number(key, sysconf(_SC_PAGESIZE));
	for (size_t i = 0; i < sizeof variables / sizeof *variables; i++)
		bytes_put_string(key, getenv(variables[i]));
}

bool key_make(struct bytes *key, const struct compile_request *request, const char **why)
{
	struct compiler_identity compiler;

	*key = (struct bytes){ 0 };
	if (request->debug)
		*why = "what debug asks for comes from the compiler";
	else if (request->btf)
		*why = "the kernel's types come from a file";
	else if (!are_known(request))
		*why = "it is not known what results depend on with these cflags";
	else if (!compiler_identify(&compiler))
		*why = "the compiler module cannot be identified";
	else if (!put_kernel(key))
		*why = "the kernel's build id cannot be read";
	else {
		put_compiler(key, &compiler);
		put_request(key, request);
		put_machine(key);
		if (!key->failed)
			return true;
		*why = "there is no memory";
	}
	bytes_free(key);
	return false;
}
