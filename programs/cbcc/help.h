/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CBCC_HELP_H
#define CBCC_HELP_H

/** Writes what the command does, and its options. */
void help_print(void);

#endif
