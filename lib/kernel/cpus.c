/* SPDX-License-Identifier: Apache-2.0 */
#include "kernel/cpus.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"

#define ONLINE "/sys/devices/system/cpu/online"

/* More than any kernel has. */
#define CPU_MAX (1 << 20)

/* "5" or "0-3": the end of it, or NULL. */
static const char *parse_range(const char *text, long *first, long *last)
{
	char *end;

	*first = *last = strtol(text, &end, 10);
	if (end == text)
		return NULL;
	if (*end == '-') {
		text = end + 1;
		*last = strtol(text, &end, 10);
		if (end == text)
			return NULL;
	}
	return *first >= 0 && *first <= *last && *last < CPU_MAX ? end : NULL;
}

static int append(int **cpus, size_t *count, long first, long last)
{
	int *more = reallocarray(*cpus, *count + (size_t)(last - first) + 1, sizeof *more);

	if (!more)
		return -ENOMEM;
	*cpus = more;
	for (long cpu = first; cpu <= last; cpu++)
		more[(*count)++] = (int)cpu;
	return 0;
}

int cpus_parse(const char *list, int **cpus, size_t *count)
{
	long first, last;
	int err = 0;

	*cpus = NULL;
	*count = 0;
	for (;;) {
		list = parse_range(list, &first, &last);
		err = list ? append(cpus, count, first, last) : -EINVAL;
		if (err || *list != ',')
			break;
		list++;
	}
	if (!err && *list && *list != '\n')
		err = -EINVAL;
	if (err) {
		free(*cpus);
		*cpus = NULL;
	}
	return err;
}

int cpus_online(int **cpus, size_t *count)
{
	FILE *in = fopen(ONLINE, "re");
	size_t size = 0;
	char *line = NULL;
	int err;

	if (!in)
		return error_set(-errno, "cannot open " ONLINE);
	err = getline(&line, &size, in) < 0 ? -EIO : cpus_parse(line, cpus, count);
	free(line);
	fclose(in);
	return err ? error_set(err, "cannot read " ONLINE) : 0;
}
