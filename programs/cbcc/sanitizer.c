/* SPDX-License-Identifier: Apache-2.0 */
/* Of builds with AddressSanitizer: LLVM's headers, compiled with it, poison memory that its libraries, compiled without, use. */
const char *__asan_default_options(void);

__attribute__((visibility("default"))) const char *__asan_default_options(void)
{
	return "allow_user_poisoning=0";
}
