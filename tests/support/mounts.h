/* SPDX-License-Identifier: Apache-2.0 */
/* Mounts that only a test sees. */
#ifndef CBCC_TEST_MOUNTS_H
#define CBCC_TEST_MOUNTS_H

#include <stdbool.h>

/**
 * Gives this process mounts of its own. False with errno where that cannot be: without privileges, or in a chroot, whose
 * root is no mount.
 */
bool mounts_make_own(void);

/** The same for a child that is to come: whether it could. */
bool mounts_can_be_own(void);

#endif
