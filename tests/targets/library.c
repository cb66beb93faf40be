/* SPDX-License-Identifier: Apache-2.0 */
/* A library to be traced. */
#include "library.h"
#include "probe.h"

int target_library_multiply(int a, int b)
{
	PROBE("target", "multiply", "0", "-4@%0 -4@%1", "r"(a), "r"(b));
	PROBE("target_library", "add", "0", "-4@%0", "r"(a));
	return a * b;
}
