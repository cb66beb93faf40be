/* SPDX-License-Identifier: Apache-2.0 */
/* The installed headers of the running kernel. */
#ifndef CBCC_HEADERS_H
#define CBCC_HEADERS_H

/**
 * A kernel's headers are in one folder, or, where a distribution splits them or the kernel was built beside its source,
 * in two.
 */
struct kernel_headers {
	char *source; /* has include/linux/kconfig.h */
	char *build;  /* has include/generated/autoconf.h; often the same */
};

/**
 * Finds them, as BCC does: in $BCC_KERNEL_SOURCE, else below /lib/modules/RELEASE in "source", $BCC_KERNEL_MODULES_SUFFIX
 * or "build". 0, or a negative errno and the error set; *headers is always valid and to be freed.
 */
int kernel_headers_find(struct kernel_headers *headers);

/** The same among the folders of a kernel's modules, /lib/modules/RELEASE: folder is what the environment says, or NULL. */
int kernel_headers_find_in(struct kernel_headers *headers, const char *modules, const char *folder);

void kernel_headers_free(struct kernel_headers *headers);

#endif
