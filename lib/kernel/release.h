/* SPDX-License-Identifier: Apache-2.0 */
/* The running kernel's version. */
#ifndef CBCC_RELEASE_H
#define CBCC_RELEASE_H

#include <stdint.h>

/** As LINUX_VERSION_CODE: major << 16 | minor << 8 | patch, the patch at most 255. */
uint32_t kernel_version_code(void);

/** The same for a release string as uname has it: "6.1.0-56-amd64". 0 if it is none. */
uint32_t kernel_version_parse(const char *release);

/**
 * The version of a kernel whose release is another one, since a distribution keeps it over all updates: from the
 * content of /proc/version_signature (Ubuntu; NULL if there is none), uname's version (Debian), else uname's release.
 */
uint32_t kernel_version_of(const char *signature, const char *version, const char *release);

#endif
