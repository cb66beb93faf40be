static u64 x; static u32 y;
int f(void *ctx) {
	__sync_fetch_and_add(&x, 1);
	return __sync_fetch_and_or(&y, 2) + __sync_val_compare_and_swap(&x, 1, 2) + __sync_lock_test_and_set(&y, 1) + __atomic_load_n(&x, 0);
}
