/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libbpf's messages. It prints through one callback for the whole process; here each thread that is inside a call to
 * libbpf for a handle gets its own, and every other thread those of whoever else uses libbpf in this process.
 */
#ifndef CBCC_LIBBPF_LOG_H
#define CBCC_LIBBPF_LOG_H

#include <stdbool.h>

#include "base/log.h"

/** From here to libbpf_log_end(), what libbpf says in this thread is for this log; dropped unless debug is set. */
void libbpf_log_begin(const struct log *log, bool debug);
void libbpf_log_end(void);

#endif
