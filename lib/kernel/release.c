/* SPDX-License-Identifier: Apache-2.0 */
#include "kernel/release.h"

#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>

uint32_t kernel_version_parse(const char *release)
{
	unsigned int major, minor, patch = 0;

	if (sscanf(release, "%u.%u.%u", &major, &minor, &patch) < 2 || major > 255 || minor > 255)
		return 0;
	return major << 16 | minor << 8 | (patch > 255 ? 255 : patch);
}

/* "Ubuntu 5.4.0-12.15-generic 5.4.8" */
static uint32_t signed_version(const char *signature)
{
	char last[32];

	return sscanf(signature, "%*s %*s %31s", last) == 1 ? kernel_version_parse(last) : 0;
}

/* "#1 SMP PREEMPT_DYNAMIC Debian 6.1.158-1 (2025-11-09)" */
static uint32_t debian_version(const char *version)
{
	static const char vendor[] = "Debian ";
	const char *found = strstr(version, vendor);

	return found ? kernel_version_parse(found + strlen(vendor)) : 0;
}

uint32_t kernel_version_of(const char *signature, const char *version, const char *release)
{
	uint32_t code = signature ? signed_version(signature) : 0;

	if (!code)
		code = debian_version(version);
	return code ? code : kernel_version_parse(release);
}

uint32_t kernel_version_code(void)
{
	FILE *file = fopen("/proc/version_signature", "re");
	struct utsname system;
	char signature[128];
	const char *read = file ? fgets(signature, sizeof signature, file) : NULL;

	if (file)
		fclose(file);
	uname(&system);
	return kernel_version_of(read, system.version, system.release);
}
