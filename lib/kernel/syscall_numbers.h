/* SPDX-License-Identifier: Apache-2.0 */
/* What the build takes the names of system calls from. */
#include <asm/unistd.h>
