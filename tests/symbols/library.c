/* SPDX-License-Identifier: Apache-2.0 */
/* A library that a target loads while it runs. */
int library_function(int x);

int library_function(int x)
{
	__asm__ volatile("" : "+r"(x));
	return x + 1;
}
