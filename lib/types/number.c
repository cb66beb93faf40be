/* SPDX-License-Identifier: Apache-2.0 */
#include "types/number.h"

#include <string.h>

unsigned int number_bits(const struct btf *btf, const struct place *place)
{
	return place->bits ? place->bits : (unsigned int)type_size(btf, place->id) * 8;
}

/* The bytes that a number touches are one number; within it, the bits of the place are so far from the lowest. */
static unsigned int shift_of(const struct place *place, unsigned int bits)
{
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	return (8 - (place->bit_offset + bits) % 8) % 8;
#else
	(void)bits;
	return place->bit_offset;
#endif
}

static unsigned char *byte_of(unsigned char *bytes, unsigned int nbytes, unsigned int rank)
{
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	return &bytes[nbytes - 1 - rank];
#else
	(void)nbytes;
	return &bytes[rank];
#endif
}

static wide mask_of(unsigned int bits)
{
	return bits < 128 ? ((wide)1 << bits) - 1 : ~(wide)0;
}

wide number_read(const struct btf *btf, const struct place *place, const void *data)
{
	unsigned int bits = number_bits(btf, place), nbytes = (place->bit_offset + bits + 7) / 8;
	unsigned int shift = shift_of(place, bits);
	unsigned char *bytes = (unsigned char *)data + place->offset;
	wide value = 0;

	/* A bitfield of 128 bits begins a byte, so that no number touches more than 16. */
	for (unsigned int i = nbytes; i-- > 0;)
		value = value << 8 | *byte_of(bytes, nbytes, i);
	value = value >> shift & mask_of(bits);
	if (bits < 128 && type_is_signed(btf, place->id) && value >> (bits - 1))
		value |= ~mask_of(bits);
	return value;
}

void number_write(const struct btf *btf, const struct place *place, void *data, wide value)
{
	unsigned int bits = number_bits(btf, place), nbytes = (place->bit_offset + bits + 7) / 8;
	unsigned int shift = shift_of(place, bits);
	unsigned char *bytes = (unsigned char *)data + place->offset;
	wide mask = mask_of(bits) << shift;

	value = value << shift & mask;
	for (unsigned int i = 0; i < nbytes; i++, value >>= 8, mask >>= 8) {
		unsigned char *byte = byte_of(bytes, nbytes, i);

		*byte = (unsigned char)((*byte & ~(unsigned int)mask) | (unsigned int)value);
	}
}

double float_read(const struct btf *btf, const struct place *place, const void *data)
{
	const unsigned char *bytes = (const unsigned char *)data + place->offset;
	double number;
	float single;

	if (type_size(btf, place->id) == sizeof single) {
		memcpy(&single, bytes, sizeof single);
		return (double)single;
	}
	memcpy(&number, bytes, sizeof number);
	return number;
}

void float_write(const struct btf *btf, const struct place *place, void *data, double value)
{
	unsigned char *bytes = (unsigned char *)data + place->offset;
	float single = (float)value;

	if (type_size(btf, place->id) == sizeof single)
		memcpy(bytes, &single, sizeof single);
	else
		memcpy(bytes, &value, sizeof value);
}
