/* SPDX-License-Identifier: Apache-2.0 */
#include "process/user_functions.h"

#include <errno.h>
#include <regex.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "elf/elf_symbols.h"
#include "module/module.h"

/* The debug file has the most; what a file exports is in itself. */
static int for_each_symbol(struct binary *binary, elf_symbol_fn fn, void *ctx)
{
	int stop = binary_load_debug(binary);

	if (!stop && binary->debug)
		stop = elf_symbols_for_each(binary->debug, fn, ctx);
	return stop ? stop : elf_symbols_for_each(binary->file, fn, ctx);
}

static int explain(int err, const struct binary *binary)
{
	return err < 0 ? error_set(err, "cannot read the symbols of %s", binary->path) : err;
}

struct exact {
	const char *name;
	uint64_t address;
	int rank; /* of what was found: functions before labels, global ones before local */
};

static int rank(const struct elf_symbol *symbol)
{
	return 1 + (symbol->binding != STB_LOCAL) + 2 * elf_symbol_is_function(symbol);
}

static int match_exact(void *ctx, const struct elf_symbol *symbol)
{
	struct exact *exact = ctx;

	if (strcmp(symbol->name, exact->name) == 0 && rank(symbol) > exact->rank) {
		exact->rank = rank(symbol);
		exact->address = symbol->address;
	}
	return 0;
}

struct demangled {
	const char *name;
	uint64_t address;
	size_t count; /* of addresses */
};

static bool is_function(const char *full, const char *name)
{
	size_t length = strlen(name);

	return strncmp(full, name, length) == 0 && (!full[length] || full[length] == '(');
}

static int match_demangled(void *ctx, const struct elf_symbol *symbol)
{
	struct demangled *wanted = ctx;
	char *full = elf_symbol_is_function(symbol) ? compiler_demangle(symbol->name) : NULL;

	if (full && is_function(full, wanted->name) &&
	    (!wanted->count || symbol->address != wanted->address)) {
		wanted->address = symbol->address;
		wanted->count++;
	}
	free(full);
	return 0;
}

int user_symbol_find(struct binary *binary, const char *name, uint64_t *address)
{
	struct exact exact = { .name = name };
	struct demangled demangled = { .name = name };
	int err = for_each_symbol(binary, match_exact, &exact);

	*address = exact.address;
	if (err || exact.rank)
		return explain(err, binary);
	err = for_each_symbol(binary, match_demangled, &demangled);
	*address = demangled.address;
	if (err)
		return explain(err, binary);
	if (demangled.count > 1)
		return error_say(-ENOTUNIQ, "%s has several functions '%s': name its parameters, too",
				 binary->path, name);
	if (!demangled.count)
		return error_say(-ENOENT, "%s has no symbol '%s'%s", binary->path, name,
				 binary->debug || elf_has_symtab(binary->file)
					 ? ""
					 : " (it is stripped, and there is no debug file)");
	return 0;
}

struct pattern {
	regex_t regex;
	bool demangled;
	struct user_functions *found;
	size_t room;
};

static bool matches_whole(const regex_t *regex, const char *name)
{
	regmatch_t match;

	return regexec(regex, name, 1, &match, 0) == 0 && match.rm_so == 0 && name[match.rm_eo] == '\0';
}

/* Takes ownership of the name. */
static int add(struct pattern *pattern, char *name, uint64_t address)
{
	struct user_functions *found = pattern->found;

	if (name && found->count == pattern->room) {
		size_t more = pattern->room ? pattern->room * 2 : 64;
		struct user_function *grown = reallocarray(found->functions, more, sizeof *grown);

		if (grown) {
			found->functions = grown;
			pattern->room = more;
		}
	}
	if (!name || found->count == pattern->room) {
		free(name);
		return -ENOMEM;
	}
	found->functions[found->count++] = (struct user_function){ name, address };
	return 0;
}

static int match_pattern(void *ctx, const struct elf_symbol *symbol)
{
	struct pattern *pattern = ctx;
	char *full = NULL;
	const char *name;
	int err = 0;

	if (!elf_symbol_is_function(symbol))
		return 0;
	if (pattern->demangled)
		full = compiler_demangle(symbol->name);
	name = full ? full : symbol->name;
	if (matches_whole(&pattern->regex, name))
		err = add(pattern, strdup(name), symbol->address);
	free(full);
	return err;
}

static int compare(const void *a, const void *b)
{
	const struct user_function *first = a, *second = b;

	if (first->address != second->address)
		return first->address < second->address ? -1 : 1;
	return strcmp(first->name, second->name);
}

/* Most symbols are in two tables. */
static void sort(struct user_functions *found)
{
	size_t kept = 0;

	if (found->count)
		qsort(found->functions, found->count, sizeof *found->functions, compare);
	for (size_t i = 1; i < found->count; i++) {
		if (compare(&found->functions[i], &found->functions[kept]) != 0)
			found->functions[++kept] = found->functions[i];
		else
			free(found->functions[i].name);
	}
	found->count = found->count ? kept + 1 : 0;
}

int user_functions_match(struct binary *binary, const char *regex, bool demangled,
			 struct user_functions *found)
{
	struct pattern pattern = { .demangled = demangled, .found = found };
	int status = regcomp(&pattern.regex, regex, REG_EXTENDED), err;
	char reason[128];

	*found = (struct user_functions){ 0 };
	if (status) {
		regerror(status, &pattern.regex, reason, sizeof reason);
		return error_say(status == REG_ESPACE ? -ENOMEM : -EINVAL,
				 "bad regular expression \"%s\": %s", regex, reason);
	}
	err = for_each_symbol(binary, match_pattern, &pattern);
	regfree(&pattern.regex);
	if (err) {
		user_functions_free(found);
		return explain(err, binary);
	}
	sort(found);
	return 0;
}

void user_functions_free(struct user_functions *functions)
{
	for (size_t i = 0; i < functions->count; i++)
		free(functions->functions[i].name);
	free(functions->functions);
	*functions = (struct user_functions){ 0 };
}
