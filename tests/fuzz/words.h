/* SPDX-License-Identifier: Apache-2.0 */
/* The fuzzer's dictionary: what texts are made of. */
#ifndef CBCC_FUZZ_WORDS_H
#define CBCC_FUZZ_WORDS_H

#include <stddef.h>

/* Single tokens, with what C has and what the dialect adds. */
extern const char *const words[];
extern const size_t nwords;

/* Pieces of several tokens: statements, expressions and declarations. */
extern const char *const phrases[];
extern const size_t nphrases;

#endif
