/* SPDX-License-Identifier: Apache-2.0 */
/* Lists of probes, as -l shows them, and of the bundled programs. */
#ifndef CBCC_LIST_H
#define CBCC_LIST_H

#include "options.h"

/** Lists the probes that match options->list, in the form that --attach takes. */
enum status list_probes(const struct options *options);

/** Lists the bundled programs with what they show. */
enum status list_programs(const struct options *options);

#endif
