/* SPDX-License-Identifier: Apache-2.0 */
#include "kernel/kallsyms.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"

#define KALLSYMS "/proc/kallsyms"

int kallsyms_open(struct kallsyms *symbols)
{
	FILE *file = fopen(KALLSYMS, "re");

	if (!file)
		return error_set(-errno, "cannot open " KALLSYMS);
	kallsyms_from_file(symbols, file);
	return 0;
}

void kallsyms_from_file(struct kallsyms *symbols, FILE *file)
{
	*symbols = (struct kallsyms){ .file = file };
}

void kallsyms_close(struct kallsyms *symbols)
{
	fclose(symbols->file);
	free(symbols->line);
}

/* "ffffffff81378140 T __x64_sys_getpgid", and for a module's symbol a tab and "[module]" */
static bool kallsym_parse(char *line, struct kallsym *symbol)
{
	char *type = strchr(line, ' ');
	char *name, *end;

	if (!type || !type[1] || type[2] != ' ')
		return false;
	name = type + 3;
	end = name + strcspn(name, " \t\n");
	if (end == name)
		return false;
	symbol->type = type[1];
	symbol->name = name;
	symbol->module = "";
	if (*end && *end != '\n' && end[strspn(end, " \t")] == '[') {
		char *module = end + strspn(end, " \t") + 1;

		module[strcspn(module, "]\n")] = '\0';
		symbol->module = module;
	}
	*end = '\0';
	return true;
}

bool kallsyms_next(struct kallsyms *symbols, struct kallsym *symbol)
{
	while (getline(&symbols->line, &symbols->size, symbols->file) > 0)
		if (kallsym_parse(symbols->line, symbol))
			return true;
	return false;
}

bool kallsym_is_text(const struct kallsym *symbol)
{
	return strchr("tTwW", symbol->type) != NULL;
}
