/* SPDX-License-Identifier: Apache-2.0 */
#include "btf/kfuncs.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define TAG "bpf_kfunc"
#define PREFIX "bpf_"

struct kfuncs {
	uint32_t *ids;
	size_t n, room;
};

static bool add(struct kfuncs *kfuncs, uint32_t id)
{
	if (kfuncs->n == kfuncs->room) {
		size_t room = kfuncs->room ? 2 * kfuncs->room : 256;
		uint32_t *ids = realloc(kfuncs->ids, room * sizeof *ids);

		if (!ids)
			return false;
		kfuncs->ids = ids;
		kfuncs->room = room;
	}
	kfuncs->ids[kfuncs->n++] = id;
	return true;
}

/* The function that a type is the tag of, or 0. */
static uint32_t tagged(const struct kernel_btf *btf, const struct btf_type *type)
{
	const struct btf_decl_tag *tag = (const struct btf_decl_tag *)(type + 1);
	const struct btf_type *function;

	if (BTF_INFO_KIND(type->info) != BTF_KIND_DECL_TAG || tag->component_idx != -1 ||
	    strcmp(kernel_btf_string(btf, type->name_off), TAG) != 0)
		return 0;
	function = kernel_btf_type(btf, type->type);
	return function && BTF_INFO_KIND(function->info) == BTF_KIND_FUNC ? type->type : 0;
}

static bool list_tagged(struct kfuncs *kfuncs, const struct kernel_btf *btf)
{
	const struct btf_type *type;
	bool ok = true;

	for (uint32_t id = 1; ok && (type = kernel_btf_type(btf, id)); id++) {
		uint32_t function = tagged(btf, type);

		ok = !function || add(kfuncs, function);
	}
	return ok;
}

static bool list_prefixed(struct kfuncs *kfuncs, const struct kernel_btf *btf)
{
	const struct btf_type *type;
	bool ok = true;

	for (uint32_t id = 1; ok && (type = kernel_btf_type(btf, id)); id++)
		if (BTF_INFO_KIND(type->info) == BTF_KIND_FUNC &&
		    strncmp(kernel_btf_string(btf, type->name_off), PREFIX, strlen(PREFIX)) == 0)
			ok = add(kfuncs, id);
	return ok;
}

struct kfuncs *kfuncs_list(const struct kernel_btf *btf)
{
	struct kfuncs *kfuncs = calloc(1, sizeof *kfuncs);

	if (kfuncs && list_tagged(kfuncs, btf) && (kfuncs->n || list_prefixed(kfuncs, btf)))
		return kfuncs;
	kfuncs_free(kfuncs);
	return NULL;
}

void kfuncs_free(struct kfuncs *kfuncs)
{
	if (!kfuncs)
		return;
	free(kfuncs->ids);
	free(kfuncs);
}

uint32_t kfuncs_find(const struct kfuncs *kfuncs, const struct kernel_btf *btf, const char *name)
{
	for (size_t i = 0; i < kfuncs->n; i++) {
		const struct btf_type *function = kernel_btf_type(btf, kfuncs->ids[i]);

		if (strcmp(kernel_btf_string(btf, function->name_off), name) == 0)
			return kfuncs->ids[i];
	}
	return 0;
}
