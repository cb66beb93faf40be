/* SPDX-License-Identifier: Apache-2.0 */
#include "session.h"

#include <errno.h>
#include <poll.h>
#include <time.h>

bool session_is_full(const struct session *session)
{
	return session->options->count && session->written >= session->options->count;
}

/* Of a pipe that nobody reads poll() tells. */
static bool has_reader(FILE *out)
{
	struct pollfd fd = { .fd = fileno(out) };

	return poll(&fd, 1, 0) < 1 || !(fd.revents & POLLERR);
}

void session_flush(struct session *session)
{
	errno = 0;
	if ((fflush(session->out) != 0 || ferror(session->out)) && !session->write_error)
		session->write_error = errno ? errno : has_reader(session->out) ? EIO : EPIPE;
}

void session_put_time(const struct session *session)
{
	time_t now = time(NULL);
	struct tm local;
	char text[16] = "";

	if (localtime_r(&now, &local))
		strftime(text, sizeof text, "%H:%M:%S", &local);
	fputs(text, session->out);
}
