/* SPDX-License-Identifier: Apache-2.0 */
/* A context: the probes of files, and which are enabled. */
#ifndef CBCC_USDT_PROBES_H
#define CBCC_USDT_PROBES_H

#include "cbcc/usdt.h"
#include "process/binary.h"

struct usdt_binary {
	struct usdt_binary *next;
	struct binary binary;
	dev_t device;
	ino_t inode;
};

struct usdt_probe {
	struct cbcc_usdt_probe public;
	struct usdt_binary *binary;
	char *fn_name; /* NULL: not enabled */
};

struct cbcc_usdt {
	pid_t pid; /* 0: none */
	struct usdt_binary *binaries;
	struct usdt_probe *probes;
	size_t nprobes;
	char *text; /* that was given out last */
};

#endif
