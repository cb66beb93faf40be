/* SPDX-License-Identifier: Apache-2.0 */
/* What TCP's numbers mean. */
#include <errno.h>
#include <stdio.h>

#include "base/error.h"
#include "cbcc/net.h"

const char *cbcc_tcp_state_name(int state)
{
	static const char *const names[] = {
		[1] = "ESTABLISHED", [2] = "SYN_SENT",  [3] = "SYN_RECV", [4] = "FIN_WAIT1",
		[5] = "FIN_WAIT2",   [6] = "TIME_WAIT", [7] = "CLOSE",    [8] = "CLOSE_WAIT",
		[9] = "LAST_ACK",    [10] = "LISTEN",   [11] = "CLOSING", [12] = "NEW_SYN_RECV",
	};

	if (state > 0 && (size_t)state < sizeof names / sizeof *names)
		return names[state];
	return error_null(error_say(-ENOENT, "TCP has no state %d", state));
}

int cbcc_tcp_flags(unsigned int flags, char *buf, size_t size)
{
	static const char *const names[] = { "FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR" };
	char text[64] = "";
	int length = 0;

	if (!buf && size)
		return error_say(-EINVAL, "cbcc_tcp_flags: the buffer is NULL");
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (flags & 1u << i)
			length += snprintf(text + length, sizeof text - (size_t)length, "%s%s",
					   length ? "|" : "", names[i]);
	return snprintf(buf, size, "%s", text);
}
