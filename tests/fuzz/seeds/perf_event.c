int f(struct bpf_perf_event_data *ctx) { return ctx->sample_period + ctx->regs.ip; }
