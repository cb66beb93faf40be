int f(void *ctx) { int x = ; undeclared(1); return y; }
struct { int a } ;
static int g(int n) { return n ? g(n - 1) : 0; }
int h(int (**p)(int)) { return p[0](1) + g(2); }
