/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cbcc: programs that see packets, sockets, and what cgroups do. A part of cbcc.h.
 *
 * Network devices are those of the calling thread's network namespace. Wherever the kernel has BPF links they are used:
 * the attachment then ends with the handle or, whatever becomes of it, with the process. What stays behind if the
 * process is killed is said at the call.
 *
 * Infrared receivers (BPF_LIRC_MODE2) are left out.
 */
#ifndef CBCC_NET_H
#define CBCC_NET_H

#include "base.h"

#ifdef __cplusplus
extern "C" {
#endif

/** How an XDP program is attached; bits. BCC: XDPFlags */
enum cbcc_xdp_flags {
	CBCC_XDP_UPDATE_IF_NOEXIST = 1, /**< -EBUSY also if the one that is there is this handle's */
	CBCC_XDP_SKB_MODE = 2,          /**< generic, of any driver */
	CBCC_XDP_DRV_MODE = 4,          /**< the driver's */
	CBCC_XDP_HW_MODE = 8,           /**< the network card's; programs are not translated for it here */
	CBCC_XDP_REPLACE = 16, /**< take the place of a program of others that is not held by a link */
};

/**
 * Runs a function of the program, whose context is struct xdp_md, on every packet that a network device receives. A
 * program of this handle that is there already is replaced, without a packet in between that neither sees.
 *
 * With CBCC_XDP_REPLACE in the place of another's program, and only then, it stays if the process is killed.
 *
 * BCC: b.attach_xdp(dev, fn, flags)
 *
 * @param flags  bits of enum cbcc_xdp_flags; without a mode: the driver's if it has one, else generic
 * @return 0; -ENODEV (no such device), -ENOENT (no such function), -EBUSY (there is another's program; or this handle's
 *         in another mode), -EOPNOTSUPP (the driver has no such mode), -EINVAL, -EPERM, -EACCES ...
 */
CBCC_API int cbcc_attach_xdp(struct cbcc *b, const char *dev, const char *fn_name, unsigned int flags);

/**
 * Undoes cbcc_attach_xdp(). If this handle has attached nothing there, removes another's program, unless a link holds
 * it.
 *
 * BCC: b.remove_xdp(dev, flags)
 *
 * @param flags  the mode of another's program; 0: whichever it is in
 * @return 0; -ENODEV, -ENOENT (there is none), -EBUSY (it is held by another's link)
 */
CBCC_API int cbcc_remove_xdp(struct cbcc *b, const char *dev, unsigned int flags);

/** Options of cbcc_attach_tc(). */
struct cbcc_tc_opts {
	size_t sz;         /**< sizeof(struct cbcc_tc_opts) */
	bool egress;       /**< packets that the device sends; false: that it receives */
	bool clsact;       /**< as a filter of the clsact qdisc, also where the kernel has tcx */
	uint32_t priority; /**< of the filter; 0: the kernel chooses. Only with clsact */
};

/**
 * Runs a function of the program, whose context is struct __sk_buff, on every packet of a network device: as a tcx link
 * where the kernel has them (since 6.6), else as a direct-action filter of the device's clsact qdisc, which is made if
 * it is not there. It returns TC_ACT_OK, TC_ACT_SHOT and so on.
 *
 * A filter stays if the process is killed (tc filter del dev DEV ingress); the qdisc stays, empty, in any case.
 *
 * BCC: none; its programs use pyroute2 with b.load_func(fn, BPF.SCHED_CLS).fd
 *
 * @param dev   name of the network device
 * @param opts  NULL: packets that it receives
 * @return 0; -ENODEV (no such device), -ENOENT (no such function), -EEXIST (already attached there), -EPERM, -EACCES
 *         ...
 */
CBCC_API int cbcc_attach_tc(struct cbcc *b, const char *dev, const char *fn_name,
			    const struct cbcc_tc_opts *opts);

/**
 * Undoes cbcc_attach_tc(), in both directions.
 *
 * BCC: none; its programs use pyroute2
 *
 * @param dev      as it was given to cbcc_attach_tc()
 * @param fn_name  NULL: all functions attached there
 * @return 0; -ENODEV; -ENOENT if nothing is attached there
 */
CBCC_API int cbcc_detach_tc(struct cbcc *b, const char *dev, const char *fn_name);

/**
 * Opens a raw socket on a network device, non-blocking, with a function of the program as its filter: it returns how
 * many bytes of the packet the socket gets, 0 for none, -1 for all. The context is struct __sk_buff, from the Ethernet
 * header on.
 *
 * BCC: BPF.attach_raw_socket(fn, dev); fn.sock
 *
 * @param dev  "": all devices
 * @return the socket, to read packets from, which belongs to the handle and is not to be closed; -ENODEV, -ENOENT,
 *         -EEXIST (already attached there), -EPERM, -EACCES ...
 */
CBCC_API int cbcc_attach_raw_socket(struct cbcc *b, const char *fn_name, const char *dev);

/**
 * Closes the raw socket of a function on device dev, "" as when attached. -ENOENT: there is none. BCC: none;
 * os.close(fn.sock)
 */
CBCC_API int cbcc_detach_raw_socket(struct cbcc *b, const char *fn_name, const char *dev);

/**
 * Makes a function of the program the filter of a socket of the application's, in place of any other: it returns how
 * many bytes of each packet, from its transport header on, the socket gets.
 *
 * It is detached by cbcc_free() if the socket is still open under this number.
 *
 * BCC: none; setsockopt(SO_ATTACH_BPF) with b.load_func(fn, BPF.SOCKET_FILTER).fd
 *
 * @return 0; -ENOTSOCK, -EBADF, -ENOENT (no such function), -EPERM, -EACCES ...
 */
CBCC_API int cbcc_attach_socket_filter(struct cbcc *b, int socket, const char *fn_name);

/** Undoes cbcc_attach_socket_filter(). -ENOENT: this handle has attached nothing to that socket. BCC: none */
CBCC_API int cbcc_detach_socket_filter(struct cbcc *b, int socket);

/**
 * Attaches a function of the program to a cgroup, to a map of sockets, or to a network namespace. The attach type, of
 * enum bpf_attach_type in <linux/bpf.h>, says of what type the program is:
 *
 *     BPF_CGROUP_INET_INGRESS, _EGRESS                       struct __sk_buff         a cgroup of version 2
 *     BPF_CGROUP_INET_SOCK_CREATE, INET4_POST_BIND ...       struct bpf_sock          a cgroup
 *     BPF_CGROUP_INET4_CONNECT, _BIND, UDP4_SENDMSG ...      struct bpf_sock_addr     a cgroup
 *     BPF_CGROUP_GETSOCKOPT, _SETSOCKOPT                     struct bpf_sockopt       a cgroup
 *     BPF_CGROUP_SOCK_OPS                                    struct bpf_sock_ops      a cgroup
 *     BPF_CGROUP_DEVICE                                      struct bpf_cgroup_dev_ctx
 *     BPF_CGROUP_SYSCTL                                      struct bpf_sysctl
 *     BPF_SK_MSG_VERDICT                                     struct sk_msg_md         cbcc_table_fd() of a sockmap, sockhash
 *     BPF_SK_SKB_STREAM_PARSER, _VERDICT, BPF_SK_SKB_VERDICT struct __sk_buff         the same
 *     BPF_SK_LOOKUP                                          struct bpf_sk_lookup     a network namespace
 *     BPF_FLOW_DISSECTOR                                     struct __sk_buff         the same
 *
 * BCC: BPF.attach_func(fn, attachable_fd, attach_type, flags); the function need not be loaded before
 *
 * @param target  a descriptor of what it is attached to, which may be closed afterwards; for network namespaces, 0 is
 *                that of the calling thread
 * @param flags   of a cgroup: 0 attaches by a link, next to the programs of others, until the handle or the process
 *                ends; BPF_F_ALLOW_OVERRIDE and BPF_F_ALLOW_MULTI of <linux/bpf.h> attach as BCC does, so that the
 *                program stays in the cgroup if the process is killed. Else 0
 * @return 0; -EEXIST (already attached there), -ENOENT (no such function), -EOPNOTSUPP (no such attach type here),
 *         -EBADF, -EINVAL (target is something else), -EPERM, -EACCES ...
 */
CBCC_API int cbcc_attach_func(struct cbcc *b, const char *fn_name, int target, int attach_type,
			      unsigned int flags);

/**
 * Undoes cbcc_attach_func().
 *
 * BCC: BPF.detach_func(fn, attachable_fd, attach_type)
 *
 * @param target  a descriptor of the same cgroup, map or namespace; it need not be the one of then
 * @return 0; -ENOENT if it is not attached there
 */
CBCC_API int cbcc_detach_func(struct cbcc *b, const char *fn_name, int target, int attach_type);

/**
 * The name of a TCP connection's state: 1 is "ESTABLISHED".
 *
 * BCC: bcc.tcp.tcpstate[state], state2str(state)
 *
 * @return a static string; NULL with ENOENT
 */
CBCC_API const char *cbcc_tcp_state_name(int state);

/**
 * The names of a TCP header's flags: 0x12 is "SYN|ACK".
 *
 * BCC: bcc.tcp.flags2str(flags)
 *
 * @param buf  receives them, ended by a NUL, as far as size bytes go
 * @return their length, also if that is more than size; -EINVAL
 */
CBCC_API int cbcc_tcp_flags(unsigned int flags, char *buf, size_t size);

#ifdef __cplusplus
}
#endif

#endif
