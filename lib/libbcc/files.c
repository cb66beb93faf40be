/* SPDX-License-Identifier: Apache-2.0 */
/* Programs and libraries: where they are, what functions they have, what they are written in. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "cbcc.h"
#include "complain.h"
#include "libbcc.h"
#include "links/uprobe.h"
#include "process/binary.h"
#include "process/user_functions.h"

/* The path by which anybody finds what a process sees; of a file in an archive, that of the archive. Allocated. */
static char *outer_path(const struct binary *binary, int pid)
{
	const char *archive = binary->archive >= 0 ? strstr(binary->path, "!/") : NULL;
	int length = archive ? (int)(archive - binary->path) : (int)strlen(binary->path);
	bool is_outer = pid <= 0 || strncmp(binary->path, "/proc/", 6) == 0;
	char *path;

	if (is_outer)
		return strndup(binary->path, (size_t)length);
	return asprintf(&path, "/proc/%d/root%.*s", pid, length, binary->path) < 0 ? NULL : path;
}

static int resolve(struct binary *binary, const char *symname, uint64_t addr, int pid, struct bcc_symbol *sym)
{
	int err = addr ? 0 : -ENOENT;

	if (!addr && symname && *symname)
		err = user_symbol_find(binary, symname, &addr);
	if (!err)
		err = uprobe_offset(binary, addr, &sym->offset);
	if (err)
		return err;
	sym->name = symname;
	sym->module = outer_path(binary, pid);
	return sym->module ? 0 : -ENOMEM;
}

int bcc_resolve_symname(const char *module, const char *symname, const uint64_t addr, int pid,
			struct bcc_symbol_option *option, struct bcc_symbol *sym)
{
	struct binary binary;
	int err;

	(void)option;
	*sym = (struct bcc_symbol){ 0 };
	if (!module)
		return failed(-EINVAL);
	err = binary_open(&binary, module, pid > 0 ? pid : 0);
	if (err)
		return failed(err);
	err = resolve(&binary, symname, addr, pid, sym);
	binary_close(&binary);
	return err ? failed(err) : 0;
}

int bcc_foreach_function_symbol(const char *module, int (*cb)(const char *name, uint64_t addr))
{
	struct user_functions found = { 0 };
	struct binary binary;
	int err = module && cb ? binary_open(&binary, module, 0) : -EINVAL;

	if (err)
		return failed(err);
	err = user_functions_match(&binary, ".*", false, &found);
	for (size_t i = 0; !err && i < found.count; i++)
		if (cb(found.functions[i].name, found.functions[i].address) < 0)
			break;
	user_functions_free(&found);
	binary_close(&binary);
	return err ? failed(err) : 0;
}

char *bcc_procutils_which_so(const char *libname, int pid)
{
	char path[PATH_MAX];

	if (!libname)
		return NULL;
	if (strchr(libname, '/'))
		return strdup(libname);
	return library_find(libname, pid > 0 ? pid : 0, path, sizeof path) == 0 ? strdup(path) : NULL;
}

char *bcc_procutils_which_so_in_process(const char *libname, int pid)
{
	return pid > 0 ? bcc_procutils_which_so(libname, pid) : NULL;
}

char *bcc_procutils_which(const char *name)
{
	char path[PATH_MAX];

	return name && program_find(name, path, sizeof path) == 0 ? strdup(path) : NULL;
}

void bcc_procutils_free(const char *ptr)
{
	free((char *)ptr);
}

const char *bcc_procutils_language(int pid)
{
	return cbcc_detect_language(pid);
}
