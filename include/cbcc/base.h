/* SPDX-License-Identifier: Apache-2.0 */
/* cbcc: what the parts of cbcc.h share. */
#ifndef CBCC_BASE_H
#define CBCC_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__)
#define CBCC_API __attribute__((visibility("default")))
#else
#define CBCC_API
#endif

/** A compiled program text and everything attached with it. Opaque. */
struct cbcc;

#endif
