/*
 * Included before every program: what programs expect without including anything. The macros of the headers beside this
 * one are not included, but come into being where a program mentions them.
 */
typedef signed char s8, __s8;
typedef unsigned char u8, __u8;
typedef short s16, __s16;
typedef unsigned short u16, __u16, __be16, __le16;
typedef int s32, __s32;
typedef unsigned int u32, __u32, __be32, __le32;
typedef long long s64, __s64;
typedef unsigned long long u64, __u64, __be64, __le64;
typedef __SIZE_TYPE__ size_t;
typedef long ssize_t;
typedef _Bool bool;

#define BPF_MAX_STACK_DEPTH 127
#define memset __builtin_memset
#define memcpy __builtin_memcpy
#define memmove __builtin_memmove
#define memcmp __builtin_memcmp
#define SEC(name) __attribute__((section(name), used))

/* Packets: bytes in network order, at an offset. */
unsigned long long load_byte(void *skb, unsigned long long offset) __asm__("llvm.bpf.load.byte");
unsigned long long load_half(void *skb, unsigned long long offset) __asm__("llvm.bpf.load.half");
unsigned long long load_word(void *skb, unsigned long long offset) __asm__("llvm.bpf.load.word");

struct bpf_stacktrace {
	u64 ip[BPF_MAX_STACK_DEPTH];
};
struct bpf_stacktrace_buildid {
	struct {
		s32 status;
		unsigned char build_id[20];
		union {
			u64 offset;
			u64 ip;
		};
	} trace[BPF_MAX_STACK_DEPTH];
};
struct bpf_map_def {
	unsigned int type, key_size, value_size, max_entries;
};
