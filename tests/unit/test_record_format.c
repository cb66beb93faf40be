/* SPDX-License-Identifier: Apache-2.0 */
/* Formats of a private trace stream, taken apart. */
#include "test.h"

#include "readers/record_format.h"
#include "readers/trace_record.h"

static struct format_piece piece_of(const char *format)
{
	const char *rest = format;
	struct format_piece piece;

	assert_true(record_format_next(&rest, &piece));
	assert_true(*rest == '\0' || piece.kind == PIECE_TEXT || piece.kind == PIECE_BAD);
	return piece;
}

static void text_ends_at_conversions(void **state)
{
	const char *rest = "a %% b%d%sc";
	const char *const texts[] = { "a ", "%", " b", "%d", "%s", "c" };
	struct format_piece piece;

	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		assert_true(record_format_next(&rest, &piece));
		assert_int_equal(piece.length, strlen(texts[i]));
		assert_memory_equal(piece.text, texts[i], piece.length);
		assert_int_equal(piece_has_value(&piece), i == 3 || i == 4);
	}
	assert_false(record_format_next(&rest, &piece));
}

static void integers_have_their_size(void **state)
{
	static const struct {
		const char *format;
		unsigned int bits;
		char letter;
	} cases[] = { { "%d", 32, 'd' },      { "%i", 32, 'd' },  { "%hhu", 8, 'u' },
		      { "%hx", 16, 'x' },     { "%lX", 64, 'X' }, { "%lld", 64, 'd' },
		      { "%-5.2zu", 64, 'u' }, { "%#o", 32, 'o' }, { "%c", 32, 'c' } };

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct format_piece piece = piece_of(cases[i].format);

		assert_int_equal(piece.kind, PIECE_INTEGER);
		assert_int_equal(piece.bits, cases[i].bits);
		assert_int_equal(piece.letter, cases[i].letter);
		assert_int_equal(piece_memory(&piece), 0);
	}
}

static void what_points_somewhere_needs_its_memory(void **state)
{
	static const struct {
		const char *format;
		enum piece_kind kind;
		size_t memory;
	} cases[] = { { "%s", PIECE_STRING, TRACE_STRING_SIZE },
		      { "%pks", PIECE_STRING, TRACE_STRING_SIZE },
		      { "%-9pus", PIECE_STRING, TRACE_STRING_SIZE },
		      { "%pI4", PIECE_ADDRESS, TRACE_BYTES_SIZE },
		      { "%pi6", PIECE_ADDRESS, TRACE_BYTES_SIZE },
		      { "%p", PIECE_POINTER, 0 },
		      { "%px", PIECE_POINTER, 0 },
		      { "%pS", PIECE_POINTER, 0 } };

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct format_piece piece = piece_of(cases[i].format);

		assert_int_equal(piece.kind, cases[i].kind);
		assert_int_equal(piece_memory(&piece), cases[i].memory);
	}
}

/* Each is a piece as far as it goes; none is read behind its end. */
static void what_is_no_conversion_stands_for_itself(void **state)
{
	static const char *const formats[] = { "%",      "%y",   "%5",      "%l",       "%ll", "%f", "%*d",
					       "%1000d", "%hhc", "%.1000s", "%0+- #-d", "%5.", "%-", "%n" };

	(void)state;
	for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
		const char *rest = formats[i];
		struct format_piece piece;
		size_t length = 0;

		assert_int_equal(piece_of(formats[i]).kind, PIECE_BAD);
		for (; record_format_next(&rest, &piece); length += piece.length)
			assert_false(piece_has_value(&piece));
		assert_int_equal(length, strlen(formats[i]));
	}
}

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_ends_at_conversions),
		cmocka_unit_test(integers_have_their_size),
		cmocka_unit_test(what_points_somewhere_needs_its_memory),
		cmocka_unit_test(what_is_no_conversion_stands_for_itself),
	};

	return run_selected_tests(tests, argc, argv);
}
