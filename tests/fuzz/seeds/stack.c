static int use(void *p) { return *(volatile char *)p; }
int f(long *ctx) { volatile char big[600]; big[ctx[0] & 511] = 1; return use((void *)big); }
