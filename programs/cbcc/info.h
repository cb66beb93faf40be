/* SPDX-License-Identifier: Apache-2.0 */
/* What this kernel can do, as --info shows it. */
#ifndef CBCC_INFO_H
#define CBCC_INFO_H

#include "options.h"

enum status info_print(const struct options *options);

#endif
