/* SPDX-License-Identifier: Apache-2.0 */
#include "base/whole_file.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define LEAST_ROOM 16384

/* Reads to the end, or until room is full. */
static ssize_t fill(int fd, char *content, size_t done, size_t room)
{
	ssize_t n = 1;

	while (n > 0 && done < room) {
		n = pread(fd, content + done, room - done, done);
		if (n > 0)
			done += n;
		else if (n < 0 && errno == EINTR)
			n = 1;
	}
	return n < 0 ? -errno : (ssize_t)done;
}

/* Room for one byte more than there may be, so that the end is seen without another allocation. */
static size_t first_room(int fd)
{
	struct stat st;

	if (fstat(fd, &st) != 0 || st.st_size < LEAST_ROOM)
		return LEAST_ROOM;
	return (size_t)st.st_size + 2;
}

int whole_file_pread(int fd, size_t max, void **content, size_t *size)
{
	size_t room = first_room(fd), done = 0;
	char *made = NULL;

	for (;; room *= 2) {
		char *grown = room > 2 * max + LEAST_ROOM ? NULL : realloc(made, room);
		ssize_t n = grown ? fill(fd, grown, done, room - 1) : -ENOMEM;

		made = grown ? grown : made;
		if (n >= 0 && (size_t)n > max)
			n = -EFBIG;
		if (n < 0) {
			free(made);
			return n;
		}
		done = n;
		if (done < room - 1)
			break;
	}
	made[done] = '\0';
	*content = made;
	*size = done;
	return 0;
}
