/* SPDX-License-Identifier: Apache-2.0 */
/* The text's types: fields by path, values as text and back. */
#include "run.h"

#include <errno.h>
#include <stdlib.h>

/* The union's other members, where its first two bytes are 0x1234: by value and as text. */
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define NUMBER 0x1234
#define LARGE_HEX "0x1234"
#define NUMBER_TEXT "4660"
#define LARGE_TEXT "4660"
#else
#define NUMBER 0x12340000
#define LARGE_HEX "0x1234000000000000"
#define NUMBER_TEXT "305397760"
#define LARGE_TEXT "1311673391471656960"
#endif

static const char text[] =
	"enum color { RED, GREEN = 5, BLUE = -1 };\n"
	"typedef struct { u16 port; char host[6]; } address_t;\n"
	"struct event {\n"
	"	u32 pid; s32 status; char comm[16]; u64 big;\n"
	"	struct { u8 low : 3; s8 middle : 4; u64 wide : 45; };\n"
	"	union { int number; u64 large; address_t address; };\n"
	"	enum color color; bool on; char letter;\n"
	"	u16 grid[2][3]; address_t peers[2]; struct sock *sk;\n"
	"	unsigned __int128 huge; __int128 negative;\n"
	"};\n"
	"BPF_HASH(events, u32, struct event);\n"
	"int f(void *ctx) {\n"
	"	struct event e = {};\n"
	"	u32 k = 1;\n"
	"	e.pid = 77; e.status = -5; e.comm[0] = 'o'; e.comm[1] = 'k'; e.big = 1ull << 40;\n"
	"	e.low = 6; e.middle = -3; e.wide = (1ull << 44) + 9; e.address.port = 0x1234; e.color = "
	"BLUE;\n"
	"	e.on = 1; e.letter = 'x'; e.grid[1][2] = 12; e.peers[1].port = 80;\n"
	"	e.peers[1].host[0] = 'h'; e.huge = (unsigned __int128)1 << 100; e.negative = -2;\n"
	"	events.update(&k, &e);\n"
	"	return 0;\n"
	"}\n";

static const struct cbcc_type *type_of(struct cbcc *b, const char *name)
{
	const struct cbcc_type *type = cbcc_type_by_name(b, name);

	if (!type)
		fail_msg("%s", cbcc_last_error());
	return type;
}

/* The event that the program makes. */
static struct cbcc *run_event(unsigned char *data, size_t size)
{
	struct cbcc *b = compiled(text);
	struct cbcc_table *t = cbcc_get_table(b, "events");
	uint32_t key = 1;

	assert_non_null(t);
	assert_true(cbcc_table_leaf_size(t) <= size);
	run_function(b, "f");
	assert_ok(cbcc_table_lookup(t, &key, data));
	return b;
}

static void fields_are_found_by_their_path(void **state)
{
	static const struct {
		const char *path, *type;
		int64_t value;
	} fields[] = {
		{ "pid", "u32", 77 },
		{ "status", "s32", -5 },
		{ "comm[1]", "char", 'k' },
		{ "big", "u64", 1ll << 40 },
		{ "low", "u8", 6 },
		{ "middle", "s8", -3 },
		{ "wide", "u64", (1ll << 44) + 9 },
		{ "number", "int", NUMBER },
		{ "address.port", "u16", 0x1234 },
		{ "color", "enum color", -1 },
		{ "on", "bool", 1 },
		{ "grid[1][2]", "u16", 12 },
		{ "peers[1].port", "u16", 80 },
		{ "sk", "struct sock *", 0 },
		{ "negative", "__int128", -2 },
	};
	unsigned char data[512];
	struct cbcc *b = run_event(data, sizeof data);
	const struct cbcc_type *event = type_of(b, "struct event");
	struct cbcc_field field;
	uint64_t value;
	double number;

	(void)state;
	for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
		assert_ok(cbcc_type_find(event, fields[i].path, &field));
		assert_string_equal(cbcc_type_name(field.type), fields[i].type);
		assert_ok(cbcc_field_get_u64(&field, data, &value));
		if ((int64_t)value != fields[i].value)
			fail_msg("%s is %lld", fields[i].path, (long long)value);
	}
	assert_ok(cbcc_field_get_double(&field, data, &number));
	assert_true(number == -2.0);
	assert_ok(cbcc_type_find(event, "huge", &field));
	assert_int_equal(cbcc_field_get_u64(&field, data, &value), -ERANGE);
	assert_ok(cbcc_type_find(event, "grid", &field));
	assert_string_equal(cbcc_type_name(field.type), "u16 [2][3]");
	assert_int_equal(cbcc_type_size(field.type), 12);
	assert_int_equal(cbcc_field_get_u64(&field, data, &value), -EOPNOTSUPP);
	cbcc_free(b);
}

static void wrong_paths_are_errors(void **state)
{
	static const struct {
		const char *path;
		int err;
	} paths[] = {
		{ "nothing", -ENOENT },    { "peers[2].port", -ERANGE }, { "pid.low", -EINVAL },
		{ "pid[0]", -EINVAL },     { ".pid", -EINVAL },          { "peers[0]port", -EINVAL },
		{ "peers[-1]", -EINVAL },  { "peers[0", -EINVAL },       { "peers[0].", -EINVAL },
		{ "peers[0].x", -ENOENT },
	};
	struct cbcc *b = compiled(text);
	const struct cbcc_type *event = type_of(b, "struct event");
	struct cbcc_field field;

	(void)state;
	for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
		if (cbcc_type_find(event, paths[i].path, &field) != paths[i].err)
			fail_msg("%s: %s", paths[i].path, cbcc_last_error());
	assert_int_equal(cbcc_type_find(event, "peers[2]", &field), -ERANGE);
	assert_string_equal(cbcc_last_error(), "'peers[2]' in struct event: the array has 2 elements");
	cbcc_free(b);
}

static void types_are_found_by_their_name(void **state)
{
	struct cbcc *b = compiled(text);

	(void)state;
	assert_ptr_equal(type_of(b, "struct event"), type_of(b, "event"));
	assert_ptr_equal(type_of(b, "struct event"), cbcc_table_leaf_type(cbcc_get_table(b, "events")));
	assert_int_equal(cbcc_type_kind(type_of(b, "enum color")), CBCC_TYPE_ENUM);
	assert_true(cbcc_type_is_signed(type_of(b, "enum color")));
	assert_int_equal(cbcc_type_count(type_of(b, "address_t")), 2);
	assert_string_equal(cbcc_type_enum_name(type_of(b, "enum color"), 5), "GREEN");
	assert_string_equal(cbcc_type_enum_name(type_of(b, "enum color"), (uint64_t)-1), "BLUE");
	assert_null(cbcc_type_enum_name(type_of(b, "enum color"), 4));
	assert_null(cbcc_type_by_name(b, "struct nothing"));
	assert_int_equal(errno, ENOENT);
	cbcc_free(b);
}

static void values_are_written_in_three_styles(void **state)
{
	static const char *const expected[] = {
		"{ 0x4d 0xfffffffb \"ok\" 0x10000000000 { 0x6 0xd 0x100000000009 } { " LARGE_HEX
		" } 0xffffffff 0x1 "
		"0x78 "
		"[ [ 0x0 0x0 0x0 ] [ 0x0 0x0 0xc ] ] [ { 0x0 \"\" } { 0x50 \"h\" } ] 0x0 "
		"0x10000000000000000000000000 0xfffffffffffffffffffffffffffffffe }",
		"{\"pid\": 77, \"status\": -5, \"comm\": \"ok\", \"big\": 1099511627776, \"low\": 6, "
		"\"middle\": -3, "
		"\"wide\": 17592186044425, \"number\": " NUMBER_TEXT ", \"large\": " LARGE_TEXT
		", \"address\": {\"port\": 4660, "
		"\"host\": \"\"}, \"color\": \"BLUE\", \"on\": true, \"letter\": 120, \"grid\": [[0, 0, 0], "
		"[0, 0, "
		"12]], \"peers\": [{\"port\": 0, \"host\": \"\"}, {\"port\": 80, \"host\": \"h\"}], \"sk\": "
		"0, "
		"\"huge\": 1267650600228229401496703205376, \"negative\": -2}",
		"{ .pid = 77, .status = -5, .comm = \"ok\", .big = 1099511627776, .low = 6, .middle = -3, "
		".wide = 17592186044425, .large = " LARGE_TEXT ", .color = BLUE, .on = true, .letter = 120, "
		".grid = { { 0, 0, 0 }, { 0, 0, 12 } }, .peers = { { .port = 0, .host = \"\" }, { .port = "
		"80, "
		".host = \"h\" } }, .sk = 0, .huge = 1267650600228229401496703205376, .negative = -2 }",
	};
	unsigned char data[512], back[512];
	struct cbcc *b = run_event(data, sizeof data);
	const struct cbcc_type *event = type_of(b, "struct event");
	char buf[1024], cut[8];

	(void)state;
	for (int style = 0; style < 3; style++) {
		assert_int_equal(cbcc_type_format(event, data, buf, sizeof buf, style),
				 strlen(expected[style]));
		assert_string_equal(buf, expected[style]);
		assert_ok(cbcc_type_parse(event, buf, back));
		assert_memory_equal(back, data, cbcc_type_size(event));
	}
	assert_int_equal(cbcc_type_format(event, data, NULL, 0, CBCC_STYLE_C), strlen(expected[2]));
	assert_int_equal(cbcc_type_format(event, data, cut, sizeof cut, CBCC_STYLE_C), strlen(expected[2]));
	assert_string_equal(cut, "{ .pid ");
	cbcc_free(b);
}

/* What a text cannot say is not compared: bytes behind a text's NUL, padding. */
static void random_values_are_the_same_after_text(void **state)
{
	struct cbcc *b = compiled(text);
	const struct cbcc_type *event = type_of(b, "struct event");
	unsigned char data[512], back[512];
	char first[4096], again[4096];

	(void)state;
	srandom(1);
	for (int round = 0; round < 2000; round++) {
		enum cbcc_style style = (enum cbcc_style)(round % 3);
		struct cbcc_field field;
		uint64_t value;

		for (size_t i = 0; i < cbcc_type_size(event); i++)
			data[i] = (unsigned char)random();
		assert_ok(cbcc_type_find(event, "on", &field));
		assert_ok(cbcc_field_set_u64(&field, data, (uint64_t)random() % 2));
		assert_true(cbcc_type_format(event, data, first, sizeof first, style) < (int)sizeof first);
		if (cbcc_type_parse(event, first, back) != 0)
			fail_msg("%s", cbcc_last_error());
		cbcc_type_format(event, back, again, sizeof again, style);
		assert_string_equal(first, again);
		for (size_t i = 0; i < cbcc_type_count(event); i++) {
			uint64_t same;

			assert_ok(cbcc_type_member(event, i, &field));
			if (cbcc_type_kind(field.type) >= CBCC_TYPE_ARRAY || cbcc_type_size(field.type) > 8)
				continue;
			assert_ok(cbcc_field_get_u64(&field, data, &value));
			assert_ok(cbcc_field_get_u64(&field, back, &same));
			assert_int_equal(value, same);
		}
	}
	cbcc_free(b);
}

static void what_is_no_value_is_refused(void **state)
{
	static const struct {
		const char *text;
		int err;
	} texts[] = {
		{ "", -EINVAL },
		{ "{", -EINVAL },
		{ "{ 1 2", -EINVAL },
		{ "{ 4294967296 }", -ERANGE },
		{ "{ -1 }", -ERANGE },
		{ "{ .status = 2147483648 }", -ERANGE },
		{ "{ .status = 12x }", -EINVAL },
		{ "{ .nothing = 1 }", -ENOENT },
		{ "{ .comm = \"12345678901234567\" }", -ERANGE },
		{ "{ .comm = \"1", -EINVAL },
		{ "{ .comm = \"\\q\" }", -EINVAL },
		{ "{ .low = 8 }", -ERANGE },
		{ "{ .on = 2 }", -ERANGE },
		{ "{ .color = PINK }", -EINVAL },
		{ "{ .grid = [ [ 1 2 3 4 ] ] }", -EINVAL },
		{ "{ .pid = 1 } x", -EINVAL },
		{ "{ .pid = 0x }", -EINVAL },
		{ "{ .huge = 340282366920938463463374607431768211456 }", -ERANGE },
	};
	struct cbcc *b = compiled(text);
	const struct cbcc_type *event = type_of(b, "struct event");
	unsigned char data[512] = { 1, 2, 3 }, before[512] = { 1, 2, 3 };

	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		int err = cbcc_type_parse(event, texts[i].text, data);

		if (err != texts[i].err)
			fail_msg("%s: %d: %s", texts[i].text, err, cbcc_last_error());
		assert_memory_equal(data, before, sizeof data);
	}
	assert_int_equal(cbcc_type_parse(event, "{ .pid = x }", data), -EINVAL);
	assert_string_equal(cbcc_last_error(),
			    "'{ .pid = x }' is no struct event: column 10: expected a value's name");
	cbcc_free(b);
}

static void bytes_that_are_no_text_survive_json(void **state)
{
	struct cbcc *b = compiled("struct s { char name[16]; }; BPF_HASH(h, u32, struct s);");
	const struct cbcc_type *type = type_of(b, "struct s");
	unsigned char data[16] = "a\xc3\xa4\xff\"\\\n\x80z", back[16];
	char buf[100];

	(void)state;
	assert_true(cbcc_type_format(type, data, buf, sizeof buf, CBCC_STYLE_JSON) > 0);
	assert_string_equal(buf, "{\"name\": \"a\xc3\xa4\\u00ff\\\"\\\\\\u000a\\u0080z\"}");
	assert_ok(cbcc_type_parse(type, buf, back));
	assert_memory_equal(data, back, 16);
	assert_ok(cbcc_type_parse(type, "{ \"\\u20ac\\ud83d\\ude00\" }", back));
	assert_memory_equal(back, "\xe2\x82\xac\xf0\x9f\x98\x80", 8);
	cbcc_free(b);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fields_are_found_by_their_path),
		cmocka_unit_test(wrong_paths_are_errors),
		cmocka_unit_test(types_are_found_by_their_name),
		cmocka_unit_test(values_are_written_in_three_styles),
		cmocka_unit_test(random_values_are_the_same_after_text),
		cmocka_unit_test(what_is_no_value_is_refused),
		cmocka_unit_test(bytes_that_are_no_text_survive_json),
	};

	return run_selected_tests(tests, argc, argv);
}
