static int add(u32 i, u64 *sum) { *sum += i; return 0; }
BPF_HASH(h, u32, u64);
static long each(void *map, u32 *k, u64 *v, u64 *sum) { *sum += *v; return 0; }
int f(void *ctx) { u64 sum = 0; bpf_loop(4, add, &sum, 0); bpf_for_each_map_elem((void *)&h, each, &sum, 0); return sum; }
