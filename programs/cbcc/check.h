/* SPDX-License-Identifier: Apache-2.0 */
/* Programs that are only compiled and loaded, or shown as instructions. */
#ifndef CBCC_CHECK_H
#define CBCC_CHECK_H

#include "options.h"
#include "program.h"

/** --check: compiles, and loads without attaching. */
enum status check(const struct options *options, const struct program *program);

/** -S: the instructions, with the lines of the source that they come from. */
enum status disassemble(const struct options *options, const struct program *program);

#endif
