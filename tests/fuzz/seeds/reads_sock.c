#include <net/sock.h>
int kprobe__tcp_v4_connect(struct pt_regs *ctx, struct sock *sk, struct sockaddr *addr) {
	u16 family = sk->__sk_common.skc_family, port = sk->sk_num;
	struct in6_addr a = sk->__sk_common.skc_v6_daddr;
	u32 d = sk->inet_daddr;
	if (family == AF_INET6) return ntohs(port) + a.in6_u.u6_addr8[2];
	return d;
}
