/* SPDX-License-Identifier: Apache-2.0 */
#include "symbols/perf_map.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "process/files.h"
#include "symbols/clock.h"

#define SIZE_MAX_READ ((off_t)1 << 30)
#define TIMES_SLOWER 10 /* reading takes at most a tenth of the time */

static bool parse_number(char **at, uint64_t *value)
{
	char *begin = *at;

	while (*begin == ' ' || *begin == '\t')
		begin++;
	if (!isxdigit((unsigned char)*begin))
		return false;
	errno = 0;
	*value = strtoull(begin, at, 16);
	return !errno && (**at == ' ' || **at == '\t');
}

/* The name is the rest of the line, blanks included. */
static bool parse_line(char *line, struct table_symbol *symbol, const char **name)
{
	size_t length;

	if (!parse_number(&line, &symbol->address) || !parse_number(&line, &symbol->size))
		return false;
	line += strspn(line, " \t");
	length = strcspn(line, "\r\n");
	line[length] = '\0';
	*name = line;
	return length > 0 && symbol->size > 0;
}

int perf_map_parse(FILE *file, struct symbol_table *table)
{
	struct table_symbol symbol = { .rank = UINT32_MAX };
	size_t size = 0;
	char *line = NULL;
	const char *name;
	int err = 0;

	while (!err && getline(&line, &size, file) > 0) {
		if (!parse_line(line, &symbol, &name))
			continue;
		err = symbol_table_add(table, &symbol, name);
		symbol.rank--;
	}
	free(line);
	return err == -ENOMEM ? err : symbol_table_finish(table);
}

void perf_map_free(struct perf_map *map)
{
	symbol_table_free(&map->table);
}

static bool is_trusted(const struct stat *st, uid_t owner)
{
	return st->st_uid == 0 || st->st_uid == geteuid() || st->st_uid == owner;
}

static bool is_read(const struct perf_map *map, const struct stat *st)
{
	return map->inode == st->st_ino && map->device == st->st_dev && map->size == st->st_size &&
	       map->changed.tv_sec == st->st_mtim.tv_sec && map->changed.tv_nsec == st->st_mtim.tv_nsec;
}

static bool read_again(struct perf_map *map, FILE *file, const struct stat *st)
{
	uint64_t start = clock_ms();

	symbol_table_free(&map->table);
	map->device = st->st_dev;
	map->inode = st->st_ino;
	map->size = st->st_size;
	map->changed = st->st_mtim;
	if (perf_map_parse(file, &map->table))
		symbol_table_free(&map->table);
	map->next_read = clock_ms() + TIMES_SLOWER * (clock_ms() - start);
	return true;
}

bool perf_map_refresh(struct perf_map *map, int root, uid_t owner, uint64_t now)
{
	bool changed = false;
	struct stat st;
	FILE *file;
	int fd;

	if (now < map->next_read)
		return false;
	fd = file_open_below(root, map->path);
	if (fd < 0)
		return false;
	file = fdopen(fd, "r");
	if (!file)
		close(fd);
	else if (fstat(fd, &st) == 0 && is_trusted(&st, owner) && st.st_size <= SIZE_MAX_READ &&
		 !is_read(map, &st))
		changed = read_again(map, file, &st);
	if (file)
		fclose(file);
	return changed;
}
