/* SPDX-License-Identifier: Apache-2.0 */
#include "cache/directory.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/whole_file.h"

#define DIGITS 32
#define SUFFIX ".cbcc"
#define TEMPORARY ".tmp" /* behind it, in the names of files that are being written */

#define USED_WITHIN 60     /* seconds; the time of use need not be more precise */
#define WRITTEN_WITHIN 600 /* seconds; then its writer has gone */

static bool is_ours(const struct stat *st)
{
	return st->st_uid == geteuid() && !(st->st_mode & (S_IWGRP | S_IWOTH));
}

int directory_open(const char *path)
{
	struct stat st;
	int fd;

	if (mkdir(path, S_IRWXU) != 0 && errno != EEXIST)
		return -errno;
	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (fstat(fd, &st) == 0 && is_ours(&st))
		return fd;
	close(fd);
	return -EPERM;
}

static void note_use(int fd, const struct stat *st)
{
	if (time(NULL) - st->st_mtime > USED_WITHIN)
		futimens(fd, NULL); /* a file system that is read-only has no order of use */
}

static int read_entry(int fd, void **content, size_t *size)
{
	struct stat st;

	if (fstat(fd, &st) != 0)
		return -errno;
	if (!S_ISREG(st.st_mode) || !is_ours(&st))
		return -EPERM;
	note_use(fd, &st);
	return whole_file_pread(fd, ENTRY_SIZE_MAX, content, size);
}

int directory_read(int directory, const char *name, void **content, size_t *size)
{
	int fd = openat(directory, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	int err;

	if (fd < 0)
		return errno == ELOOP ? -EPERM : -errno;
	err = read_entry(fd, content, size);
	close(fd);
	return err;
}

static int write_all(int fd, const char *content, size_t size)
{
	while (size) {
		ssize_t n = write(fd, content, size);

		if (n < 0 && errno != EINTR)
			return -errno;
		if (n > 0) {
			content += n;
			size -= n;
		}
	}
	return 0;
}

int directory_write(int directory, const char *name, const void *content, size_t size)
{
	static atomic_uint writes;
	char temporary[ENTRY_NAME_SIZE + 64];
	struct timespec now;
	int fd, err;

	clock_gettime(CLOCK_REALTIME, &now);
	snprintf(temporary, sizeof temporary, "%s" TEMPORARY "%ld.%lx.%u", name, (long)getpid(),
		 (unsigned long)now.tv_nsec, atomic_fetch_add(&writes, 1));
	fd = openat(directory, temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
		    S_IRUSR | S_IWUSR);
	if (fd < 0)
		return -errno;
	err = write_all(fd, content, size);
	if (close(fd) != 0 && !err)
		err = -errno;
	if (!err && renameat(directory, temporary, directory, name) != 0)
		err = -errno;
	if (err)
		unlinkat(directory, temporary, 0);
	return err;
}

/* A file that this library made, or nothing is known of it. */
struct file {
	char name[NAME_MAX + 1];
	off_t size;
	time_t used;
};

static bool is_entry(const char *name)
{
	return strspn(name, "0123456789abcdef") == DIGITS &&
	       strncmp(name + DIGITS, SUFFIX, strlen(SUFFIX)) == 0;
}

static bool is_abandoned(const char *name, const struct stat *st)
{
	return strncmp(name + DIGITS + strlen(SUFFIX), TEMPORARY, strlen(TEMPORARY)) == 0 &&
	       time(NULL) - st->st_mtime > WRITTEN_WITHIN;
}

static bool is_complete(const char *name)
{
	return !name[DIGITS + strlen(SUFFIX)];
}

static struct file *add_file(struct file *files, size_t *count, const char *name, const struct stat *st)
{
	struct file *grown = realloc(files, (*count + 1) * sizeof *grown);

	if (!grown)
		return files;
	snprintf(grown[*count].name, sizeof grown->name, "%s", name);
	grown[*count].size = st->st_size;
	grown[*count].used = st->st_mtime;
	++*count;
	return grown;
}

static struct file *list_entries(int directory, DIR *stream, size_t *count)
{
	struct file *files = NULL;
	struct dirent *found;

	while ((found = readdir(stream))) {
		struct stat st;

		if (!is_entry(found->d_name) ||
		    fstatat(directory, found->d_name, &st, AT_SYMLINK_NOFOLLOW) != 0)
			continue;
		if (is_complete(found->d_name))
			files = add_file(files, count, found->d_name, &st);
		else if (is_abandoned(found->d_name, &st))
			unlinkat(directory, found->d_name, 0);
	}
	return files;
}

static int by_use(const void *a, const void *b)
{
	const struct file *first = a, *second = b;

	return (first->used > second->used) - (first->used < second->used);
}

static void remove_oldest(int directory, struct file *files, size_t count)
{
	uint64_t total = 0;

	for (size_t i = 0; i < count; i++)
		total += files[i].size;
	if (total <= DIRECTORY_SIZE_MAX)
		return;
	qsort(files, count, sizeof *files, by_use);
	for (size_t i = 0; i < count && total > DIRECTORY_SIZE_MAX; i++) {
		unlinkat(directory, files[i].name, 0);
		total -= files[i].size;
	}
}

void directory_trim(int directory)
{
	int fd = openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *stream = fd < 0 ? NULL : fdopendir(fd);
	struct file *files;
	size_t count = 0;

	if (!stream) {
		if (fd >= 0)
			close(fd);
		return;
	}
	files = list_entries(directory, stream, &count);
	closedir(stream);
	remove_oldest(directory, files, count);
	free(files);
}
