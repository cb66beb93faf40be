/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CBCC_TARGET_NAMES_H
#define CBCC_TARGET_NAMES_H

#ifdef __cplusplus
extern "C"
#endif
	int
	call_cxx(void);

#endif
