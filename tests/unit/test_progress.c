/* SPDX-License-Identifier: Apache-2.0 */
/* The progress that the command shows on a terminal. */
#include "test.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "progress.h"

struct output {
	int reader, saved; /* what is written to standard error; standard error itself */
};

static void redirect(struct output *output, int reader, int writer)
{
	output->reader = reader;
	output->saved = dup(STDERR_FILENO);
	assert_true(output->saved >= 0 && dup2(writer, STDERR_FILENO) >= 0);
	close(writer);
}

static void begin_terminal(struct output *output)
{
	int reader = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	int writer = -1;

	if (reader >= 0 && grantpt(reader) == 0 && unlockpt(reader) == 0)
		writer = open(ptsname(reader), O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (writer < 0)
		skip_because("there are no terminals here");
	redirect(output, reader, writer);
}

/* A terminal passes on what is written piece by piece, when it comes to it: a mark is waited for. */
static void end(struct output *output, char *text, size_t size)
{
	size_t length = 0;
	ssize_t n = write(STDERR_FILENO, "!", 1);

	while (n > 0 && length < size && (length == 0 || text[length - 1] != '!')) {
		n = read(output->reader, text + length, size - length);
		length += n > 0 ? (size_t)n : 0;
	}
	dup2(output->saved, STDERR_FILENO);
	close(output->saved);
	close(output->reader);
	assert_true(length > 0 && text[length - 1] == '!');
	text[length - 1] = '\0';
}

/* So that it is due at once: what it waits for has long passed. */
static const struct progress due = { .what = "functions", .total = 400, .next = { .tv_sec = 1 } };

static void it_is_shown_on_a_terminal_and_removed(void **state)
{
	struct progress progress = due;
	struct output output;
	char text[256];

	(void)state;
	begin_terminal(&output);
	progress_show(&progress, 100);
	progress_end(&progress);
	end(&output, text, sizeof text);
	assert_string_equal(text, "\rattaching to 100 of 400 functions (25%)\033[K\r\033[K");
}

static void what_is_soon_done_is_not_shown(void **state)
{
	struct progress progress = { .what = "functions", .total = 400 };
	struct output output;
	char text[256];

	(void)state;
	begin_terminal(&output);
	progress_show(&progress, 1);
	progress_end(&progress);
	end(&output, text, sizeof text);
	assert_string_equal(text, "");
}

static void a_file_gets_none(void **state)
{
	struct progress progress = due;
	struct output output;
	char text[256];
	int fds[2];

	(void)state;
	assert_return_code(pipe(fds), 0);
	redirect(&output, fds[0], fds[1]);
	progress_show(&progress, 100);
	progress_end(&progress);
	end(&output, text, sizeof text);
	assert_string_equal(text, "");
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_is_shown_on_a_terminal_and_removed),
		cmocka_unit_test(what_is_soon_done_is_not_shown),
		cmocka_unit_test(a_file_gets_none),
	};

	return run_selected_tests(tests, argc, argv);
}
