/* SPDX-License-Identifier: Apache-2.0 */
#include "cache/recheck.h"

#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/whole_file.h"
#include "kernel/modules.h"
#include "kernel/tracefs.h"

#define LEAST_FACT (3 * sizeof(uint64_t))

/* A fact as it was read: of others' memory, and path with a NUL. */
struct noted {
	const char *path;
	const void *content; /* NULL: none */
	size_t size;
};

static bool is_content(const struct noted *fact, const void *content, size_t size)
{
	return fact->content && fact->size == size && memcmp(fact->content, content, size) == 0;
}

static bool has_content(const struct noted *fact, int fd)
{
	void *content;
	size_t size;
	bool same;

	if (whole_file_pread(fd, FACT_FILE_MAX, &content, &size) != 0)
		return false;
	same = is_content(fact, content, size);
	free(content);
	return same;
}

static char status_of(const char *path)
{
	struct stat st;

	if (stat(path, &st) != 0)
		return STATUS_ABSENT;
	if (S_ISDIR(st.st_mode))
		return STATUS_DIRECTORY;
	return S_ISREG(st.st_mode) ? STATUS_FILE : STATUS_OTHER;
}

static bool status_holds(const struct noted *fact)
{
	char status = status_of(fact->path);

	return is_content(fact, &status, 1);
}

/* As the compiler sees it: what is no regular file, or too large, is none. (Opening a pipe must not wait.) */
static int open_regular(const char *path, off_t *size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct stat st;

	if (fd < 0)
		return -1;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size <= FACT_FILE_MAX) {
		*size = st.st_size;
		return fd;
	}
	close(fd);
	return -1;
}

static bool file_holds(const struct noted *fact)
{
	off_t size;
	int fd = open_regular(fact->path, &size);
	bool holds;

	if (fd < 0)
		return !fact->content;
	/* Files of the kernel have no size. */
	holds = (size == 0 || (size_t)size == fact->size) && has_content(fact, fd);
	close(fd);
	return holds;
}

static bool tracefs_holds(const struct noted *fact)
{
	int fd = tracefs_try_open(fact->path, O_RDONLY);
	bool holds;

	if (fd < 0)
		return !fact->content;
	holds = has_content(fact, fd);
	close(fd);
	return holds;
}

static bool modules_hold(const struct noted *fact)
{
	char *list;
	size_t size;
	bool holds;

	if (modules_list(&list, &size) != 0)
		return false;
	holds = is_content(fact, list, size);
	free(list);
	return holds;
}

static bool (*const holds[])(const struct noted *fact) = {
	[FACT_STATUS] = status_holds,
	[FACT_FILE] = file_holds,
	[FACT_TRACEFS] = tracefs_holds,
	[FACT_MODULES] = modules_hold,
};

void facts_put(struct bytes *bytes, const struct facts *facts)
{
	bytes_put_number(bytes, facts->count);
	for (size_t i = 0; i < facts->count; i++) {
		const struct fact *fact = &facts->list[i];

		bytes_put_number(bytes, fact->kind);
		bytes_put_block(bytes, fact->path, strlen(fact->path) + 1);
		bytes_put_block(bytes, fact->content, fact->size);
	}
}

static bool next_holds(struct bytes_reader *reader)
{
	uint64_t kind = bytes_get_number(reader);
	struct noted fact;
	size_t length;

	fact.path = bytes_get_block(reader, &length);
	fact.content = bytes_get_block(reader, &fact.size);
	if (reader->failed || kind >= sizeof holds / sizeof *holds || !length || fact.path[length - 1])
		return false;
	return holds[kind](&fact);
}

bool facts_hold(struct bytes_reader *reader)
{
	size_t count = bytes_get_count(reader, LEAST_FACT);

	while (count && next_holds(reader))
		count--;
	return !count && !reader->failed;
}
