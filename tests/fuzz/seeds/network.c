int f(struct __sk_buff *skb) {
	void *data = (void *)(long)skb->data, *end = (void *)(long)skb->data_end;
	if (data + 14 > end) return 0;
	return load_half(skb, 12) + load_byte(skb, 23) + *(u8 *)data;
}
int x(struct xdp_md *ctx) {
	void *p = (void *)(long)ctx->data;
	if (p + 4 > (void *)(long)ctx->data_end) return 1;
	return *(u32 *)p == 7 ? 1 : 2;
}
