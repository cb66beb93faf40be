/* Included before every program: what programs expect without including anything. */
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

#define memset __builtin_memset
#define memcpy __builtin_memcpy
#define memmove __builtin_memmove
#define memcmp __builtin_memcmp
#define SEC(name) __attribute__((section(name), used))

#include <cbcc/maps.h>
#include <cbcc/ptrace.h>
#include <cbcc/entries.h>
