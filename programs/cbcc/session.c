/* SPDX-License-Identifier: Apache-2.0 */
#include "session.h"

#include <time.h>

bool session_is_full(const struct session *session)
{
	return session->options->count && session->written >= session->options->count;
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
