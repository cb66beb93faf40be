BPF_TASK_STORAGE(ts, u64);
BPF_SK_STORAGE(ss, u64);
int f(void *ctx) { u64 zero = 0; struct task_struct *t = (void *)bpf_get_current_task_btf(); u64 *v = ts.task_storage_get(t, &zero, 1); return v ? *v : 0; }
