/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An archive ends in a record that says where its directory is; the directory has for each file its name and where its
 * own header is, behind which, with a name and more of another length, are its bytes. All numbers are little-endian.
 */
#include "process/zip.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	END_SIZE = 22, /* of the record, before its comment */
	COMMENT_MAX = 65535,
	ENTRY_SIZE = 46, /* of the directory's, before its name */
	HEADER_SIZE = 30,
	DIRECTORY_MAX = 64 << 20,
};

static const unsigned char end_magic[4] = { 'P', 'K', 5, 6 }, entry_magic[4] = { 'P', 'K', 1, 2 },
			   header_magic[4] = { 'P', 'K', 3, 4 };

static uint32_t number(const unsigned char *bytes, int size)
{
	uint32_t value = 0;

	while (size--)
		value = value << 8 | bytes[size];
	return value;
}

static bool read_at(int fd, void *bytes, size_t size, uint64_t at)
{
	return at <= INT64_MAX && pread(fd, bytes, size, (off_t)at) == (ssize_t)size;
}

/* The directory, to be freed; NULL with *err. */
static unsigned char *read_directory(int fd, uint64_t offset, size_t size, int *err)
{
	unsigned char *directory = size && size <= DIRECTORY_MAX ? malloc(size) : NULL;

	*err = directory || !size || size > DIRECTORY_MAX ? -EBADMSG : -ENOMEM;
	if (directory && read_at(fd, directory, size, offset)) {
		*err = 0;
		return directory;
	}
	free(directory);
	return NULL;
}

/* The record at the end: the last that looks like one. */
static unsigned char *find_directory(int fd, size_t *size, int *err)
{
	size_t room = END_SIZE + COMMENT_MAX, length;
	unsigned char *tail, *directory = NULL;
	struct stat status;

	*err = -EBADMSG;
	if (fstat(fd, &status) != 0 || status.st_size < END_SIZE)
		return NULL;
	length = (uint64_t)status.st_size < room ? (size_t)status.st_size : room;
	tail = malloc(length);
	if (!tail) {
		*err = -ENOMEM;
		return NULL;
	}
	if (read_at(fd, tail, length, (uint64_t)status.st_size - length)) {
		for (size_t at = length - END_SIZE + 1; at-- > 0 && !directory;) {
			if (memcmp(tail + at, end_magic, sizeof end_magic) != 0)
				continue;
			*size = number(tail + at + 12, 4);
			directory = read_directory(fd, number(tail + at + 16, 4), *size, err);
		}
	}
	free(tail);
	return directory;
}

/* The entry of that name, or NULL. */
static const unsigned char *find_entry(const unsigned char *directory, size_t size, const char *name)
{
	size_t length = strlen(name), at = 0;

	while (size - at >= ENTRY_SIZE && memcmp(directory + at, entry_magic, sizeof entry_magic) == 0) {
		const unsigned char *entry = directory + at;
		size_t whole =
			ENTRY_SIZE + number(entry + 28, 2) + number(entry + 30, 2) + number(entry + 32, 2);

		if (whole > size - at)
			return NULL;
		if (number(entry + 28, 2) == length && memcmp(entry + ENTRY_SIZE, name, length) == 0)
			return entry;
		at += whole;
	}
	return NULL;
}

static int locate(int fd, const unsigned char *entry, uint64_t *offset, uint64_t *size)
{
	uint64_t at = number(entry + 42, 4);
	unsigned char header[HEADER_SIZE];

	if (number(entry + 10, 2) != 0)
		return -EOPNOTSUPP;
	if (!read_at(fd, header, sizeof header, at) || memcmp(header, header_magic, sizeof header_magic) != 0)
		return -EBADMSG;
	*offset = at + HEADER_SIZE + number(header + 26, 2) + number(header + 28, 2);
	*size = number(entry + 24, 4);
	return 0;
}

int zip_find(int fd, const char *name, uint64_t *offset, uint64_t *size)
{
	const unsigned char *entry;
	unsigned char *directory;
	size_t directory_size;
	int err;

	directory = find_directory(fd, &directory_size, &err);
	if (!directory)
		return err;
	entry = find_entry(directory, directory_size, name);
	err = entry ? locate(fd, entry, offset, size) : -ENOENT;
	free(directory);
	return err;
}
