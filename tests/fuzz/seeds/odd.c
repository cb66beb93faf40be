typedef int v4 __attribute__((vector_size(16)));
_Atomic int q; _Thread_local int tl;
int f(long *ctx) { v4 v = { 1, 2, 3, 4 }; double d = ctx[0]; q++; tl = v[1]; return v[0] + (int)d + tl; }
