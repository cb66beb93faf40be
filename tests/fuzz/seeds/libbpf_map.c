struct {
	__uint(type, 1);
	__uint(max_entries, 8);
	__type(key, u32);
	__type(value, u64);
} m SEC(".maps");
int f(void *ctx) { u32 k = 0; u64 *v = bpf_map_lookup_elem(&m, &k); return v ? *v : 0; }
