/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The buffer holds, from start to end, what was read and not handed out yet. It grows to a whole line of
 * TRACE_LINE_MAX characters and a read behind it; of a longer line, what is behind the maximum is dropped
 * after every read, and counted.
 */
#include "readers/trace_pipe.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "kernel/tracefs.h"
#include "readers/trace_line.h"

#define READ_SIZE 4096
#define CAPACITY_MAX (TRACE_LINE_MAX + READ_SIZE)

struct trace_pipe {
	struct trace_source source;
	struct interrupt *interrupt; /* or NULL */
	bool endless;                /* a read of nothing is not the end */
	bool ended;
	uint64_t lost; /* events */
	char *buffer;  /* capacity bytes and one for a NUL */
	size_t capacity;
	size_t start, end; /* of the bytes not handed out */
	size_t scanned;    /* of these, known to hold no newline */
	size_t dropped;    /* bytes of the line at start */
};

int trace_pipe_from_source(const struct trace_source *source, struct trace_pipe **pipe)
{
	*pipe = calloc(1, sizeof **pipe);
	if (!*pipe) {
		source->close(source->ctx);
		return error_set(-ENOMEM, "cannot open the trace pipe");
	}
	(*pipe)->source = *source;
	return 0;
}

static ssize_t fd_read(void *ctx, char *buffer, size_t size)
{
	return read((int)(intptr_t)ctx, buffer, size);
}

static void fd_close(void *ctx)
{
	close((int)(intptr_t)ctx);
}

int trace_pipe_from_fd(int fd, struct trace_pipe **pipe)
{
	const struct trace_source source = { (void *)(intptr_t)fd, fd, fd_read, fd_close };
	int flags = fcntl(fd, F_GETFL);

	*pipe = NULL;
	if (flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) < 0) {
		int err = -errno;

		close(fd);
		return error_set(err, "cannot make the trace pipe nonblocking");
	}
	return trace_pipe_from_source(&source, pipe);
}

int trace_pipe_open(struct trace_pipe **pipe)
{
	int fd = tracefs_open("trace_pipe", O_RDONLY | O_NONBLOCK);
	int err;

	*pipe = NULL;
	if (fd < 0)
		return fd;
	err = trace_pipe_from_fd(fd, pipe);
	if (!err)
		(*pipe)->endless = true;
	return err;
}

void trace_pipe_set_interrupt(struct trace_pipe *pipe, struct interrupt *interrupt)
{
	pipe->interrupt = interrupt;
}

void trace_pipe_close(struct trace_pipe *pipe)
{
	if (!pipe)
		return;
	pipe->source.close(pipe->source.ctx);
	free(pipe->buffer);
	free(pipe);
}

int trace_pipe_fd(const struct trace_pipe *pipe)
{
	return pipe->source.fd;
}

uint64_t trace_pipe_lost(const struct trace_pipe *pipe)
{
	return pipe->lost;
}

/* Makes room for a read behind what there is. */
static int make_room(struct trace_pipe *pipe)
{
	size_t capacity = pipe->capacity * 2;
	char *buffer;

	if (pipe->start) {
		pipe->end -= pipe->start;
		memmove(pipe->buffer, pipe->buffer + pipe->start, pipe->end);
		pipe->start = 0;
	}
	if (pipe->capacity - pipe->end >= READ_SIZE)
		return 0;
	if (capacity > CAPACITY_MAX)
		capacity = CAPACITY_MAX;
	if (capacity < 2 * READ_SIZE)
		capacity = 2 * READ_SIZE;
	buffer = realloc(pipe->buffer, capacity + 1);
	if (!buffer)
		return error_set(-ENOMEM, "cannot read the trace pipe");
	pipe->buffer = buffer;
	pipe->capacity = capacity;
	return 0;
}

/* One read. Returns 1 if it gave something or the end; 0 if there is nothing now. */
static int fill(struct trace_pipe *pipe)
{
	ssize_t n;
	int err = make_room(pipe);

	if (err)
		return err;
	n = pipe->source.read(pipe->source.ctx, pipe->buffer + pipe->end, pipe->capacity - pipe->end);
	if (n > 0) {
		pipe->end += (size_t)n;
		return 1;
	}
	if (n == 0) {
		pipe->ended = !pipe->endless;
		return pipe->ended;
	}
	return errno == EAGAIN ? 0 : error_set(-errno, "cannot read the trace pipe");
}

/*
 * Returns 1 if there seems to be input, 0 after a second without. The trace pipe can be readable for poll(2)
 * with nothing to read (trace option "block"): who comes back from such a wait sleeps instead of spinning.
 * The limit is for kernels whose ring buffer misses to wake a poller.
 */
static int wait_for_input(const struct trace_pipe *pipe, bool in_vain)
{
	int ready = in_vain ? interrupt_poll(pipe->interrupt, -1, 10) : 0;

	if (ready == 0)
		ready = interrupt_poll(pipe->interrupt, pipe->source.fd, 1000);
	return ready < 0 ? error_set(ready, "waiting for the trace pipe") : ready;
}

/* Takes the bytes up to stop, a newline or the end of the stream, as a line; the following one starts at
 * next. */
static void take_line(struct trace_pipe *pipe, size_t stop, size_t next, char **line, size_t *length)
{
	size_t size = stop - pipe->start;
	uint64_t events;

	*line = pipe->buffer + pipe->start;
	*length = size + pipe->dropped;
	if (size > TRACE_LINE_MAX)
		size = TRACE_LINE_MAX;
	if (*length == size) {
		while (size && strchr(" \t\r\v\f", (*line)[size - 1]) && (*line)[size - 1])
			size--;
		*length = size;
	}
	(*line)[size] = '\0';
	pipe->start = next;
	pipe->scanned = 0;
	pipe->dropped = 0;
	if (trace_line_lost(*line, &events))
		pipe->lost += events;
}

/* Takes a line out of the buffer if there is a whole one. */
static bool buffered_line(struct trace_pipe *pipe, char **line, size_t *length)
{
	size_t size = pipe->end - pipe->start;
	char *newline = NULL;

	if (size > pipe->scanned)
		newline = memchr(pipe->buffer + pipe->start + pipe->scanned, '\n', size - pipe->scanned);
	if (newline) {
		size_t stop = (size_t)(newline - pipe->buffer);

		take_line(pipe, stop, stop + 1, line, length);
		return true;
	}
	if (pipe->ended && size) {
		take_line(pipe, pipe->end, pipe->end, line, length);
		return true;
	}
	if (size > TRACE_LINE_MAX) {
		pipe->dropped += size - TRACE_LINE_MAX;
		pipe->end = pipe->start + TRACE_LINE_MAX;
		size = TRACE_LINE_MAX;
	}
	pipe->scanned = size;
	return false;
}

int trace_pipe_line(struct trace_pipe *pipe, bool nonblocking, char **line, size_t *length)
{
	int ready = 0;

	for (;;) {
		int status;

		if (interrupt_take(pipe->interrupt))
			return -EINTR;
		if (buffered_line(pipe, line, length))
			return 1;
		if (pipe->ended)
			return error_say(-EPIPE, "the trace pipe has ended");
		status = fill(pipe);
		if (status < 0)
			return status;
		if (status > 0) {
			ready = 0;
			continue;
		}
		if (nonblocking)
			return 0;
		ready = wait_for_input(pipe, ready > 0);
		if (ready < 0)
			return ready;
	}
}
