/* SPDX-License-Identifier: Apache-2.0 */
#include "signals.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <unistd.h>

static int ends[2];
static volatile sig_atomic_t asked;

static void on_signal(int number)
{
	int error = errno;

	if (number != SIGCHLD)
		asked = 1;
	if (write(ends[1], "", 1) < 0) /* it is full, and so is readable */
		errno = error;
	errno = error;
}

int signals_begin(void)
{
	/* Back to the default after the first, so that a second one ends the process at once. */
	struct sigaction end = { .sa_handler = on_signal, .sa_flags = (int)(SA_RESETHAND | SA_RESTART) };
	struct sigaction child = { .sa_handler = on_signal, .sa_flags = SA_RESTART | SA_NOCLDSTOP };

	if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0 || sigaction(SIGINT, &end, NULL) != 0 ||
	    sigaction(SIGTERM, &end, NULL) != 0 || sigaction(SIGHUP, &end, NULL) != 0 ||
	    sigaction(SIGCHLD, &child, NULL) != 0)
		return -1;
	return ends[0];
}

bool signals_ask_for_end(void)
{
	char bytes[64];

	while (read(ends[0], bytes, sizeof bytes) > 0)
		;
	return asked;
}
