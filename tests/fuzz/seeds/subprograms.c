static __attribute__((noinline)) int g(int *x, int n) { for (int i = 0; i < n; i++) x[i & 3] += i; return *x; }
static u64 fact(u64 n) { return n < 2 ? 1 : n * 2; }
int f(void *ctx) { int a[4] = { 1, 2 }; return g(a, 7) + fact(3) + g(a, 9); }
int second(void *ctx) { return f(ctx); }
