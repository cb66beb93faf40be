/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The running kernel's BTF, for reading: found by name, read by id. Mapped where the kernel allows it, else read
 * once. Opening walks the type section once, to know where each type starts; the first look-up hashes the names of
 * types, or of enumerators.
 *
 * Not a replacement of libbpf's struct btf, which copies and cannot find a name without comparing every string; only
 * what a compiler asks for within a millisecond.
 */
#ifndef CBCC_KERNEL_BTF_H
#define CBCC_KERNEL_BTF_H

#include <linux/btf.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct kernel_btf;

/** Opens a raw BTF file of this machine's byte order. 0, or a negative errno: -EINVAL if it is not well-formed. */
int kernel_btf_open(const char *path, struct kernel_btf **btf);
/**
 * Opens the running kernel's. Where the kernel lets it be mapped (since 6.16) the process keeps it, so that it is
 * walked and indexed once; where it has to be copied, the copy goes with the handle.
 */
int kernel_btf_open_running(struct kernel_btf **btf);
void kernel_btf_close(struct kernel_btf *btf);

/**
 * Adds what a module has beyond vmlinux, from its file. Names are then looked for in it, too; ids and strings of all
 * parts are one space. 0, or a negative errno as kernel_btf_open().
 */
int kernel_btf_add_module(struct kernel_btf *btf, const char *path);
/** Adds those of all files in a directory but "vmlinux". Files that cannot be read are passed over. */
void kernel_btf_add_modules(struct kernel_btf *btf, const char *directory);

/**
 * The first type of that name whose kind's bit (1 << BTF_KIND_...) is in kinds: structs, unions, enums of both kinds,
 * typedefs. Its id, or 0.
 */
uint32_t kernel_btf_find(const struct kernel_btf *btf, const char *name, uint32_t kinds);

/** The enum that has an enumerator of that name, and the enumerator's index in it. Its id, or 0. */
uint32_t kernel_btf_find_enumerator(const struct kernel_btf *btf, const char *name, uint32_t *index);

/** The size in bytes of a member of a struct or union of the kernel. 0 if there is no such member, or type. */
size_t kernel_btf_member_size(const struct kernel_btf *btf, const char *record, const char *member);

/** A type by id; NULL for 0 (void) and ids that do not exist. Its trailing data is known to be inside the file. */
const struct btf_type *kernel_btf_type(const struct kernel_btf *btf, uint32_t id);

/** A string by offset; "" for 0 and offsets that do not exist. */
const char *kernel_btf_string(const struct kernel_btf *btf, uint32_t offset);

#ifdef __cplusplus
}
#endif

#endif
