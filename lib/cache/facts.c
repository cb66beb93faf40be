/* SPDX-License-Identifier: Apache-2.0 */
#include "cache/facts.h"

#include <stdlib.h>
#include <string.h>

#include "base/whole_file.h"

static bool is_same(const struct fact *fact, const void *content, size_t size)
{
	if (!fact->content || !content)
		return !fact->content && !content;
	return fact->size == size && memcmp(fact->content, content, size) == 0;
}

static const struct fact *find(const struct facts *facts, enum fact_kind kind, const char *path)
{
	for (size_t i = 0; i < facts->count; i++)
		if (facts->list[i].kind == kind && strcmp(facts->list[i].path, path) == 0)
			return &facts->list[i];
	return NULL;
}

static void *copy(const void *content, size_t size)
{
	void *made = content ? malloc(size + 1) : NULL;

	if (made && size)
		memcpy(made, content, size);
	return made;
}

static void append(struct facts *facts, enum fact_kind kind, const char *path, const void *content,
		   size_t size)
{
	struct fact *grown = realloc(facts->list, (facts->count + 1) * sizeof *grown), *fact;

	if (!grown) {
		facts->spoiled = true;
		return;
	}
	facts->list = grown;
	fact = &grown[facts->count];
	*fact = (struct fact){ kind, strdup(path), NULL, size };
	if (!fact->path) {
		facts->spoiled = true;
		return;
	}
	facts->count++;
	fact->content = copy(content, size);
	if (content && !fact->content)
		facts->spoiled = true;
}

void facts_add(struct facts *facts, enum fact_kind kind, const char *path, const void *content, size_t size)
{
	const struct fact *known;

	if (!facts || facts->spoiled)
		return;
	known = find(facts, kind, path);
	if (!known)
		append(facts, kind, path, content, size);
	else if (!is_same(known, content, size))
		facts->spoiled = true;
}

void facts_add_fd(struct facts *facts, enum fact_kind kind, const char *path, int fd)
{
	void *content;
	size_t size;

	if (!facts || facts->spoiled)
		return;
	if (whole_file_pread(fd, FACT_FILE_MAX, &content, &size) != 0) {
		facts->spoiled = true;
		return;
	}
	facts_add(facts, kind, path, content, size);
	free(content);
}

void facts_spoil(struct facts *facts)
{
	if (facts)
		facts->spoiled = true;
}

void facts_free(struct facts *facts)
{
	for (size_t i = 0; i < facts->count; i++) {
		free(facts->list[i].path);
		free(facts->list[i].content);
	}
	free(facts->list);
	*facts = (struct facts){ 0 };
}
