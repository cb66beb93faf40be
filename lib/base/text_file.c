/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"

static int check_text(const char *path, const char *text, size_t size)
{
	size_t length = strlen(text);
	size_t line = 1;

	if (length == size)
		return 0;
	for (size_t i = 0; i < length; i++)
		line += text[i] == '\n';
	return error_say(-EINVAL, "%s:%zu: the text has a NUL byte", path, line);
}

static int read_stream(FILE *in, const char *path, char **text)
{
	size_t size, n;
	char chunk[16384];
	int err;
	FILE *out = open_memstream(text, &size);

	if (!out)
		return error_set(-errno, "cannot read %s", path);
	while ((n = fread(chunk, 1, sizeof chunk, in)) > 0)
		fwrite(chunk, 1, n, out);
	err = ferror(in) ? -errno : 0;
	if (fclose(out) != 0 && !err)
		err = -ENOMEM;
	if (err)
		return error_set(err, "cannot read %s", path);
	return check_text(path, *text, size);
}

int text_file_read(const char *path, char **text)
{
	FILE *in = fopen(path, "re");
	int err;

	if (!in)
		return error_set(-errno, "cannot open %s", path);
	*text = NULL;
	err = read_stream(in, path, text);
	fclose(in);
	if (err)
		free(*text);
	return err;
}
