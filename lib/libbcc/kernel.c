/* SPDX-License-Identifier: Apache-2.0 */
/* What the kernel has. */
#include <unistd.h>

#include "cbcc.h"
#include "libbcc.h"

bool bpf_has_kernel_btf(void)
{
	return access("/sys/kernel/btf/vmlinux", R_OK) == 0;
}

/* 1, 0, or -1: it cannot be told. */
static int answer(int found)
{
	return found < 0 ? -1 : found;
}

int kernel_struct_has_field(const char *struct_name, const char *field_name)
{
	return answer(cbcc_kernel_struct_has_field(struct_name, field_name));
}

int kernel_enum_has_val(const char *enum_name, const char *value_name)
{
	return answer(cbcc_kernel_enum_has_val(enum_name ? enum_name : "", value_name));
}
