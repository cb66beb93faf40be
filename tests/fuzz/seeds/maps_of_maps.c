BPF_TABLE("hash", u32, u64, inner, 10);
BPF_ARRAY_OF_MAPS(outer, "inner", 10);
int f(void *ctx) { int k = 0; void *m = outer.lookup(&k); if (!m) return 0; u32 i = 1; u64 *v = bpf_map_lookup_elem(m, &i); return v ? *v : 1; }
