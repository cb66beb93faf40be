/* SPDX-License-Identifier: Apache-2.0 */
#include "pattern.h"

#include <regex.h>
#include <string.h>

#include "words.h"

static bool is_regex(const char *text)
{
	size_t length = strlen(text);

	return length > 2 && text[0] == '/' && text[length - 1] == '/';
}

bool pattern_is(const char *text)
{
	return strpbrk(text, "*?[") || is_regex(text);
}

char *pattern_regex(const char *text)
{
	char *regex, *to;

	if (is_regex(text))
		return copy_text(text + 1, strlen(text) - 2);
	regex = to = allocate(2 * strlen(text) + 1);
	for (; *text; text++) {
		if (*text == '*' || *text == '?') {
			*to++ = '.';
			if (*text == '?')
				continue;
		} else if (strchr(".+(){}|^$\\", *text)) {
			*to++ = '\\';
		}
		*to++ = *text;
	}
	return regex;
}

bool pattern_matches(const char *regex, const char *name)
{
	regmatch_t match;
	regex_t compiled;
	bool matches;

	if (regcomp(&compiled, regex, REG_EXTENDED) != 0)
		return false;
	matches = regexec(&compiled, name, 1, &match, 0) == 0 && match.rm_so == 0 && !name[match.rm_eo];
	regfree(&compiled);
	return matches;
}
