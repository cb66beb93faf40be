/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CBCC_TARGET_LIBRARY_H
#define CBCC_TARGET_LIBRARY_H

int target_library_multiply(int a, int b);

#endif
