/* SPDX-License-Identifier: Apache-2.0 */
/* What the verifier wrote about a program, reduced to its reason and the user's line. */
#ifndef CBCC_VERIFIER_LOG_H
#define CBCC_VERIFIER_LOG_H

/**
 * Sets the thread's error to "cannot load 'FUNCTION': REASON", below it a hint where
 * the reason needs one, the source line where the log shows one, and the whole log.
 *
 * text and name: the program's, to find the number of a source line that an older kernel quotes without it.
 * Returns err.
 */
int verifier_log_error(int err, const char *function, const char *log, const char *text, const char *name);

#endif
