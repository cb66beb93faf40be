/* SPDX-License-Identifier: Apache-2.0 */
#include "help.h"

#include <stdio.h>

static const char text[] =
	"Usage: cbcc [OPTIONS] FILE.c [ARGS]       run an eBPF program in C\n";

void help_print(void)
{
	fputs(text, stdout);
}
