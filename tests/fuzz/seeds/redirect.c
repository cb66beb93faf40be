BPF_DEVMAP(dev, 4);
BPF_CPUMAP(cpu, 4);
BPF_XSKMAP(xsk, 4);
BPF_SOCKMAP(sm, 4);
int f(struct xdp_md *ctx) { return dev.redirect_map(0, 0) + xsk.redirect_map(ctx->rx_queue_index, 0); }
int g(struct bpf_sock_ops *s) { u32 k = 0; return sm.sock_map_update(s, &k, 0); }
