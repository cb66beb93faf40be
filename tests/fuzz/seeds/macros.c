#define CAT(a, b) a##b
#define STR(x) #x
#define VA(f, args...) f(0, ##args)
#define MAX(a, b) ({ typeof(a) _a = (a); typeof(b) _b = (b); _a > _b ? _a : _b; })
#ifdef CONFIG_SMP
#define N NR_CPUS
#else
#define N 1
#endif
#if LINUX_VERSION_CODE >= KERNEL_VERSION(4, 8, 0) && defined(PAGE_SIZE)
int CAT(f, 1)(void *ctx) { return MAX(sizeof(STR(x)), TASK_COMM_LEN) + IS_ENABLED(CONFIG_NET); }
#endif
