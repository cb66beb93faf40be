/* SPDX-License-Identifier: Apache-2.0 */
/* The names of system calls by their numbers, which the build takes from Linux's headers for the machine. */
#include <asm/unistd.h>
#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "base/error.h"
#include "cbcc/kernel.h"

static const char *const names[] = {
#include "syscall_names.inc"
};

#define COUNT (int)(sizeof names / sizeof *names)

const char *cbcc_syscall_name(int number)
{
	if (number >= 0 && number < COUNT && names[number])
		return names[number];
	return error_null(error_say(-ENOENT, "no system call of number %d is known", number));
}

int cbcc_syscall_number(const char *name)
{
	if (!name)
		return error_say(-EINVAL, "cbcc_syscall_number: the name is NULL");
	for (int number = 0; number < COUNT; number++)
		if (names[number] && strcmp(names[number], name) == 0)
			return number;
	return error_say(-ENOENT, "no system call '%s' is known", name);
}
