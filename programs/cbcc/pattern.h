/* SPDX-License-Identifier: Apache-2.0 */
/* Patterns of names, as shells have them ("vfs_*") or as regular expressions between slashes ("/vfs_(read|write)/"). */
#ifndef CBCC_PATTERN_H
#define CBCC_PATTERN_H

#include <stdbool.h>

/** Whether text is a pattern and no name. */
bool pattern_is(const char *text);

/** The extended regular expression of a pattern, or of a name. To be freed. */
char *pattern_regex(const char *text);

/** Whether an extended regular expression matches all of a name. False if it is none. */
bool pattern_matches(const char *regex, const char *name);

#endif
