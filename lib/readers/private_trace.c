/* SPDX-License-Identifier: Apache-2.0 */
#include "readers/private_trace.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "loader/libbpf_log.h"
#include "loader/maps.h"
#include "readers/record_format.h"
#include "readers/trace_record.h"

/* Characters after which no more records are taken before somebody has read them. */
#define ENOUGH 65536

#define STOP (-ECANCELED)

/* As the trace pipe has it, but for the flags, which programs cannot know. */
#define LINE_START "%16.16s-%-7d [%03u] ..... %5llu.%06llu: bpf_trace_printk: "

struct stream {
	struct ring_buffer *ring;
	const struct compiled *unit; /* the handle's */
	char *text;                  /* lines, of which the first characters were given */
	size_t length, capacity, given;
	int err; /* why there is no more */
};

/* A record, as far as it was printed. */
struct cursor {
	const uint64_t *values;
	const char *memory;
};

static bool make_room(struct stream *stream, size_t more)
{
	size_t capacity = stream->capacity ? stream->capacity : 4096;
	char *text;

	while (capacity < stream->length + more)
		capacity *= 2;
	if (capacity == stream->capacity)
		return true;
	text = realloc(stream->text, capacity);
	if (!text) {
		stream->err = -ENOMEM;
		return false;
	}
	stream->text = text;
	stream->capacity = capacity;
	return true;
}

static void append(struct stream *stream, const char *text, size_t length)
{
	if (!make_room(stream, length))
		return;
	memcpy(stream->text + stream->length, text, length);
	stream->length += length;
}

/* No conversion that comes here makes more characters than this. */
#define PRINTED_MAX 1100

static __attribute__((format(printf, 2, 3))) void print(struct stream *stream, const char *format, ...)
{
	char printed[PRINTED_MAX];
	va_list args;
	int length;

	va_start(args, format);
	length = vsnprintf(printed, sizeof printed, format, args);
	va_end(args);
	append(stream, printed, length < PRINTED_MAX ? length : PRINTED_MAX - 1);
}

/* The conversion as printf(3) is to have it. */
static void make_conversion(char conversion[32], const struct format_piece *piece, const char *type)
{
	snprintf(conversion, 32, "%%%.*s%s", (int)piece->options, piece->text + 1, type);
}

static uint64_t narrowed(uint64_t value, const struct format_piece *piece)
{
	unsigned int unused = 64 - piece->bits;

	return piece->letter == 'd' ? (uint64_t)((int64_t)(value << unused) >> unused)
				    : value << unused >> unused;
}

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"

static void print_text(struct stream *stream, const struct format_piece *piece, const char *text)
{
	char conversion[32];

	make_conversion(conversion, piece, "s");
	print(stream, conversion, text);
}

static void print_integer(struct stream *stream, const struct format_piece *piece, uint64_t value)
{
	char conversion[32], type[] = { 'l', 'l', piece->letter, '\0' };

	if (piece->letter == 'c') {
		print_text(stream, piece, (char[]){ (char)value, '\0' });
		return;
	}
	make_conversion(conversion, piece, type);
	print(stream, conversion, (unsigned long long)narrowed(value, piece));
}

#pragma GCC diagnostic pop

static void print_pointer(struct stream *stream, const struct format_piece *piece, uint64_t value)
{
	char text[17];

	snprintf(text, sizeof text, "%016llx", (unsigned long long)value);
	print_text(stream, piece, text);
}

static void print_string(struct stream *stream, const struct format_piece *piece, const char *memory)
{
	char text[TRACE_STRING_SIZE + 1];

	memcpy(text, memory, TRACE_STRING_SIZE);
	text[TRACE_STRING_SIZE] = '\0';
	print_text(stream, piece, text);
}

/* pi: with leading zeros, and without colons; pI: as ever. The kernel abbreviates neither. */
static void print_address(struct stream *stream, const struct format_piece *piece, const char *memory)
{
	const unsigned char *bytes = (const unsigned char *)memory;
	bool plain = piece->letter == 'I';
	char text[64];
	size_t length = 0;

	if (piece->version == '4')
		snprintf(text, sizeof text, plain ? "%u.%u.%u.%u" : "%03u.%03u.%03u.%03u", bytes[0], bytes[1],
			 bytes[2], bytes[3]);
	for (size_t i = 0; i < 16 && piece->version == '6'; i += 2)
		length += snprintf(text + length, sizeof text - length, "%s%02x%02x", plain && i ? ":" : "",
				   bytes[i], bytes[i + 1]);
	print_text(stream, piece, text);
}

static void print_piece(struct stream *stream, const struct format_piece *piece, struct cursor *cursor)
{
	uint64_t value = piece_has_value(piece) ? *cursor->values++ : 0;

	if (piece->kind == PIECE_INTEGER)
		print_integer(stream, piece, value);
	else if (piece->kind == PIECE_POINTER)
		print_pointer(stream, piece, value);
	else if (piece->kind == PIECE_STRING)
		print_string(stream, piece, cursor->memory);
	else if (piece->kind == PIECE_ADDRESS)
		print_address(stream, piece, cursor->memory);
	else
		append(stream, piece->text, piece->length);
	cursor->memory += piece_memory(piece);
}

/* Where things are in a record of that format; false if it has another size. */
static bool locate(const char *format, const char *data, size_t size, struct cursor *cursor)
{
	size_t values = 0, memory = 0;
	struct format_piece piece;

	while (record_format_next(&format, &piece)) {
		values += piece_has_value(&piece);
		memory += piece_memory(&piece);
	}
	cursor->values = (const uint64_t *)(data + sizeof(struct trace_record));
	cursor->memory = (const char *)(cursor->values + values);
	return size == sizeof(struct trace_record) + values * sizeof(uint64_t) + memory;
}

static void print_record(struct stream *stream, const struct trace_record *record, size_t size)
{
	unsigned long long us = (record->time + 500) / 1000;
	struct format_piece piece;
	struct cursor cursor;
	const char *format;

	if (size < sizeof *record || record->format >= stream->unit->ntrace_formats)
		return;
	format = stream->unit->trace_formats[record->format];
	if (!locate(format, (const char *)record, size, &cursor))
		return;
	print(stream, LINE_START, record->comm, (int)(uint32_t)record->pid_tgid, record->cpu, us / 1000000,
	      us % 1000000);
	while (record_format_next(&format, &piece))
		print_piece(stream, &piece, &cursor);
	append(stream, "\n", 1);
}

static int take(void *ctx, void *data, size_t size)
{
	struct stream *stream = ctx;

	print_record(stream, data, size);
	return stream->err || stream->length >= ENOUGH ? STOP : 0;
}

static int refill(struct stream *stream)
{
	int n;

	stream->length = stream->given = 0;
	n = ring_buffer__consume(stream->ring);
	if (stream->err)
		return stream->err;
	return n < 0 && n != STOP ? n : 0;
}

/* As read(2) of a trace pipe that does not wait. */
static ssize_t stream_read(void *ctx, char *buffer, size_t size)
{
	struct stream *stream = ctx;
	int err = stream->given == stream->length ? refill(stream) : 0;
	size_t rest = stream->length - stream->given;

	if (err || !rest) {
		errno = err ? -err : EAGAIN;
		return -1;
	}
	if (size > rest)
		size = rest;
	memcpy(buffer, stream->text + stream->given, size);
	stream->given += size;
	return (ssize_t)size;
}

static void stream_close(void *ctx)
{
	struct stream *stream = ctx;

	ring_buffer__free(stream->ring);
	free(stream->text);
	free(stream);
}

static int map_fd(const struct cbcc *b, const char *name)
{
	const struct bpf_map *map = b->maps ? bpf_object__find_map_by_name(b->maps, name) : NULL;

	return map ? bpf_map__fd(map) : -ENOENT;
}

static struct ring_buffer *open_ring(struct cbcc *b, struct stream *stream)
{
	struct ring_buffer *ring;

	libbpf_log_begin(&b->log, b->debug & CBCC_DEBUG_BTF);
	ring = ring_buffer__new(map_fd(b, TRACE_RING), take, stream, NULL);
	libbpf_log_end();
	return ring;
}

int private_trace_open(struct cbcc *b, struct trace_pipe **pipe)
{
	struct trace_source source = { .read = stream_read, .close = stream_close };
	struct stream *stream;
	int err = maps_create(b);

	if (err)
		return err;
	stream = calloc(1, sizeof *stream);
	if (!stream)
		return error_set(-ENOMEM, "cannot open the private trace stream");
	stream->unit = &b->unit;
	stream->ring = open_ring(b, stream);
	if (!stream->ring) {
		err = error_set(-errno, "cannot open the private trace stream");
		free(stream);
		return err;
	}
	source.ctx = stream;
	source.fd = ring_buffer__epoll_fd(stream->ring);
	return trace_pipe_from_source(&source, pipe);
}

uint64_t private_trace_lost(const struct cbcc *b)
{
	int fd = map_fd(b, TRACE_LOST), cpus = libbpf_num_possible_cpus();
	uint64_t *counts = fd >= 0 && cpus > 0 ? calloc(cpus, sizeof *counts) : NULL;
	uint64_t lost = 0;

	if (counts && bpf_map_lookup_elem(fd, &(uint32_t){ 0 }, counts) == 0)
		for (int i = 0; i < cpus; i++)
			lost += counts[i];
	free(counts);
	return lost;
}
