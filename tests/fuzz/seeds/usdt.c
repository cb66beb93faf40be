static inline int _bpf_readarg_f_1(struct pt_regs *ctx, void *dest, size_t len) { if (len != sizeof(int64_t)) return -1; *(int64_t *)dest = ctx->di; return 0; }
int f(struct pt_regs *ctx) { u64 v = 0; bpf_usdt_readarg(1, ctx, &v); return v; }
