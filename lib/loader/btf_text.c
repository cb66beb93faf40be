/* SPDX-License-Identifier: Apache-2.0 */
#include "loader/btf_text.h"

#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static void print(void *out, const char *fmt, va_list args)
{
	vfprintf(out, fmt, args);
}

/* Structs, enumerations, typedefs, and what they need. */
static void print_types(FILE *out, const struct btf *btf)
{
	struct btf_dump *dump = btf_dump__new(btf, print, out, NULL);

	if (libbpf_get_error(dump))
		return;
	for (__u32 id = 1; id < btf__type_cnt(btf); id++)
		if (btf_is_composite(btf__type_by_id(btf, id)) || btf_is_any_enum(btf__type_by_id(btf, id)) ||
		    btf_is_typedef(btf__type_by_id(btf, id)))
			btf_dump__dump_type(dump, id);
	btf_dump__free(dump);
}

static void print_type_name(FILE *out, const struct btf *btf, __u32 id, const char *name)
{
	LIBBPF_OPTS(btf_dump_emit_type_decl_opts, opts, .field_name = name);
	struct btf_dump *dump = btf_dump__new(btf, print, out, NULL);

	if (libbpf_get_error(dump))
		return;
	btf_dump__emit_type_decl(dump, id, &opts);
	fprintf(out, ";\n");
	btf_dump__free(dump);
}

static void print_declarations(FILE *out, const struct btf *btf)
{
	for (__u32 id = 1; id < btf__type_cnt(btf); id++) {
		const struct btf_type *type = btf__type_by_id(btf, id);

		if (btf_is_func(type) || btf_is_var(type))
			print_type_name(out, btf, type->type, btf__name_by_offset(btf, type->name_off));
	}
}

static void log_btf(const struct cbcc *b, const struct btf *btf)
{
	char *text;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return;
	print_types(out, btf);
	print_declarations(out, btf);
	fclose(out);
	log_write(&b->log, CBCC_LOG_DEBUG, "BTF:\n%s", text);
	free(text);
}

void btf_text_log(const struct cbcc *b)
{
	LIBBPF_OPTS(bpf_object_open_opts, opts, .object_name = "cbcc");
	struct bpf_object *object = bpf_object__open_mem(b->unit.object, b->unit.object_size, &opts);

	if (!object)
		return;
	if (bpf_object__btf(object))
		log_btf(b, bpf_object__btf(object));
	bpf_object__close(object);
}
