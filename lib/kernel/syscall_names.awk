# SPDX-License-Identifier: Apache-2.0
# From the macros of <asm/unistd.h>, as the preprocessor lists them, the initialisers of an array of names.
$1 == "#define" && $2 ~ /^__NR_[a-z0-9_]+$/ && $2 !~ /^__NR_(syscalls|arch_specific_syscall)$/ {
	printf "[%s] = \"%s\",\n", $2, substr($2, 6)
}
