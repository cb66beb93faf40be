/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers in values: integers of any width up to 128 bits, at any bit; floating point numbers. */
#ifndef CBCC_NUMBER_H
#define CBCC_NUMBER_H

#include "types/types.h"

/** An integer, bool, enumeration or pointer; one with a sign is extended. */
__extension__ typedef unsigned __int128 wide;

/** Its bits. */
unsigned int number_bits(const struct btf *btf, const struct place *place);

wide number_read(const struct btf *btf, const struct place *place, const void *data);

/** Puts the number's lowest bits there. */
void number_write(const struct btf *btf, const struct place *place, void *data, wide value);

/** A float or a double: BPF has no other. */
double float_read(const struct btf *btf, const struct place *place, const void *data);
void float_write(const struct btf *btf, const struct place *place, void *data, double value);

#endif
