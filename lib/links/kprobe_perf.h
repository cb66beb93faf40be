/* SPDX-License-Identifier: Apache-2.0 */
/* kprobes that perf makes (since 4.17): each ends with its descriptor. */
#ifndef CBCC_KPROBE_PERF_H
#define CBCC_KPROBE_PERF_H

#include <stdbool.h>

#include "links/kprobe.h"

/** Whether this kernel's perf makes kprobes. */
bool kprobe_perf_exists(void);

/** Runs a loaded program there; the descriptor becomes the link's. 0 or -errno (not set). */
int kprobe_perf_attach(const struct kprobe_site *site, int program_fd, struct link *link);

#endif
