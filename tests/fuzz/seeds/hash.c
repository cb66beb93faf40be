BPF_HASH(h, u32, u64);
int f(void *ctx) {
	u32 k = 1; u64 v = 0, *p;
	p = h.lookup(&k);
	if (p) { (*p)++; return *p; }
	h.insert(&k, &v);
	h.update(&k, &v);
	p = h.lookup_or_try_init(&k, &v);
	if (p) lock_xadd(p, 2);
	h.delete(&k);
	return 0;
}
