/* SPDX-License-Identifier: Apache-2.0 */
/* The flame graph as a file: its frames, their places, their texts. */
#include "test.h"

#include <errno.h>
#include <stdlib.h>

#include "flame_graph.h"

/* To be freed. */
static char *draw(const struct folded *stacks, size_t count, const struct flame_graph_opts *opts)
{
	char *svg = NULL;
	size_t size;
	FILE *out = open_memstream(&svg, &size);

	assert_non_null(out);
	assert_int_equal(flame_graph_write(out, stacks, count, opts), 0);
	fclose(out);
	assert_int_equal(strlen(svg), size);
	return svg;
}

static size_t count_of(const char *text, const char *what)
{
	size_t count = 0;

	for (; (text = strstr(text, what)); text += strlen(what))
		count++;
	return count;
}

struct box {
	double x, y, width;
	char label[256];
};

/* The box of the frame whose title begins like this; a test fails if there is not exactly one. */
static struct box box_of(const char *svg, const char *title)
{
	struct box box = { 0 };
	const char *at, *text;
	char *start;

	assert_true(asprintf(&start, "<title>%s", title) > 0);
	if (count_of(svg, start) != 1)
		fail_msg("%zu frames are \"%s\"", count_of(svg, start), title);
	at = strstr(svg, start);
	free(start);
	at = strstr(at, "<rect");
	assert_int_equal(sscanf(at, "<rect x=\"%lf\" y=\"%lf\" width=\"%lf\"", &box.x, &box.y, &box.width),
			 3);
	text = strchr(strstr(at, "<text"), '>') + 1;
	snprintf(box.label, sizeof box.label, "%.*s", (int)strcspn(text, "<"), text);
	return box;
}

static void assert_near(double a, double b)
{
	if (a - b > 0.11 || b - a > 0.11)
		fail_msg("%f is not %f", a, b);
}

/* Elements are closed in the order of XML, quotes are in pairs, nothing is outside of the one root. */
static void assert_well_formed(const char *svg)
{
	char open[64][16];
	size_t depth = 0;
	const char *at = strstr(svg, "?>");

	assert_non_null(at);
	for (at += 2; (at = strchr(at, '<'));) {
		const char *end = strchr(at, '>');
		size_t length;

		assert_non_null(end);
		if (strncmp(at, "<![CDATA[", 9) == 0) {
			at = strstr(at, "]]>");
			assert_non_null(at);
			continue;
		}
		if (at[1] == '/') {
			assert_true(depth > 0);
			length = strlen(open[--depth]);
			assert_int_equal(strncmp(at + 2, open[depth], length), 0);
			assert_int_equal(at[2 + length], '>');
		} else if (end[-1] != '/') {
			length = strcspn(at + 1, " >");
			assert_true(depth < 64 && length < 16);
			snprintf(open[depth++], 16, "%.*s", (int)length, at + 1);
		}
		at = end;
	}
	assert_int_equal(depth, 0);
}

static void frames_are_as_wide_as_their_part(void **state)
{
	static const struct folded stacks[] = {
		{ "sh;main;read", 3 },
		{ "sh;main;write", 1 },
		{ "sh;main", 4 },
		{ "cat;main;read", 8 },
	};
	const struct flame_graph_opts opts = { .title = "Where the time goes",
					       .unit = "ticks",
					       .width = 820 };
	char *svg = draw(stacks, 4, &opts);
	struct box all = box_of(svg, "all (16 ticks, 100.0%)"), sh = box_of(svg, "sh (8 ticks, 50.0%)");
	struct box cat = box_of(svg, "cat (8 ticks, 50.0%)"), write = box_of(svg, "write (1 ticks, 6.3%)");

	(void)state;
	assert_well_formed(svg);
	assert_non_null(strstr(svg, ">Where the time goes</text>"));
	assert_near(all.width, 800);
	assert_near(sh.width, 400);
	assert_near(cat.x, all.x);
	assert_near(sh.x, cat.x + cat.width);
	assert_near(write.width, 50);
	assert_true(sh.y < all.y && write.y < sh.y);
	assert_int_equal(count_of(svg, "<title>read ("), 2);
	assert_int_equal(count_of(svg, "class=\"f\""), 8);
	assert_string_equal(sh.label, "sh");
	free(svg);
}

static void the_order_of_stacks_does_not_matter(void **state)
{
	static const struct folded one[] = { { "a;b;c", 2 }, { "a;bb", 1 }, { "a;b", 5 }, { "a;b;c", 3 } };
	static const struct folded other[] = { { "a;b", 5 }, { "a;b;c", 5 }, { "a;bb", 1 } };
	char *first = draw(one, 4, NULL), *second = draw(other, 3, NULL);

	(void)state;
	assert_string_equal(first, second);
	assert_int_equal(count_of(first, "<title>b ("), 1);
	free(first);
	free(second);
}

static void names_are_clipped_to_their_frames(void **state)
{
	static const struct folded stacks[] = {
		{ "x;a_function_with_a_rather_long_name_that_does_not_fit_into_its_frame", 1 },
		{ "x;narrow", 1 },
		{ "x;wide", 98 },
	};
	const struct flame_graph_opts opts = { .width = 2020 };
	char *svg = draw(stacks, 3, &opts);

	(void)state;
	assert_string_equal(
		box_of(svg, "a_function_with_a_rather_long_name_that_does_not_fit_into_its_frame").label, "");
	free(svg);
	svg = draw(stacks, 2, &(struct flame_graph_opts){ .width = 320 });
	assert_string_equal(box_of(svg, "a_function_with_a_rather_long_name_that_does_not_fit").label,
			    "a_function_with_a_r..");
	assert_string_equal(box_of(svg, "narrow").label, "narrow");
	free(svg);
}

static void what_is_too_narrow_is_left_out(void **state)
{
	static const struct folded stacks[] = { { "a;rare", 1 }, { "a;often", 1000000 } };
	char *svg = draw(stacks, 2, NULL);

	(void)state;
	assert_int_equal(count_of(svg, "<title>rare"), 0);
	assert_int_equal(count_of(svg, "<title>often"), 1);
	free(svg);
}

static void any_name_becomes_text(void **state)
{
	static const struct folded stacks[] = {
		{ "a<b>&\"c\";std::vector<int>::push_back(int&&);\xff\x01;\xc3\xa4;\xed\xa0\x80", 1 },
		{ ";;", 2 },
		{ "", 3 },
		{ "gone", 0 },
	};
	char *svg = draw(stacks, 4, &(struct flame_graph_opts){ .title = "<&>" });

	(void)state;
	assert_well_formed(svg);
	assert_non_null(strstr(svg, "&lt;&amp;&gt;</text>"));
	assert_non_null(strstr(svg, "<title>std::vector&lt;int&gt;::push_back(int&amp;&amp;) (1 samples"));
	assert_non_null(strstr(svg, "<title>?? ("));
	assert_non_null(strstr(svg, "<title>\xc3\xa4 ("));
	assert_non_null(strstr(svg, "<title>??? ("));
	assert_non_null(strstr(svg, "<title>all (6 samples"));
	assert_null(strstr(svg, "gone"));
	free(svg);
}

static char *fill_of(const char *svg, const char *title)
{
	const char *at = strstr(svg, title);

	assert_non_null(at);
	at = strstr(at, "fill=\"") + 6;
	return strndup(at, strcspn(at, "\""));
}

static void kinds_have_their_colours(void **state)
{
	static const struct folded stacks[] = { { "sh;f;-;f", 1 }, { "sh;f;A::g", 1 }, { "sh;h_[k]", 1 } };
	char *svg = draw(stacks, 3, NULL);
	char *user = fill_of(svg, "<title>f (2 "), *kernel = fill_of(svg, "<title>f (1 ");
	char *marked = fill_of(svg, "<title>h_[k] (");
	unsigned int red, green, blue;

	(void)state;
	assert_string_not_equal(user, kernel);
	assert_int_equal(sscanf(marked, "rgb(%u,%u,%u)", &red, &green, &blue), 3);
	assert_true(red > green && green > blue && green >= 110);
	free(user);
	free(kernel);
	free(marked);
	free(svg);
}

static void no_stacks_are_a_graph_that_says_so(void **state)
{
	char *svg = draw(NULL, 0, NULL);

	(void)state;
	assert_well_formed(svg);
	assert_non_null(strstr(svg, "No stacks were seen."));
	free(svg);
}

static void a_deep_stack_has_all_its_frames(void **state)
{
	char *frames = calloc(1, 20001);
	char *svg;

	(void)state;
	for (size_t i = 0; i < 10000; i++)
		memcpy(frames + 2 * i, "f;", 2);
	svg = draw(&(struct folded){ frames, 1 }, 1, NULL);
	assert_int_equal(count_of(svg, "class=\"f\""), 10001);
	free(frames);
	free(svg);
}

static void a_file_that_takes_nothing_is_an_error(void **state)
{
	FILE *full = fopen("/dev/full", "we");

	(void)state;
	assert_non_null(full);
	assert_int_equal(flame_graph_write(full, NULL, 0, NULL), -EIO);
	fclose(full);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(frames_are_as_wide_as_their_part),
		cmocka_unit_test(the_order_of_stacks_does_not_matter),
		cmocka_unit_test(names_are_clipped_to_their_frames),
		cmocka_unit_test(what_is_too_narrow_is_left_out),
		cmocka_unit_test(any_name_becomes_text),
		cmocka_unit_test(kinds_have_their_colours),
		cmocka_unit_test(no_stacks_are_a_graph_that_says_so),
		cmocka_unit_test(a_deep_stack_has_all_its_frames),
		cmocka_unit_test(a_file_that_takes_nothing_is_an_error),
	};

	return run_selected_tests(tests, argc, argv);
}
