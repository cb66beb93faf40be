/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a compile learned of the machine beyond its request: the files it read, or looked for in vain, the formats of
 * tracepoints, which modules there are. Where the same questions have the same answers, the same request gives the same
 * result, which may then be kept.
 */
#ifndef CBCC_FACTS_H
#define CBCC_FACTS_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

enum fact_kind {
	FACT_STATUS,  /* what is at a path: enum fact_status, as one byte */
	FACT_FILE,    /* a regular file's content; none: it cannot be read, or is none */
	FACT_TRACEFS, /* the same for a file of tracefs, by its path there */
	FACT_MODULES, /* the list of modules that have BTF (kernel/modules.h) */
};

enum fact_status { STATUS_ABSENT = '-', STATUS_FILE = 'f', STATUS_DIRECTORY = 'd', STATUS_OTHER = 'o' };

/* A larger file has no content, to the compiler as to who asks again. */
#define FACT_FILE_MAX (64u << 20)

struct fact {
	enum fact_kind kind;
	char *path;
	void *content; /* NULL: none */
	size_t size;
};

struct facts {
	struct fact *list;
	size_t count;
	bool spoiled; /* it depends on what is not in the list, as the time, or the list is not complete */
};

/** Notes an answer. One that contradicts an earlier one spoils the list, as does a lack of memory. facts may be NULL. */
void facts_add(struct facts *facts, enum fact_kind kind, const char *path, const void *content, size_t size);

/** The same, for the content of an open file, from its beginning. One that cannot be read spoils the list. */
void facts_add_fd(struct facts *facts, enum fact_kind kind, const char *path, int fd);

/** facts may be NULL. */
void facts_spoil(struct facts *facts);

void facts_free(struct facts *facts);

#ifdef __cplusplus
}
#endif

#endif
