/* SPDX-License-Identifier: Apache-2.0 */
/* A program is compiled, attached, and what it says is written until it ends. */
#ifndef CBCC_RUN_H
#define CBCC_RUN_H

#include "options.h"
#include "program.h"

enum status run(const struct options *options, const struct program *program);

#endif
