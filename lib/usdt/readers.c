/* SPDX-License-Identifier: Apache-2.0 */
#include "usdt/readers.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "process/user_functions.h"

/* The smallest page there is. */
#define PAGE_MASK 4095

int usdt_wider(int a, int b)
{
	return abs(b) > abs(a) ? b : a;
}

const char *usdt_type_name(int size)
{
	static const char *const names[2][9] = {
		{ [1] = "uint8_t", [2] = "uint16_t", [4] = "uint32_t", [8] = "uint64_t" },
		{ [1] = "int8_t", [2] = "int16_t", [4] = "int32_t", [8] = "int64_t" },
	};

	return names[size < 0][abs(size)];
}

/* As program texts have them. */
static const char *type_of(int size)
{
	static const char *const names[2][9] = {
		{ [1] = "u8", [2] = "u16", [4] = "u32", [8] = "u64" },
		{ [1] = "s8", [2] = "s16", [4] = "s32", [8] = "s64" },
	};

	return names[size < 0][abs(size)];
}

static int compare_functions(const void *a, const void *b)
{
	const struct usdt_site *first = a, *second = b;
	int order = strcmp(first->probe->fn_name, second->probe->fn_name);

	return order ? order : first->cookie < second->cookie ? -1 : first->cookie > second->cookie;
}

static bool is_same_place(const struct usdt_site *a, const struct usdt_site *b)
{
	return a->location->address == b->location->address &&
	       a->probe->binary->device == b->probe->binary->device &&
	       a->probe->binary->inode == b->probe->binary->inode &&
	       a->probe->binary->binary.base == b->probe->binary->binary.base;
}

static uint64_t page_offset(const struct usdt_site *site)
{
	return site->location->address & PAGE_MASK;
}

/* The places of the function of the first: their number. */
static size_t group_size(const struct usdt_site *sites, size_t count)
{
	size_t n = 1;

	while (n < count && strcmp(sites[n].probe->fn_name, sites->probe->fn_name) == 0)
		n++;
	return n;
}

/* Numbers the places from 1 where page offsets do not tell them apart; else all cookies are 0. */
static void number_group(struct usdt_site *sites, size_t count)
{
	bool ambiguous = false;

	for (size_t i = 0; i < count; i++) {
		sites[i].cookie = i + 1;
		for (size_t j = 0; j < i; j++) {
			if (is_same_place(&sites[i], &sites[j])) {
				sites[i].cookie = sites[j].cookie;
				break;
			}
			ambiguous |= page_offset(&sites[i]) == page_offset(&sites[j]);
		}
	}
	for (size_t i = 0; i < count && !ambiguous; i++)
		sites[i].cookie = 0;
}

static size_t count_enabled(struct cbcc_usdt *const *contexts, size_t count)
{
	size_t n = 0;

	for (size_t i = 0; i < count; i++)
		for (size_t j = 0; j < contexts[i]->nprobes; j++)
			if (contexts[i]->probes[j].fn_name)
				n += contexts[i]->probes[j].public.num_locations;
	return n;
}

static void fill(struct usdt_sites *sites, const struct cbcc_usdt *context)
{
	for (size_t j = 0; j < context->nprobes; j++) {
		const struct usdt_probe *probe = &context->probes[j];

		for (size_t k = 0; probe->fn_name && k < probe->public.num_locations; k++) {
			sites->sites[sites->count] = (struct usdt_site){
				context, probe, &probe->public.locations[k],
				sites->count /* keeps the order */
			};
			sites->count++;
		}
	}
}

int usdt_sites_list(struct cbcc_usdt *const *contexts, size_t count, struct usdt_sites *sites)
{
	size_t total = count_enabled(contexts, count);

	*sites = (struct usdt_sites){ calloc(total + 1, sizeof *sites->sites), 0 };
	if (!sites->sites)
		return error_set(-ENOMEM, "cannot list USDT probes");
	for (size_t i = 0; i < count; i++)
		fill(sites, contexts[i]);
	qsort(sites->sites, sites->count, sizeof *sites->sites, compare_functions);
	for (size_t i = 0, n; i < sites->count; i += n) {
		n = group_size(&sites->sites[i], sites->count - i);
		number_group(&sites->sites[i], n);
	}
	return 0;
}

void usdt_sites_free(struct usdt_sites *sites)
{
	free(sites->sites);
	*sites = (struct usdt_sites){ 0 };
}

/* An address that depends on nothing but registers and where the file is loaded, which the probe's own place shows. */
static int write_address(FILE *out, const struct usdt_site *site, const struct cbcc_usdt_argument *argument)
{
	uint64_t offset = (uint64_t)argument->deref_offset, symbol;
	const char *base = argument->base_register_name;

	if (argument->deref_ident) {
		int err = user_symbol_find(&site->probe->binary->binary, argument->deref_ident, &symbol);

		if (err)
			return err;
		if (base && strcmp(base, "ip") != 0)
			fprintf(out, "ctx->%s + ", base);
		fprintf(out, "PT_REGS_IP(ctx) - 0x%" PRIx64 "ull", site->location->address - symbol);
	} else {
		fprintf(out, base ? "ctx->%s" : "0ull", base);
	}
	if (argument->index_register_name)
		fprintf(out, " + ctx->%s * %dull", argument->index_register_name, argument->scale);
	if (offset)
		fprintf(out, " + 0x%" PRIx64 "ull", offset);
	return 0;
}

/* The value at one place, as a statement. */
static int write_value(FILE *out, const struct usdt_site *site, size_t index)
{
	const struct cbcc_usdt_location *location = site->location;
	const struct cbcc_usdt_argument *argument =
		index < location->num_arguments ? &location->arguments[index] : NULL;
	const char *type;
	int err = 0;

	if (!argument || !argument->valid) {
		fprintf(out, "return -1;\n");
		return 0;
	}
	type = type_of(argument->size);
	if (argument->valid & CBCC_USDT_CONSTANT) {
		fprintf(out, "value = (%s)0x%" PRIx64 "ull;\n", type, (uint64_t)argument->constant);
	} else if (argument->valid & CBCC_USDT_DEREF_OFFSET) {
		fprintf(out, "{ %s memory = 0; err = bpf_probe_read_user(&memory, sizeof(memory), (void *)(",
			type);
		err = write_address(out, site, argument);
		fprintf(out, ")); value = memory; }\n");
	} else if (argument->is_float) {
		fprintf(out, "value = 0;\n");
	} else {
		fprintf(out, "value = (%s)(ctx->%s >> %d);\n", type, argument->base_register_name,
			argument->shift);
	}
	return err;
}

/* Whether the argument is read the same way at all places. */
static bool is_uniform(const struct usdt_site *sites, size_t count, size_t index)
{
	for (size_t i = 0; i < count; i++) {
		const struct cbcc_usdt_location *location = sites[i].location;

		if (index < location->num_arguments && location->arguments[index].deref_ident && count > 1)
			return false;
		if (strcmp(location->argument_text, sites->location->argument_text) != 0)
			return false;
	}
	return true;
}

static bool is_first_of_its_place(const struct usdt_site *sites, size_t index)
{
	for (size_t i = 0; i < index; i++)
		if (is_same_place(&sites[i], &sites[index]))
			return false;
	return true;
}

static int write_cases(FILE *out, const struct usdt_site *sites, size_t count, size_t index)
{
	bool by_cookie = sites->cookie;
	int err = 0;

	if (by_cookie)
		fprintf(out, "	switch (bpf_get_attach_cookie(ctx)) {\n");
	else
		fprintf(out, "	switch (PT_REGS_IP(ctx) & %d) {\n", PAGE_MASK);
	for (size_t i = 0; i < count && !err; i++) {
		if (!is_first_of_its_place(sites, i))
			continue;
		fprintf(out, "	case %" PRIu64 ": ", by_cookie ? sites[i].cookie : page_offset(&sites[i]));
		err = write_value(out, &sites[i], index);
		fprintf(out, "		break;\n");
	}
	fprintf(out, "	default: return -1;\n	}\n");
	return err;
}

static int widest(const struct usdt_site *sites, size_t count, size_t index)
{
	int size = 0;

	for (size_t i = 0; i < count; i++)
		if (index < sites[i].location->num_arguments)
			size = usdt_wider(size, sites[i].location->arguments[index].size);
	return size;
}

static int write_reader(FILE *out, const struct usdt_site *sites, size_t count, size_t index)
{
	int err;

	fprintf(out,
		"static __always_inline int _bpf_readarg_%s_%zu(struct pt_regs *ctx, void *dest, size_t len) "
		"{\n"
		"	%s value = 0;\n"
		"	int err = 0;\n"
		"	if (len != sizeof(value)) return -1;\n",
		sites->probe->fn_name, index + 1, type_of(widest(sites, count, index)));
	if (is_uniform(sites, count, index)) {
		fprintf(out, "	");
		err = write_value(out, sites, index);
	} else {
		err = write_cases(out, sites, count, index);
	}
	fprintf(out, "	__builtin_memcpy(dest, &value, sizeof(value));\n"
		     "	return err;\n"
		     "}\n");
	return err;
}

static int write_group(FILE *out, const struct usdt_site *sites, size_t count)
{
	int err = 0;

	for (size_t index = 0; !err && widest(sites, count, index); index++)
		err = write_reader(out, sites, count, index);
	return err;
}

static int write_all(FILE *out, const struct usdt_sites *sites)
{
	int err = 0;

	if (sites->count)
		fprintf(out, "#include <uapi/linux/ptrace.h>\n");
	for (size_t i = 0, n; i < sites->count && !err; i += n) {
		n = group_size(&sites->sites[i], sites->count - i);
		err = write_group(out, &sites->sites[i], n);
	}
	return err;
}

int usdt_readers_make(struct cbcc_usdt *const *contexts, size_t count, char **text)
{
	struct usdt_sites sites;
	int err = usdt_sites_list(contexts, count, &sites);
	size_t size;
	FILE *out;

	*text = NULL;
	if (err)
		return err;
	out = open_memstream(text, &size);
	err = out ? write_all(out, &sites) : -ENOMEM;
	usdt_sites_free(&sites);
	if (out && fclose(out) != 0)
		err = -ENOMEM;
	if (!err)
		return 0;
	free(*text);
	*text = NULL;
	return err == -ENOMEM ? error_set(err, "cannot make the readers of USDT arguments") : err;
}
