/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The functions of the kernel that BPF programs may call, by name. Kernels since 6.10 tag them in BTF (if pahole, which
 * made it, was new enough); where nothing is tagged, any function whose name begins with "bpf_" may be one, and the
 * verifier says whether it is.
 */
#ifndef CBCC_KFUNCS_H
#define CBCC_KFUNCS_H

#include "btf/kernel_btf.h"

#ifdef __cplusplus
extern "C" {
#endif

struct kfuncs;

/** Those of vmlinux and of the modules added so far. NULL if there is no memory. */
struct kfuncs *kfuncs_list(const struct kernel_btf *btf);
void kfuncs_free(struct kfuncs *kfuncs);

/** The id of a BTF_KIND_FUNC, or 0. */
uint32_t kfuncs_find(const struct kfuncs *kfuncs, const struct kernel_btf *btf, const char *name);

#ifdef __cplusplus
}
#endif

#endif
