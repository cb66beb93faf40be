/* SPDX-License-Identifier: Apache-2.0 */
/* cbcc build FILE.c -o FILE.o: an object that runs without the compiler, on other machines too. */
#ifndef CBCC_BUILD_H
#define CBCC_BUILD_H

#include "options.h"
#include "program.h"

enum status build(const struct options *options, const struct program *program);

#endif
