/* What is not a map in BCC's dialect: functions that are named after what runs them, and small helpers. */

/* Tracepoints: args has the event's fields, from tracefs. */
#define TRACEPOINT_PROBE(category, event)                                                                    \
	int tracepoint__##category##__##event(struct tracepoint__##category##__##event *args)
#define RAW_TRACEPOINT_PROBE(event) int raw_tracepoint__##event(struct bpf_raw_tracepoint_args *ctx)

/* A __data_loc field of args: its bytes are in the record, and the field says where, and how many. */
#define TP_DATA_LOC_READ_CONST(dst, field, length)                                                           \
	((void)bpf_probe_read_kernel((void *)(dst), length, (char *)args + (args->data_loc_##field & 0xffff)))
#define TP_DATA_LOC_READ(dst, field)                                                                         \
	TP_DATA_LOC_READ_CONST(dst, field, (unsigned short)(args->data_loc_##field >> 16))
#define TP_DATA_LOC_READ_STR(dst, field, length)                                                             \
	((void)bpf_probe_read_kernel_str((void *)(dst), length,                                              \
					 (char *)args + (args->data_loc_##field & 0xffff)))

/* A program whose context is an array of arguments, as a function that has them as parameters: up to 12. */
#define BPF_PROG(name, args...)                                                                              \
	int name(unsigned long long *ctx);                                                                   \
	static __always_inline int ____##name(unsigned long long *ctx, ##args);                              \
	int name(unsigned long long *ctx)                                                                    \
	{                                                                                                    \
		return ____##name(ctx cbcc_arguments(args));                                                 \
	}                                                                                                    \
	static __always_inline int ____##name(unsigned long long *ctx, ##args)
#define cbcc_arguments(args...)                                                                              \
	cbcc_14th(_, ##args, cbcc_arguments12, cbcc_arguments11, cbcc_arguments10, cbcc_arguments9,          \
		  cbcc_arguments8, cbcc_arguments7, cbcc_arguments6, cbcc_arguments5, cbcc_arguments4,       \
		  cbcc_arguments3, cbcc_arguments2, cbcc_arguments1, )
#define cbcc_14th(a, b, c, d, e, f, g, h, i, j, k, l, m, nth, ...) nth
#define cbcc_arguments1 , (void *)ctx[0]
#define cbcc_arguments2 cbcc_arguments1, (void *)ctx[1]
#define cbcc_arguments3 cbcc_arguments2, (void *)ctx[2]
#define cbcc_arguments4 cbcc_arguments3, (void *)ctx[3]
#define cbcc_arguments5 cbcc_arguments4, (void *)ctx[4]
#define cbcc_arguments6 cbcc_arguments5, (void *)ctx[5]
#define cbcc_arguments7 cbcc_arguments6, (void *)ctx[6]
#define cbcc_arguments8 cbcc_arguments7, (void *)ctx[7]
#define cbcc_arguments9 cbcc_arguments8, (void *)ctx[8]
#define cbcc_arguments10 cbcc_arguments9, (void *)ctx[9]
#define cbcc_arguments11 cbcc_arguments10, (void *)ctx[10]
#define cbcc_arguments12 cbcc_arguments11, (void *)ctx[11]

/* Entries and returns of kernel functions with BTF; in KRETFUNC_PROBE and KMOD_RET the result is the last argument. */
#define KFUNC_PROBE(function, args...) BPF_PROG(kfunc__vmlinux__##function, ##args)
#define KRETFUNC_PROBE(function, args...) BPF_PROG(kretfunc__vmlinux__##function, ##args)
#define MODULE_KFUNC_PROBE(module, function, args...) BPF_PROG(kfunc__##module##__##function, ##args)
#define MODULE_KRETFUNC_PROBE(module, function, args...) BPF_PROG(kretfunc__##module##__##function, ##args)
#define KMOD_RET(function, args...) BPF_PROG(kmod_ret__##function, ##args)
#define LSM_PROBE(hook, args...) BPF_PROG(lsm__##hook, ##args)
#define BPF_ITER(target) int bpf_iter__##target(struct bpf_iter__##target *ctx)

/* Of libbpf's headers, whose older versions do not have them. */
#define BPF_UPROBE(name, args...) BPF_KPROBE(name, ##args)
#define BPF_URETPROBE(name, args...) BPF_KRETPROBE(name, ##args)

/* Byte order. Built-in functions, so that they are constants where their argument is. */
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define bpf_ntohs(value) __builtin_bswap16(value)
#define bpf_ntohl(value) __builtin_bswap32(value)
#define bpf_ntohll(value) ((u64)__builtin_bswap64(value))
#define bpf_ntoh128(value)                                                                                   \
	({                                                                                                   \
		unsigned __int128 cbcc_value = (value);                                                      \
		(unsigned __int128)bpf_ntohll((u64)cbcc_value) << 64 | bpf_ntohll((u64)(cbcc_value >> 64));  \
	})
#else
#define bpf_ntohs(value) ((u16)(value))
#define bpf_ntohl(value) ((u32)(value))
#define bpf_ntohll(value) ((u64)(value))
#define bpf_ntoh128(value) ((unsigned __int128)(value))
#endif
#define bpf_htons bpf_ntohs
#define bpf_htonl bpf_ntohl
#define bpf_htonll bpf_ntohll
#define bpf_hton128 bpf_ntoh128
#define ntohs bpf_ntohs
#define ntohl bpf_ntohl
#define htons bpf_ntohs
#define htonl bpf_ntohl

/* The n low bits. */
#define MASK(n) ((n) < 64 ? (1ull << ((n) & 63)) - 1 : (u64)-1)
#define MASK128(n) ((n) < 128 ? ((unsigned __int128)1 << ((n) & 127)) - 1 : (unsigned __int128)-1)

/* The logarithm's whole part; with l the slot of a histogram: 1 for 0 and 1, 2 for 2 and 3, 3 for 4 to 7 ... */
#define bpf_log2(value) ((unsigned int)(31 - __builtin_clz((u32)(value) | 1)))
#define bpf_log2l(value) ((unsigned int)(64 - __builtin_clzll((u64)(value) | 1)))

#define lock_xadd(pointer, value) ((void)__sync_fetch_and_add(pointer, value))

/* What an iterator writes: a literal format and up to 12 values. */
#define BPF_SEQ_PRINTF(seq, format, args...)                                                                 \
	({                                                                                                   \
		static const char cbcc_format[] = format;                                                    \
		_Pragma("GCC diagnostic push") _Pragma("GCC diagnostic ignored \"-Wint-conversion\"")        \
		u64 cbcc_values[] = { args };                                                                \
		_Pragma("GCC diagnostic pop")                                                                \
		bpf_seq_printf(seq, cbcc_format, sizeof(cbcc_format), cbcc_values, sizeof(cbcc_values));     \
	})

/* A constant: the processors online when the program is compiled. */
#define bpf_num_cpus() cbcc_num_cpus

#ifndef CUR_CPU_IDENTIFIER
#define CUR_CPU_IDENTIFIER BPF_F_CURRENT_CPU
#endif

/* USDT: argument N of the probe that the function is for; N is a literal. The second form follows a pointer. */
#define bpf_usdt_readarg(n, ctx, buf) cbcc_usdt_readarg_##n(ctx, buf, sizeof(*(buf)))
#define bpf_usdt_readarg_p(n, ctx, buf, len)                                                                  \
	({                                                                                                   \
		u64 cbcc_pointer = 0;                                                                        \
		cbcc_usdt_readarg_##n(ctx, &cbcc_pointer, sizeof(cbcc_pointer));                             \
		bpf_probe_read_user(buf, len, (void *)cbcc_pointer);                                         \
	})

/* Packets: two words of what prelude.h has functions for. */
#define load_dword(skb, offset) (load_word(skb, offset) << 32 | load_word(skb, (offset) + 4))

#define BCC_SEC(name) SEC(name)
#define BCC_SEC_HELPERS
