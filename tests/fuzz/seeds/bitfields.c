struct b { int a:3; unsigned b:5; u64 :0; u64 c:40; u8 d:1; } __attribute__((packed));
int f(struct pt_regs *ctx, struct b *p) {
	struct b x = {};
	x.a = p->a; x.c = p->c + 1;
	x.d |= p->d;
	return x.a + x.b + x.c + x.d;
}
