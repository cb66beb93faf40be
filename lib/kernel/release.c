/* SPDX-License-Identifier: Apache-2.0 */
#include "kernel/release.h"

#include <stdio.h>
#include <sys/utsname.h>

uint32_t kernel_version_parse(const char *release)
{
	unsigned int major, minor, patch = 0;

	if (sscanf(release, "%u.%u.%u", &major, &minor, &patch) < 2 || major > 255 || minor > 255)
		return 0;
	return major << 16 | minor << 8 | (patch > 255 ? 255 : patch);
}

uint32_t kernel_version_code(void)
{
	struct utsname system;

	uname(&system);
	return kernel_version_parse(system.release);
}
