/* SPDX-License-Identifier: Apache-2.0 */
/* The kernel functions that a kprobe can be put on. */
#ifndef CBCC_FUNCTIONS_H
#define CBCC_FUNCTIONS_H

#include <regex.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct kallsyms;

struct function_list {
	char **names; /* sorted, each once */
	size_t count;
};

/** Where functions_match() looks. NULL for a list that this kernel lacks: it leaves nothing out. */
struct function_sources {
	struct kallsyms *symbols;
	FILE *blacklist;  /* the kprobe blacklist: "0xADDRESS-0xADDRESS<tab>NAME" */
	FILE *filterable; /* available_filter_functions: "NAME", or "NAME [MODULE]" */
};

/**
 * All functions whose names the POSIX extended regular expression matches whole, and
 * that can be probed: text symbols of kallsyms without those between __init_begin and __init_end or
 * __irqentry_text_start and __irqentry_text_end, without code that the kernel generated (BPF programs,
 * trampolines), without the kprobe blacklist, without _kbl_addr_*, __perf*, perf_*, __SCT__*, *.cold and
 * *.cold.N; and named in available_filter_functions where that file exists.
 *
 * Returns 0 (also for no match), -EINVAL (bad expression) or the errno of reading; the thread's error is set.
 */
int functions_match(const char *regex, struct function_list *list);

/** The same from given sources, which are read to their ends. */
int functions_match_in(const struct function_sources *sources, const char *regex, struct function_list *list);

void function_list_free(struct function_list *list);

/** Adds a copy of a name, in any order; *room is 0 before the first. 0 or -ENOMEM. */
int function_list_add(struct function_list *list, size_t *room, const char *name);

/** Sorts the list, and leaves each name in it once. */
void function_list_sort(struct function_list *list);

/** A POSIX extended regular expression. 0, or -EINVAL, -ENOMEM, error set. */
int regex_compile(regex_t *compiled, const char *regex);

bool regex_matches_whole(const regex_t *regex, const char *name);

/** Whether kallsyms has a symbol of that name, of whatever type. false also where kallsyms cannot be read. */
bool symbol_exists(const char *name);

/** Whether kallsyms has a text symbol of that name. false also where kallsyms cannot be read. */
bool function_exists(const char *name);

/** Whether the kprobe blacklist (debugfs) names it. false also where that cannot be read. */
bool function_blacklisted(const char *name);

#endif
