/* SPDX-License-Identifier: Apache-2.0 */
/* The public calls that find files and list functions. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/opts.h"
#include "cbcc.h"
#include "process/binary.h"
#include "process/user_functions.h"

static int explain(int err, const char *what, const char *name)
{
	return err ? error_set(err, "cannot find the %s '%s'", what, name) : 0;
}

int cbcc_find_library(const char *name, pid_t pid, char *path, size_t size)
{
	if (!name || !*name || !path || pid < 0)
		return error_say(-EINVAL, "cbcc_find_library: a name, a process and a buffer are needed");
	return explain(library_find(name, pid, path, size), "library", name);
}

int cbcc_find_exe(const char *name, char *path, size_t size)
{
	if (!name || !path)
		return error_say(-EINVAL, "cbcc_find_exe: a name and a buffer are needed");
	return explain(program_find(name, path, size), "program", name);
}

/* One block of memory: the list, its functions, their names. */
static struct cbcc_user_functions *pack(const struct user_functions *found)
{
	size_t size = sizeof(struct cbcc_user_functions) + found->count * sizeof(struct cbcc_user_function);
	struct cbcc_user_functions *list;
	struct cbcc_user_function *functions;
	char *names;

	for (size_t i = 0; i < found->count; i++)
		size += strlen(found->functions[i].name) + 1;
	list = malloc(size);
	if (!list)
		return NULL;
	functions = (struct cbcc_user_function *)(list + 1);
	names = (char *)(functions + found->count);
	for (size_t i = 0; i < found->count; i++) {
		functions[i] = (struct cbcc_user_function){ names, found->functions[i].address };
		names = stpcpy(names, found->functions[i].name) + 1;
	}
	*list = (struct cbcc_user_functions){ found->count, functions };
	return list;
}

static struct cbcc_user_functions *get(const char *name, const char *regex,
				       const struct cbcc_uprobe_opts *opts)
{
	struct cbcc_user_functions *list;
	struct user_functions found;
	struct binary binary;
	int err = binary_open(&binary, name, opts->pid == -1 ? 0 : opts->pid);

	if (err)
		return error_null(err);
	err = user_functions_match(&binary, regex, opts->demangled, &found);
	binary_close(&binary);
	if (err)
		return error_null(err);
	list = pack(&found);
	user_functions_free(&found);
	return list ? list : error_null(error_set(-ENOMEM, "cannot list functions of %s", name));
}

struct cbcc_user_functions *cbcc_get_user_functions(const char *name, const char *sym_re,
						    const struct cbcc_uprobe_opts *user_opts)
{
	struct cbcc_uprobe_opts opts;
	int err = opts_copy(&opts, sizeof opts, user_opts, "cbcc_uprobe_opts");

	if (!err && (!name || !*name || opts.pid < -1))
		err = error_say(-EINVAL, "cbcc_get_user_functions: a program or library is needed");
	if (err)
		return error_null(err);
	return get(name, sym_re ? sym_re : ".*", &opts);
}

void cbcc_user_functions_free(struct cbcc_user_functions *functions)
{
	free(functions);
}
