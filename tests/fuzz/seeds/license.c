#define BPF_LICENSE Dual MIT/GPL
char own[] SEC("license") = "GPL";
int f(void *ctx) { return 0; }
