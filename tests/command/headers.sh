# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh disable=SC2154
# Programs compiled with a kernel's headers. Emulated, one takes a minute: not on other kernels.

test_headers_are_those_of_a_kernel() {
	[ "$(uname -m)" = x86_64 ] || skip "the headers for tests are of x86-64"
	folder=$("$here/../vm/kernel" headers 6.1 2>&1) || skip "$folder"
	BCC_KERNEL_SOURCE=$(ls -d "$folder"/usr/src/linux-headers-*-amd64)
	export BCC_KERNEL_SOURCE
	printf '%s' "$OURS"'#include <generated/utsrelease.h>
TRACEPOINT_PROBE(syscalls, sys_enter_kill) { if (OURS) bpf_trace_printk("of " UTS_RELEASE); return 0; }' >p.c
	ok --headers p.c -c 'sh -c "kill -0 $$; :"'
	has out ': of 6\.1\.'
	BCC_KERNEL_SOURCE=/nonexistent
	run --headers p.c -c true
	[ "$status" = 2 ] || fail "headers that are not there are no error"
	has err 'no kernel headers in .BCC_KERNEL_SOURCE'
}
