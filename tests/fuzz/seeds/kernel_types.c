struct own { struct list_head l; struct path p; struct sock *s; };
struct sock;
BPF_HASH(h, struct sock *, struct own);
int f(struct pt_regs *ctx, struct sock *s, struct msghdr *m, const struct qstr *q) {
	struct own o = {}, *v;
	o.s = s;
	h.update(&s, &o);
	v = h.lookup(&s);
	return v ? v->p.dentry->d_parent->d_name.len + s->sk_prot->obj_size : sizeof(struct sk_buff) + q->len + TCP_CLOSE;
}
