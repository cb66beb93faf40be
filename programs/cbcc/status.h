/* SPDX-License-Identifier: Apache-2.0 */
/* How the command ends, and what it says on standard error. */
#ifndef CBCC_STATUS_H
#define CBCC_STATUS_H

enum status {
	STATUS_OK = 0,
	STATUS_COMMAND = 1, /* how it was called: usage, files */
	STATUS_COMPILE = 2,
	STATUS_LOAD = 3,
	STATUS_ATTACH = 4,
};

/** A line on standard error, with the command's name before it. Returns STATUS_COMMAND. */
enum status complain(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/** The library's last error on standard error, and the status for it; doing is that for which the library has no other. */
enum status complain_library(enum status doing);

#endif
