/* SPDX-License-Identifier: Apache-2.0 */
#include "symbols/symbols.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "handle.h"

struct symbols *symbols_of(struct cbcc *b)
{
	if (!b->symbols)
		b->symbols = calloc(1, sizeof *b->symbols);
	return b->symbols ? b->symbols : error_null(error_set(-ENOMEM, "cannot look for symbols"));
}

void symbols_free(struct symbols *symbols)
{
	if (!symbols)
		return;
	kernel_table_free(&symbols->kernel);
	free(symbols->kernel_message);
	free(symbols);
}

struct kernel_table *symbols_kernel(struct symbols *symbols)
{
	int err = symbols->kernel_error;

	if (err) {
		error_say(err, "%s", symbols->kernel_message ? symbols->kernel_message : "no kernel symbols");
	} else if (!symbols->kernel.count) {
		err = kernel_table_read(&symbols->kernel);
		symbols->kernel_error = err;
		symbols->kernel_message = err ? strdup(cbcc_last_error()) : NULL;
	}
	return err ? error_null(err) : &symbols->kernel;
}
