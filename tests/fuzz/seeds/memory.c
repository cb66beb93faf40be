struct s { char a[40]; u64 b; };
static int use(struct s v) { return v.a[1] + v.b; }
int f(u64 *ctx) {
	struct s x = { .b = 1 }, y, *p = &y;
	memset(&y, 0, sizeof(y));
	memcpy(&x, p, sizeof(x));
	memmove(x.a, x.a + 4, 8);
	u32 dyn[8] = {};
	dyn[ctx[0] & 7] = 3;
	return use(x) + dyn[ctx[1] & 7] + (memcmp(&x, &y, 8) ? 1 : 2);
}
