BPF_TABLE("hash", u32, u64, t, 10);
BPF_TABLE_PUBLIC("array", int, u64, pub, 3);
BPF_TABLE("extern", int, u64, other, 3);
BPF_TABLE_PINNED("lru_hash", u32, u64, pin, 10, "/sys/fs/bpf/x");
BPF_F_TABLE("hash", u32, u64, fl, 10, 1);
int f(void *ctx) { u32 k = 1; u64 *v = t.lookup(&k); int z = 0; u64 *o = other.lookup(&z); return (v ? *v : 0) + (o ? *o : 0); }
