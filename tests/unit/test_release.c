/* SPDX-License-Identifier: Apache-2.0 */
/* Kernels' versions, as they and their distributions say them. */
#include "test.h"

#include "kernel/release.h"

#define VERSION(major, minor, patch) ((major) << 16 | (minor) << 8 | (patch))

static const struct {
	const char *signature, *version, *release;
	uint32_t code;
} kernels[] = {
	{ NULL, "#1 SMP PREEMPT_DYNAMIC", "6.18.44", VERSION(6, 18, 44) },
	{ NULL, "#1 SMP PREEMPT_DYNAMIC Thu Jan 1 00:00:00 UTC 1970", "7.0-rc1", VERSION(7, 0, 0) },
	/* Debian's before 13, which keep their release */
	{ NULL, "#1 SMP PREEMPT_DYNAMIC Debian 6.1.158-1 (2025-11-09)", "6.1.0-41-amd64", VERSION(6, 1, 158) },
	{ NULL, "#1 SMP Debian 5.10.223-1 (2024-08-10)", "5.10.0-32-amd64", VERSION(5, 10, 223) },
	{ NULL, "#1 SMP Debian 4.9.320-2 (2022-06-30)", "4.9.0-19-amd64", VERSION(4, 9, 255) },
	{ NULL, "#1 SMP PREEMPT_DYNAMIC Debian 6.1~rc3-1~exp1 (2022-11-02)", "6.1.0-0-amd64",
	  VERSION(6, 1, 0) },
	/* and after it */
	{ NULL, "#1 SMP PREEMPT_DYNAMIC Debian 6.12.57-1 (2025-11-05)", "6.12.57+deb13-amd64",
	  VERSION(6, 12, 57) },
	{ "Ubuntu 5.4.0-12.15-generic 5.4.8\n", "#15-Ubuntu SMP Tue Jan 21 15:12:29 UTC 2020",
	  "5.4.0-12-generic", VERSION(5, 4, 8) },
	/* what cannot be read as one says nothing */
	{ "", "#1 SMP", "6.6.31+rpt-rpi-v8", VERSION(6, 6, 31) },
	{ "Ubuntu 5.4.0-12.15-generic", "#15-Ubuntu SMP", "5.4.0-12-generic", VERSION(5, 4, 0) },
	{ "Ubuntu 5.4.0-12.15-generic unknown", "#15-Ubuntu SMP", "5.4.0-12-generic", VERSION(5, 4, 0) },
	{ NULL, "#1 SMP Debian", "6.1.0-41-amd64", VERSION(6, 1, 0) },
	{ NULL, "#1 SMP Debian GNU", "6.1.0-41-amd64", VERSION(6, 1, 0) },
	{ NULL, "", "unknown", 0 },
};

static void the_version_is_the_one_that_the_kernel_was_built_as(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof kernels / sizeof *kernels; i++) {
		print_message("    %s\n", kernels[i].version);
		assert_int_equal(
			kernel_version_of(kernels[i].signature, kernels[i].version, kernels[i].release),
			kernels[i].code);
	}
}

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_version_is_the_one_that_the_kernel_was_built_as),
	};

	return run_selected_tests(tests, argc, argv);
}
