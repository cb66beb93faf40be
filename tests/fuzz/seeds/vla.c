int f(long *ctx) { char a[ctx[0]]; a[0] = 1; void *l = &&out; goto *l; out: return a[0] + *(char *)__builtin_alloca(8); }
