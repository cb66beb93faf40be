/* SPDX-License-Identifier: Apache-2.0 */
#include "base/opts.h"

#include <errno.h>
#include <string.h>

#include "base/error.h"

/* No option struct will ever be larger: such a size was never set. */
#define MAX_SIZE 65536

int opts_copy(void *known, size_t known_size, const void *opts, const char *struct_name)
{
	const unsigned char *bytes = opts;
	size_t size;

	memset(known, 0, known_size);
	if (!opts)
		return 0;
	memcpy(&size, opts, sizeof size);
	if (size < sizeof size || size > MAX_SIZE)
		return error_say(-EINVAL, "struct %s: sz is %zu; set it to sizeof(struct %s)", struct_name,
				 size, struct_name);
	for (size_t i = known_size; i < size; i++)
		if (bytes[i])
			return error_about(CBCC_ERROR_USAGE, error_say(-E2BIG,
								       "struct %s: byte %zu is set, which "
								       "this version of cbcc does not know",
								       struct_name, i));
	memcpy(known, opts, size < known_size ? size : known_size);
	return 0;
}
