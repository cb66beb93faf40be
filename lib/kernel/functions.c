/* SPDX-License-Identifier: Apache-2.0 */
#include "kernel/functions.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <regex.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "kernel/kallsyms.h"
#include "kernel/tracefs.h"

#define BLACKLIST "/sys/kernel/debug/kprobes/blacklist"

/* Names that cannot be probed although no list of the kernel's says so. */
static const char *const unprobed_prefixes[] = { "_kbl_addr_", "__perf", "perf_", "__SCT__" };

/* Sections that cannot be probed: all between two symbols, in kallsyms' order, which is that of addresses. */
struct section {
	const char *begin, *end;
	enum { AHEAD, INSIDE, BEHIND } state;
};

static const struct section unprobed_sections[] = {
	{ "__init_begin", "__init_end", AHEAD },
	{ "__irqentry_text_start", "__irqentry_text_end", AHEAD },
};

#define NSECTIONS (sizeof unprobed_sections / sizeof *unprobed_sections)

/* A section also ends with the kernel's own symbols: some kernels do not list the symbol at its end. */
static bool section_contains(struct section *section, const struct kallsym *symbol)
{
	if (section->state == AHEAD && !strcmp(symbol->name, section->begin)) {
		section->state = INSIDE;
	} else if (section->state == INSIDE && (*symbol->module || !strcmp(symbol->name, section->end))) {
		section->state = BEHIND;
		return !*symbol->module;
	}
	return section->state == INSIDE;
}

static bool is_generated(const char *module)
{
	return !strcmp(module, "bpf") || !strncmp(module, "__builtin__", strlen("__builtin__"));
}

/* NAME.cold and NAME.cold.N: parts of functions, split off by the compiler */
static bool is_cold(const char *name)
{
	const char *dot = strrchr(name, '.');

	if (!dot)
		return false;
	if (!strcmp(dot, ".cold"))
		return true;
	return dot - name >= 5 && !strncmp(dot - 5, ".cold", 5) && isdigit((unsigned char)dot[1]) &&
	       dot[1 + strspn(dot + 1, "0123456789")] == '\0';
}

static bool is_probed_name(const char *name)
{
	for (size_t i = 0; i < sizeof unprobed_prefixes / sizeof *unprobed_prefixes; i++)
		if (!strncmp(name, unprobed_prefixes[i], strlen(unprobed_prefixes[i])))
			return false;
	return !is_cold(name);
}

int function_list_add(struct function_list *list, size_t *room, const char *name)
{
	if (list->count == *room) {
		size_t more = *room ? *room * 2 : 64;
		char **names = reallocarray(list->names, more, sizeof *names);

		if (!names)
			return -ENOMEM;
		list->names = names;
		*room = more;
	}
	list->names[list->count] = strdup(name);
	if (!list->names[list->count])
		return -ENOMEM;
	list->count++;
	return 0;
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

void function_list_sort(struct function_list *list)
{
	size_t kept = 0;

	if (!list->count)
		return;
	qsort(list->names, list->count, sizeof *list->names, compare_names);
	for (size_t i = 1; i < list->count; i++) {
		if (strcmp(list->names[i], list->names[kept]))
			list->names[++kept] = list->names[i];
		else
			free(list->names[i]);
	}
	list->count = kept + 1;
}

/* regexec(3) finds the leftmost and longest match: where the expression matches the whole, it is that one. */
bool regex_matches_whole(const regex_t *regex, const char *name)
{
	regmatch_t match;

	return regexec(regex, name, 1, &match, 0) == 0 && match.rm_so == 0 && name[match.rm_eo] == '\0';
}

static int list_matches(struct kallsyms *symbols, const regex_t *regex, struct function_list *list)
{
	struct section sections[NSECTIONS];
	struct kallsym symbol;
	size_t room = 0;

	memcpy(sections, unprobed_sections, sizeof sections);
	while (kallsyms_next(symbols, &symbol)) {
		bool skip = false;

		for (size_t i = 0; i < NSECTIONS; i++)
			skip |= section_contains(&sections[i], &symbol);
		if (skip || !kallsym_is_text(&symbol) || is_generated(symbol.module) ||
		    !is_probed_name(symbol.name) || !regex_matches_whole(regex, symbol.name))
			continue;
		if (function_list_add(list, &room, symbol.name))
			return -ENOMEM;
	}
	if (ferror(symbols->file))
		return -EIO;
	function_list_sort(list);
	return 0;
}

/* The word of that index in a line, terminated in place; NULL if there is none. */
static char *line_word(char *line, int index)
{
	char *word, *rest = NULL;

	for (word = strtok_r(line, " \t\n", &rest); word && index > 0; index--)
		word = strtok_r(NULL, " \t\n", &rest);
	return word;
}

/* Marks the names of the list that the file has as the word of that index of a line. */
static int mark_listed(const struct function_list *list, FILE *file, int index, bool *marks)
{
	size_t size = 0;
	char *line = NULL;
	int err;

	while (getline(&line, &size, file) > 0) {
		char *name = line_word(line, index);
		char **found = NULL;

		if (name)
			found = bsearch(&name, list->names, list->count, sizeof name, compare_names);
		if (found)
			marks[found - list->names] = true;
	}
	err = ferror(file) ? -EIO : 0;
	free(line);
	return err;
}

/* Leaves the names in the list that the file has, or that it has not. Without a file, all are left. */
static int list_restrict(struct function_list *list, FILE *file, int index, bool listed)
{
	size_t kept = 0;
	bool *marks;
	int err;

	if (!file || !list->count)
		return 0;
	marks = calloc(list->count, sizeof *marks);
	if (!marks)
		return -ENOMEM;
	err = mark_listed(list, file, index, marks);
	for (size_t i = 0; i < list->count; i++) {
		if (marks[i] == listed)
			list->names[kept++] = list->names[i];
		else
			free(list->names[i]);
	}
	list->count = kept;
	free(marks);
	return err;
}

int regex_compile(regex_t *compiled, const char *regex)
{
	char reason[128];
	int status = regcomp(compiled, regex, REG_EXTENDED);

	if (!status)
		return 0;
	regerror(status, compiled, reason, sizeof reason);
	if (status == REG_ESPACE)
		return error_say(-ENOMEM, "regular expression \"%s\": %s", regex, reason);
	return error_say(-EINVAL, "bad regular expression \"%s\": %s", regex, reason);
}

static int match(const struct function_sources *sources, const regex_t *regex, struct function_list *list)
{
	int err = list_matches(sources->symbols, regex, list);

	if (!err)
		err = list_restrict(list, sources->filterable, 0, true);
	if (!err)
		err = list_restrict(list, sources->blacklist, 1, false);
	if (!err)
		return 0;
	function_list_free(list);
	return error_set(err, "cannot list the kernel's functions");
}

int functions_match_in(const struct function_sources *sources, const char *regex, struct function_list *list)
{
	regex_t compiled;
	int err;

	*list = (struct function_list){ 0 };
	err = regex_compile(&compiled, regex);
	if (err)
		return err;
	err = match(sources, &compiled, list);
	regfree(&compiled);
	return err;
}

/* NULL in *file, and 0, if the kernel traces no functions or this system has no tracefs. */
static int open_filterable(FILE **file)
{
	int fd = tracefs_open("available_filter_functions", O_RDONLY);

	*file = NULL;
	if (fd == -ENOENT || fd == -ENODEV)
		return 0;
	if (fd < 0)
		return fd;
	*file = fdopen(fd, "r");
	if (*file)
		return 0;
	close(fd);
	return error_set(-ENOMEM, "cannot read available_filter_functions");
}

static void close_file(FILE *file)
{
	if (file)
		fclose(file);
}

static int match_running_kernel(const regex_t *regex, struct function_list *list)
{
	struct function_sources sources = { 0 };
	struct kallsyms symbols;
	int err = kallsyms_open(&symbols);

	if (err)
		return err;
	sources.symbols = &symbols;
	err = open_filterable(&sources.filterable);
	if (!err) {
		/* Needs debugfs. Without it, the kernel refuses such functions one by one. */
		sources.blacklist = fopen(BLACKLIST, "re");
		err = match(&sources, regex, list);
	}
	close_file(sources.blacklist);
	close_file(sources.filterable);
	kallsyms_close(&symbols);
	return err;
}

int functions_match(const char *regex, struct function_list *list)
{
	regex_t compiled;
	int err;

	*list = (struct function_list){ 0 };
	err = regex_compile(&compiled, regex);
	if (err)
		return err;
	err = match_running_kernel(&compiled, list);
	regfree(&compiled);
	return err;
}

void function_list_free(struct function_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		free(list->names[i]);
	free(list->names);
	*list = (struct function_list){ 0 };
}

static bool find_symbol(const char *name, bool text_only)
{
	struct kallsyms symbols;
	struct kallsym symbol;
	bool found = false;

	if (kallsyms_open(&symbols))
		return false;
	while (!found && kallsyms_next(&symbols, &symbol))
		found = (!text_only || kallsym_is_text(&symbol)) && !strcmp(symbol.name, name);
	kallsyms_close(&symbols);
	return found;
}

bool function_exists(const char *name)
{
	return find_symbol(name, true);
}

bool symbol_exists(const char *name)
{
	return find_symbol(name, false);
}

bool function_blacklisted(const char *name)
{
	struct function_list list = { .names = (char *[]){ (char *)name }, .count = 1 };
	FILE *file = fopen(BLACKLIST, "re");
	bool found = false;

	if (!file)
		return false;
	mark_listed(&list, file, 1, &found);
	fclose(file);
	return found;
}
