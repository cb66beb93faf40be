/*
 * Included before every program that is compiled with the kernel's headers: those that BCC includes, then the dialect.
 * <linux/string.h> comes before the dialect's memset() and its like, which are macros.
 */
#include <uapi/linux/bpf.h>
#include <uapi/linux/if_packet.h>
#include <linux/types.h>
#include <linux/version.h>
#include <linux/log2.h>
#include <linux/string.h>
#include <asm/page.h>
#undef asm_volatile_goto
#define asm_volatile_goto(x...) asm volatile("")
#include <cbcc/prelude.h>
