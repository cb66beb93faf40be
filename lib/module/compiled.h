/* SPDX-License-Identifier: Apache-2.0 */
/* The end of what a compile has given; wherever it was made, all of it is malloc's. */
#ifndef CBCC_COMPILED_H
#define CBCC_COMPILED_H

#include "compiler/compiler.h"

#ifdef __cplusplus
extern "C" {
#endif

void compiled_release(struct compiled *result);

#ifdef __cplusplus
}
#endif

#endif
