/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The stacks are sorted frame by frame. Then the frames of the graph come in the order of a walk through its tree, each
 * before those above it: whoever is drawn is only compared with the stack before.
 */
#include "flame_graph.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "flame_graph_script.h"

#define DEFAULT_WIDTH 1200
#define MARGIN 10
#define ROW 17
#define TOP 46         /* title, and a line of buttons */
#define BOTTOM 30      /* the line of details */
#define CHAR_TENTHS 66 /* width of a character, in tenths of pixels */

struct frame {
	const char *name;
	size_t length;
	size_t depth;
	uint64_t start, count; /* in counts, from the left */
	bool kernel;
};

struct graph {
	struct frame *frames;
	size_t count, room;
	size_t *open; /* by depth: the frame that the last stack has there */
	size_t depth, open_room;
	uint64_t total;
};

static size_t frame_length(const char *at)
{
	return strcspn(at, ";");
}

/* ";" comes before all characters: a stack before those that go on from it. */
static int compare_frames(const char *a, const char *b)
{
	while (*a && *a == *b)
		a++, b++;
	if (*a == ';' || *b == ';')
		return !*a || !*b ? (*a != 0) - (*b != 0) : *a == ';' ? -1 : 1;
	return (unsigned char)*a - (unsigned char)*b;
}

static int compare_stacks(const void *a, const void *b)
{
	return compare_frames(((const struct folded *)a)->frames, ((const struct folded *)b)->frames);
}

static int reserve(void **array, size_t *room, size_t count, size_t size)
{
	size_t wanted = *room ? *room * 2 : 64;
	void *larger;

	if (count < *room)
		return 0;
	larger = reallocarray(*array, wanted, size);
	if (!larger)
		return -ENOMEM;
	*array = larger;
	*room = wanted;
	return 0;
}

static bool is_same(const struct frame *frame, const char *name, size_t length)
{
	return frame->length == length && memcmp(frame->name, name, length) == 0;
}

/* The frame at a depth, of the stack that begins at graph->total: the last stack's, or another one. */
static int put_frame(struct graph *graph, const char *name, size_t length, size_t depth, uint64_t count,
		     bool kernel)
{
	if (depth < graph->depth && is_same(&graph->frames[graph->open[depth]], name, length)) {
		graph->frames[graph->open[depth]].count += count;
		return 0;
	}
	if (reserve((void **)&graph->frames, &graph->room, graph->count, sizeof *graph->frames) ||
	    reserve((void **)&graph->open, &graph->open_room, depth, sizeof *graph->open))
		return -ENOMEM;
	graph->frames[graph->count] = (struct frame){ name, length, depth, graph->total, count, kernel };
	graph->open[depth] = graph->count++;
	graph->depth = depth + 1;
	return 0;
}

static bool is_kernel(const char *name, size_t length)
{
	return length > 4 && memcmp(name + length - 4, "_[k]", 4) == 0;
}

static int put_stack(struct graph *graph, const struct folded *stack)
{
	const char *at = stack->frames;
	bool kernel = false;
	int err = put_frame(graph, "all", 3, 0, stack->count, false);
	size_t depth = 1;

	while (!err && *at) {
		size_t length = frame_length(at);

		if (length)
			err = put_frame(graph, at, length, depth++, stack->count,
					kernel || is_kernel(at, length));
		kernel |= length == 1 && *at == '-';
		at += length + (at[length] == ';');
	}
	graph->depth = depth;
	graph->total += stack->count;
	return err;
}

static int make_graph(const struct folded *stacks, size_t count, struct graph *graph)
{
	struct folded *sorted = calloc(count + 1, sizeof *sorted);
	int err = sorted ? 0 : -ENOMEM;

	if (!err && count)
		memcpy(sorted, stacks, count * sizeof *sorted);
	if (!err)
		qsort(sorted, count, sizeof *sorted, compare_stacks);
	for (size_t i = 0; i < count && !err; i++)
		if (sorted[i].count)
			err = put_stack(graph, &sorted[i]);
	free(sorted);
	return err;
}

/* The length of a character of UTF-8; 0 if it is none. */
static size_t utf8_length(const unsigned char *at, size_t left)
{
	size_t length = *at < 0x80                  ? 1
			: *at >= 0xc2 && *at < 0xe0 ? 2
			: (*at & 0xf0) == 0xe0      ? 3
			: *at >= 0xf0 && *at < 0xf5 ? 4
						    : 0;

	for (size_t i = 1; i < length; i++)
		if (i >= left || (at[i] & 0xc0) != 0x80)
			return 0;
	if (length == 3 && ((*at == 0xe0 && at[1] < 0xa0) || (*at == 0xed && at[1] > 0x9f)))
		return 0;
	if (length == 4 && ((*at == 0xf0 && at[1] < 0x90) || (*at == 0xf4 && at[1] > 0x8f)))
		return 0;
	return length;
}

/* As text of XML, up to a number of characters; what XML cannot have is "?". */
static void put_text(FILE *out, const char *text, size_t length, size_t most)
{
	for (size_t i = 0; i < length && most; most--) {
		const unsigned char *at = (const unsigned char *)text + i;
		size_t size = utf8_length(at, length - i);

		if (*at == '&')
			fputs("&amp;", out);
		else if (*at == '<')
			fputs("&lt;", out);
		else if (*at == '>')
			fputs("&gt;", out);
		else if (!size || *at < 0x20 || *at == 0x7f)
			fputc('?', out);
		else
			fwrite(at, 1, size, out);
		i += size ? size : 1;
	}
}

static size_t count_characters(const char *text, size_t length)
{
	size_t count = 0;

	for (size_t i = 0; i < length; count++) {
		size_t size = utf8_length((const unsigned char *)text + i, length - i);

		i += size ? size : 1;
	}
	return count;
}

/* Tenths, whatever the locale has between them. */
static void put_tenths(FILE *out, uint64_t tenths)
{
	fprintf(out, "%llu.%llu", (unsigned long long)(tenths / 10), (unsigned long long)(tenths % 10));
}

static uint32_t hash(const char *text, size_t length)
{
	uint32_t value = 2166136261u;

	while (length--)
		value = (value ^ (unsigned char)*text++) * 16777619u;
	return value;
}

enum kind { ROOT, COMMAND, KERNEL, USER, CPLUSPLUS, LOST, kinds };

/* The darkest of a kind's colours, and by how much they differ. */
static const struct {
	unsigned char least[3], range[3];
} palette[kinds] = {
	[ROOT] = { { 200, 200, 200 }, { 1, 1, 1 } },        [COMMAND] = { { 110, 160, 200 }, { 30, 40, 40 } },
	[KERNEL] = { { 215, 110, 20 }, { 35, 60, 30 } },    [USER] = { { 205, 60, 40 }, { 50, 90, 40 } },
	[CPLUSPLUS] = { { 195, 170, 30 }, { 45, 50, 40 } }, [LOST] = { { 170, 170, 170 }, { 20, 20, 20 } },
};

static bool has_scope(const struct frame *frame)
{
	return frame->length > 2 && memmem(frame->name, frame->length, "::", 2);
}

static enum kind kind_of(const struct frame *frame)
{
	if (frame->depth == 0)
		return ROOT;
	if (is_same(frame, "-", 1) || is_same(frame, "[unknown]", 9) ||
	    strncmp(frame->name, "[Missed", 7) == 0)
		return LOST;
	if (frame->depth == 1)
		return COMMAND;
	if (frame->kernel)
		return KERNEL;
	return has_scope(frame) ? CPLUSPLUS : USER;
}

static void put_fill(FILE *out, const struct frame *frame)
{
	uint32_t value = hash(frame->name, frame->length);
	enum kind kind = kind_of(frame);
	unsigned int colour[3];

	for (size_t i = 0; i < 3; i++)
		colour[i] = palette[kind].least[i] + (value >> (8 * i) & 0xff) % palette[kind].range[i];
	fprintf(out, "rgb(%u,%u,%u)", colour[0], colour[1], colour[2]);
}

/* What is drawn, and on what. */
struct canvas {
	FILE *out;
	const struct graph *graph;
	const char *unit;
	unsigned int width, height;
};

static uint64_t tenths_at(const struct canvas *canvas, uint64_t counts)
{
	double pixels = canvas->width - 2.0 * MARGIN;

	return (uint64_t)((double)counts / (double)canvas->graph->total * pixels * 10 + 0.5);
}

static void put_title(const struct canvas *canvas, const struct frame *frame)
{
	fputs("<title>", canvas->out);
	put_text(canvas->out, frame->name, frame->length, SIZE_MAX);
	fprintf(canvas->out, " (%llu ", (unsigned long long)frame->count);
	put_text(canvas->out, canvas->unit, strlen(canvas->unit), SIZE_MAX);
	fputs(", ", canvas->out);
	put_tenths(canvas->out, (uint64_t)((double)frame->count / (double)canvas->graph->total * 1000 + 0.5));
	fputs("%)</title>", canvas->out);
}

/* As much of the name as there is room for, as the script does it when the room changes. */
static void put_label(const struct canvas *canvas, const struct frame *frame, uint64_t width)
{
	size_t room = width > 60 ? (size_t)(width - 60) / CHAR_TENTHS : 0;

	if (room < 3)
		return;
	if (count_characters(frame->name, frame->length) <= room) {
		put_text(canvas->out, frame->name, frame->length, SIZE_MAX);
		return;
	}
	put_text(canvas->out, frame->name, frame->length, room - 2);
	fputs("..", canvas->out);
}

static void put_box(const struct canvas *canvas, const struct frame *frame)
{
	uint64_t left = tenths_at(canvas, frame->start),
		 right = tenths_at(canvas, frame->start + frame->count);
	unsigned long y = canvas->height - BOTTOM - (frame->depth + 1) * ROW;

	if (right == left)
		return;
	fputs("<g class=\"f\">", canvas->out);
	put_title(canvas, frame);
	fputs("<rect x=\"", canvas->out);
	put_tenths(canvas->out, left + MARGIN * 10);
	fprintf(canvas->out, "\" y=\"%lu\" width=\"", y);
	put_tenths(canvas->out, right - left);
	fprintf(canvas->out, "\" height=\"%d\" rx=\"2\" fill=\"", ROW - 1);
	put_fill(canvas->out, frame);
	fputs("\"/><text x=\"", canvas->out);
	put_tenths(canvas->out, left + (MARGIN + 3) * 10);
	fprintf(canvas->out, "\" y=\"%lu\">", y + 12);
	put_label(canvas, frame, right - left);
	fputs("</text></g>\n", canvas->out);
}

static void put_head(const struct canvas *canvas, const char *title)
{
	FILE *out = canvas->out;

	fprintf(out,
		"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
		"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%u\" height=\"%u\" viewBox=\"0 0 %u "
		"%u\">\n"
		"<style>text { font: 11px monospace; fill: #111 } .f { cursor: pointer } .f:hover rect { "
		"stroke: #111 }\n"
		".title { font: bold 16px sans-serif } .button { cursor: pointer; fill: #555 }</style>\n",
		canvas->width, canvas->height, canvas->width, canvas->height);
	fprintf(out, "<script><![CDATA[\nvar WIDTH = %u, MARGIN = %d, CHAR = %d.%d;\n%s]]></script>\n",
		canvas->width, MARGIN, CHAR_TENTHS / 10, CHAR_TENTHS % 10, flame_graph_script);
	fprintf(out,
		"<rect width=\"%u\" height=\"%u\" fill=\"#fbfaf5\"/>\n"
		"<text class=\"title\" x=\"%u\" y=\"22\" text-anchor=\"middle\">",
		canvas->width, canvas->height, canvas->width / 2);
	put_text(out, title, strlen(title), SIZE_MAX);
	fprintf(out,
		"</text>\n"
		"<text class=\"button\" id=\"reset\" x=\"%d\" y=\"22\" style=\"display:none\">Reset "
		"zoom</text>\n"
		"<text class=\"button\" id=\"search\" x=\"%u\" y=\"22\" text-anchor=\"end\">Search</text>\n"
		"<text id=\"details\" x=\"%d\" y=\"%u\"> </text>\n"
		"<text id=\"matched\" x=\"%u\" y=\"%u\" text-anchor=\"end\"> </text>\n",
		MARGIN, canvas->width - MARGIN, MARGIN, canvas->height - 10, canvas->width - MARGIN,
		canvas->height - 10);
}

static void draw(struct canvas *canvas, const char *title)
{
	const struct graph *graph = canvas->graph;
	size_t deepest = 0;

	for (size_t i = 0; i < graph->count; i++)
		if (graph->frames[i].depth > deepest)
			deepest = graph->frames[i].depth;
	canvas->height = TOP + (unsigned int)(deepest + 1) * ROW + BOTTOM;
	put_head(canvas, title);
	for (size_t i = 0; i < graph->count; i++)
		put_box(canvas, &graph->frames[i]);
	if (!graph->count)
		fprintf(canvas->out, "<text x=\"%d\" y=\"%d\">No stacks were seen.</text>\n", MARGIN,
			TOP + 12);
	fputs("</svg>\n", canvas->out);
}

int flame_graph_write(FILE *out, const struct folded *stacks, size_t count,
		      const struct flame_graph_opts *opts)
{
	static const struct flame_graph_opts defaults;
	struct graph graph = { 0 };
	int err = make_graph(stacks, count, &graph);

	opts = opts ? opts : &defaults;
	if (!err) {
		struct canvas canvas = {
			.out = out,
			.graph = &graph,
			.unit = opts->unit ? opts->unit : "samples",
			.width = opts->width > 4 * MARGIN ? opts->width : DEFAULT_WIDTH,
		};

		draw(&canvas, opts->title ? opts->title : "Flame graph");
		err = fflush(out) != 0 || ferror(out) ? -EIO : 0;
	}
	free(graph.frames);
	free(graph.open);
	return err;
}
