struct key { u32 a; char b[12]; };
struct value { u64 n; struct { u32 x, y; }; union { u64 z; char c[8]; }; };
BPF_HASH(h, struct key, struct value, 100);
int f(void *ctx) {
	struct key k = {};
	struct value zero = {}, *v = h.lookup_or_init(&k, &zero);
	v->n += 1;
	v->c[v->x & 7] = 3;
	return v->z;
}
