/* SPDX-License-Identifier: Apache-2.0 */
/* From a program and the options to a handle. */
#ifndef CBCC_COMMAND_COMPILE_H
#define CBCC_COMMAND_COMPILE_H

#include "session.h"

/** What the compile is for, where it is not to trace. */
struct purpose {
	bool load_only;     /* nothing attaches */
	bool compile_only;  /* nor is anything loaded */
	bool portable;      /* to be saved, for other kernels */
	unsigned int debug; /* of enum cbcc_debug; what is asked for goes to standard output */
};

/** Makes session->b of session->program. */
enum status compile(struct session *session, const struct purpose *purpose);

#endif
