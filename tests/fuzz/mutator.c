/* SPDX-License-Identifier: Apache-2.0 */
/* Changes texts by tokens: bytes changed at random rarely get past the lexer. */
#include <ctype.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "words.h"

size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned int seed);
size_t LLVMFuzzerCustomCrossOver(const uint8_t *data1, size_t size1, const uint8_t *data2, size_t size2,
				 uint8_t *out, size_t max_out_size, unsigned int seed);

#define TOKENS_MAX 8192
#define CHANGES_MAX 5

struct piece {
	const char *text;
	size_t size;
};

/* A text as its tokens; those that are made of bytes from elsewhere point there. */
struct tokens {
	struct piece list[TOKENS_MAX];
	size_t count;
};

static uint32_t random_state;

static uint32_t below(uint32_t limit)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 17;
	random_state ^= random_state << 5;
	return limit ? random_state % limit : 0;
}

static size_t count_while(const char *p, const char *end, bool (*belongs)(char))
{
	const char *start = p;

	while (p < end && belongs(*p))
		p++;
	return p - start;
}

static bool is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_' || (unsigned char)c > 127;
}

static bool is_blank(char c)
{
	return isspace((unsigned char)c);
}

static size_t string_size(const char *p, const char *end)
{
	const char *start = p, quote = *p++;

	while (p < end && *p != quote && *p != '\n')
		p += *p == '\\' && p + 1 < end ? 2 : 1;
	return (p < end ? p + 1 : end) - start;
}

/* A word, a run of blanks, a string, or one other character: the tokens of C are made of these. */
static size_t token_size(const char *p, const char *end)
{
	if (is_word(*p))
		return count_while(p, end, is_word);
	if (is_blank(*p))
		return count_while(p, end, is_blank);
	if (*p == '"' || *p == '\'')
		return string_size(p, end);
	return 1;
}

static void tokenise(struct tokens *tokens, const char *p, size_t size)
{
	const char *end = p + size;

	while (p < end && tokens->count < TOKENS_MAX) {
		size_t n = token_size(p, end);

		tokens->list[tokens->count++] = (struct piece){ p, n };
		p += n;
	}
}

static size_t join(const struct tokens *tokens, char *out, size_t max)
{
	size_t at = 0;

	for (size_t i = 0; i < tokens->count && tokens->list[i].size <= max - at; i++) {
		memcpy(out + at, tokens->list[i].text, tokens->list[i].size);
		at += tokens->list[i].size;
	}
	return at;
}

static bool is_char(const struct tokens *tokens, size_t i, char c)
{
	return tokens->list[i].size == 1 && *tokens->list[i].text == c;
}

/* The place behind the bracket that closes the one at i. */
static size_t behind_bracket(const struct tokens *tokens, size_t i, char open, char close)
{
	size_t depth = 0;

	for (; i < tokens->count; i++) {
		depth += is_char(tokens, i, open);
		if (is_char(tokens, i, close) && --depth == 0)
			return i + 1;
	}
	return tokens->count;
}

/* Where a part that starts at i ends: behind a bracket, or behind the statement, or a few tokens on. */
static size_t part_end(const struct tokens *tokens, size_t i)
{
	if (is_char(tokens, i, '{'))
		return behind_bracket(tokens, i, '{', '}');
	if (is_char(tokens, i, '('))
		return behind_bracket(tokens, i, '(', ')');
	if (below(2))
		return i + 1 + below(tokens->count - i < 6 ? tokens->count - i : 6);
	while (i < tokens->count && !is_char(tokens, i, ';') && !is_char(tokens, i, '}'))
		i++;
	return i < tokens->count ? i + 1 : i;
}

/* Puts pieces in the place of the tokens from start to end. */
static void replace(struct tokens *tokens, size_t start, size_t end, const struct piece *pieces, size_t count)
{
	size_t rest = tokens->count - end;

	if (start + count + rest > TOKENS_MAX)
		return;
	memmove(&tokens->list[start + count], &tokens->list[end], rest * sizeof *tokens->list);
	if (count)
		memcpy(&tokens->list[start], pieces, count * sizeof *pieces);
	tokens->count = start + count + rest;
}

static struct piece piece_of(const char *text)
{
	return (struct piece){ text, strlen(text) };
}

static const struct piece blank = { " ", 1 };

static void insert_known(struct tokens *tokens, size_t at)
{
	struct piece made[] = {
		blank, below(2) ? piece_of(words[below(nwords)]) : piece_of(phrases[below(nphrases)]), blank
	};

	replace(tokens, at, at, made, 3);
}

static void replace_known(struct tokens *tokens, size_t at)
{
	struct piece made = piece_of(words[below(nwords)]);

	replace(tokens, at, at + 1, &made, 1);
}

static void replace_by_own(struct tokens *tokens, size_t at)
{
	struct piece made = tokens->list[below(tokens->count)];

	replace(tokens, at, at + 1, &made, 1);
}

static void delete_part(struct tokens *tokens, size_t at)
{
	size_t end = part_end(tokens, at);

	replace(tokens, at, end < tokens->count ? end : tokens->count, NULL, 0);
}

static void copy_part(struct tokens *tokens, size_t at)
{
	static struct piece copy[TOKENS_MAX];
	size_t start = below(tokens->count), end = part_end(tokens, start);

	end = end < tokens->count ? end : tokens->count;
	memcpy(copy, &tokens->list[start], (end - start) * sizeof *copy);
	replace(tokens, at, at, copy, end - start);
}

static void repeat_token(struct tokens *tokens, size_t at)
{
	struct piece token = tokens->list[at];

	for (uint32_t times = 1 + below(below(20) ? 4 : 300); times; times--)
		replace(tokens, at, at, &token, 1);
}

static void exchange(struct tokens *tokens, size_t at)
{
	size_t other = below(tokens->count);
	struct piece kept = tokens->list[at];

	tokens->list[at] = tokens->list[other];
	tokens->list[other] = kept;
}

static void (*const changes[])(struct tokens *, size_t) = {
	insert_known, replace_known, replace_by_own, delete_part, copy_part, repeat_token, exchange,
};

static struct tokens tokens_, other_;

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned int seed)
{
	char *out;

	random_state = seed | 1;
	if (!size || below(16) == 0)
		return LLVMFuzzerMutate(data, size, max_size);
	tokens_.count = 0;
	tokenise(&tokens_, (const char *)data, size);
	for (uint32_t n = 1 + below(CHANGES_MAX); n && tokens_.count; n--)
		changes[below(sizeof changes / sizeof *changes)](&tokens_, below(tokens_.count));
	out = malloc(max_size);
	size = join(&tokens_, out, max_size);
	memcpy(data, out, size);
	free(out);
	return size;
}

/* A part of the second text goes into the first, or over one of its parts. */
size_t LLVMFuzzerCustomCrossOver(const uint8_t *data1, size_t size1, const uint8_t *data2, size_t size2,
				 uint8_t *out, size_t max_out_size, unsigned int seed)
{
	size_t start, end, at;

	random_state = seed | 1;
	tokens_.count = other_.count = 0;
	tokenise(&tokens_, (const char *)data1, size1);
	tokenise(&other_, (const char *)data2, size2);
	if (!tokens_.count || !other_.count)
		return 0;
	start = below(other_.count);
	end = part_end(&other_, start);
	end = end < other_.count ? end : other_.count;
	at = below(tokens_.count);
	replace(&tokens_, at, below(2) ? at : at + 1, &other_.list[start], end - start);
	return join(&tokens_, (char *)out, max_out_size);
}
