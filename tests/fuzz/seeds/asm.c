int f(void *ctx) { u64 x = 1, y; asm volatile("%0 = %1" : "=r"(y) : "r"(x)); asm volatile("" ::: "memory"); return y; }
