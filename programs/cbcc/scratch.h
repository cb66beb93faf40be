/* SPDX-License-Identifier: Apache-2.0 */
/* Text that is made by writing to a stream, in memory that is used again. */
#ifndef CBCC_SCRATCH_H
#define CBCC_SCRATCH_H

#include <stdio.h>

struct scratch {
	FILE *stream;
	char *text;
	size_t size;
};

/** The stream, empty. */
FILE *scratch_begin(struct scratch *scratch);

/** What was written since, NUL-terminated; valid until the next scratch_begin(). */
const char *scratch_end(struct scratch *scratch);

void scratch_free(struct scratch *scratch);

#endif
