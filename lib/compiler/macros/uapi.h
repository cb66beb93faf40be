/* SPDX-License-Identifier: Apache-2.0 */
/* The user space headers of Linux whose constants programs may name; read when cbcc is built (uapi.awk). */
#if __has_include(<linux/acct.h>)
#include <linux/acct.h>
#endif
#if __has_include(<linux/aio_abi.h>)
#include <linux/aio_abi.h>
#endif
#if __has_include(<linux/audit.h>)
#include <linux/audit.h>
#endif
#if __has_include(<linux/auto_fs.h>)
#include <linux/auto_fs.h>
#endif
#if __has_include(<linux/auxvec.h>)
#include <linux/auxvec.h>
#endif
#if __has_include(<linux/binfmts.h>)
#include <linux/binfmts.h>
#endif
#if __has_include(<linux/blkpg.h>)
#include <linux/blkpg.h>
#endif
#if __has_include(<linux/blktrace_api.h>)
#include <linux/blktrace_api.h>
#endif
#if __has_include(<linux/blkzoned.h>)
#include <linux/blkzoned.h>
#endif
#if __has_include(<linux/bpf.h>)
#include <linux/bpf.h>
#endif
#if __has_include(<linux/bpf_common.h>)
#include <linux/bpf_common.h>
#endif
#if __has_include(<linux/bpf_perf_event.h>)
#include <linux/bpf_perf_event.h>
#endif
#if __has_include(<linux/bsg.h>)
#include <linux/bsg.h>
#endif
#if __has_include(<linux/btf.h>)
#include <linux/btf.h>
#endif
#if __has_include(<linux/cachefiles.h>)
#include <linux/cachefiles.h>
#endif
#if __has_include(<linux/can.h>)
#include <linux/can.h>
#endif
#if __has_include(<linux/capability.h>)
#include <linux/capability.h>
#endif
#if __has_include(<linux/cgroupstats.h>)
#include <linux/cgroupstats.h>
#endif
#if __has_include(<linux/close_range.h>)
#include <linux/close_range.h>
#endif
#if __has_include(<linux/cn_proc.h>)
#include <linux/cn_proc.h>
#endif
#if __has_include(<linux/connector.h>)
#include <linux/connector.h>
#endif
#if __has_include(<linux/const.h>)
#include <linux/const.h>
#endif
#if __has_include(<linux/dccp.h>)
#include <linux/dccp.h>
#endif
#if __has_include(<linux/devlink.h>)
#include <linux/devlink.h>
#endif
#if __has_include(<linux/dns_resolver.h>)
#include <linux/dns_resolver.h>
#endif
#if __has_include(<linux/dqblk_xfs.h>)
#include <linux/dqblk_xfs.h>
#endif
#if __has_include(<linux/elf.h>)
#include <linux/elf.h>
#endif
#if __has_include(<linux/errno.h>)
#include <linux/errno.h>
#endif
#if __has_include(<linux/errqueue.h>)
#include <linux/errqueue.h>
#endif
#if __has_include(<linux/ethtool.h>)
#include <linux/ethtool.h>
#endif
#if __has_include(<linux/eventpoll.h>)
#include <linux/eventpoll.h>
#endif
#if __has_include(<linux/f2fs.h>)
#include <linux/f2fs.h>
#endif
#if __has_include(<linux/fadvise.h>)
#include <linux/fadvise.h>
#endif
#if __has_include(<linux/falloc.h>)
#include <linux/falloc.h>
#endif
#if __has_include(<linux/fanotify.h>)
#include <linux/fanotify.h>
#endif
#if __has_include(<linux/fcntl.h>)
#include <linux/fcntl.h>
#endif
#if __has_include(<linux/fib_rules.h>)
#include <linux/fib_rules.h>
#endif
#if __has_include(<linux/fiemap.h>)
#include <linux/fiemap.h>
#endif
#if __has_include(<linux/filter.h>)
#include <linux/filter.h>
#endif
#if __has_include(<linux/fs.h>)
#include <linux/fs.h>
#endif
#if __has_include(<linux/fscrypt.h>)
#include <linux/fscrypt.h>
#endif
#if __has_include(<linux/fsmap.h>)
#include <linux/fsmap.h>
#endif
#if __has_include(<linux/fsverity.h>)
#include <linux/fsverity.h>
#endif
#if __has_include(<linux/fuse.h>)
#include <linux/fuse.h>
#endif
#if __has_include(<linux/futex.h>)
#include <linux/futex.h>
#endif
#if __has_include(<linux/gen_stats.h>)
#include <linux/gen_stats.h>
#endif
#if __has_include(<linux/genetlink.h>)
#include <linux/genetlink.h>
#endif
#if __has_include(<linux/hsr_netlink.h>)
#include <linux/hsr_netlink.h>
#endif
#if __has_include(<linux/hw_breakpoint.h>)
#include <linux/hw_breakpoint.h>
#endif
#if __has_include(<linux/icmp.h>)
#include <linux/icmp.h>
#endif
#if __has_include(<linux/icmpv6.h>)
#include <linux/icmpv6.h>
#endif
#if __has_include(<linux/if.h>)
#include <linux/if.h>
#endif
#if __has_include(<linux/if_addr.h>)
#include <linux/if_addr.h>
#endif
#if __has_include(<linux/if_addrlabel.h>)
#include <linux/if_addrlabel.h>
#endif
#if __has_include(<linux/if_alg.h>)
#include <linux/if_alg.h>
#endif
#if __has_include(<linux/if_arcnet.h>)
#include <linux/if_arcnet.h>
#endif
#if __has_include(<linux/if_arp.h>)
#include <linux/if_arp.h>
#endif
#if __has_include(<linux/if_bonding.h>)
#include <linux/if_bonding.h>
#endif
#if __has_include(<linux/if_bridge.h>)
#include <linux/if_bridge.h>
#endif
#if __has_include(<linux/if_ether.h>)
#include <linux/if_ether.h>
#endif
#if __has_include(<linux/if_infiniband.h>)
#include <linux/if_infiniband.h>
#endif
#if __has_include(<linux/if_link.h>)
#include <linux/if_link.h>
#endif
#if __has_include(<linux/if_macsec.h>)
#include <linux/if_macsec.h>
#endif
#if __has_include(<linux/if_packet.h>)
#include <linux/if_packet.h>
#endif
#if __has_include(<linux/if_team.h>)
#include <linux/if_team.h>
#endif
#if __has_include(<linux/if_tun.h>)
#include <linux/if_tun.h>
#endif
#if __has_include(<linux/if_tunnel.h>)
#include <linux/if_tunnel.h>
#endif
#if __has_include(<linux/if_vlan.h>)
#include <linux/if_vlan.h>
#endif
#if __has_include(<linux/if_x25.h>)
#include <linux/if_x25.h>
#endif
#if __has_include(<linux/if_xdp.h>)
#include <linux/if_xdp.h>
#endif
#if __has_include(<linux/igmp.h>)
#include <linux/igmp.h>
#endif
#if __has_include(<linux/in.h>)
#include <linux/in.h>
#endif
#if __has_include(<linux/in6.h>)
#include <linux/in6.h>
#endif
#if __has_include(<linux/in_route.h>)
#include <linux/in_route.h>
#endif
#if __has_include(<linux/inet_diag.h>)
#include <linux/inet_diag.h>
#endif
#if __has_include(<linux/inotify.h>)
#include <linux/inotify.h>
#endif
#if __has_include(<linux/io_uring.h>)
#include <linux/io_uring.h>
#endif
#if __has_include(<linux/ioctl.h>)
#include <linux/ioctl.h>
#endif
#if __has_include(<linux/iommu.h>)
#include <linux/iommu.h>
#endif
#if __has_include(<linux/ioprio.h>)
#include <linux/ioprio.h>
#endif
#if __has_include(<linux/ip.h>)
#include <linux/ip.h>
#endif
#if __has_include(<linux/ip6_tunnel.h>)
#include <linux/ip6_tunnel.h>
#endif
#if __has_include(<linux/ipc.h>)
#include <linux/ipc.h>
#endif
#if __has_include(<linux/ipsec.h>)
#include <linux/ipsec.h>
#endif
#if __has_include(<linux/ipv6.h>)
#include <linux/ipv6.h>
#endif
#if __has_include(<linux/ipv6_route.h>)
#include <linux/ipv6_route.h>
#endif
#if __has_include(<linux/irqnr.h>)
#include <linux/irqnr.h>
#endif
#if __has_include(<linux/kcm.h>)
#include <linux/kcm.h>
#endif
#if __has_include(<linux/kcov.h>)
#include <linux/kcov.h>
#endif
#if __has_include(<linux/kdev_t.h>)
#include <linux/kdev_t.h>
#endif
#if __has_include(<linux/kernel-page-flags.h>)
#include <linux/kernel-page-flags.h>
#endif
#if __has_include(<linux/kernel.h>)
#include <linux/kernel.h>
#endif
#if __has_include(<linux/kexec.h>)
#include <linux/kexec.h>
#endif
#if __has_include(<linux/keyctl.h>)
#include <linux/keyctl.h>
#endif
#if __has_include(<linux/kvm.h>)
#include <linux/kvm.h>
#endif
#if __has_include(<linux/kvm_para.h>)
#include <linux/kvm_para.h>
#endif
#if __has_include(<linux/l2tp.h>)
#include <linux/l2tp.h>
#endif
#if __has_include(<linux/landlock.h>)
#include <linux/landlock.h>
#endif
#if __has_include(<linux/limits.h>)
#include <linux/limits.h>
#endif
#if __has_include(<linux/loop.h>)
#include <linux/loop.h>
#endif
#if __has_include(<linux/magic.h>)
#include <linux/magic.h>
#endif
#if __has_include(<linux/major.h>)
#include <linux/major.h>
#endif
#if __has_include(<linux/membarrier.h>)
#include <linux/membarrier.h>
#endif
#if __has_include(<linux/memfd.h>)
#include <linux/memfd.h>
#endif
#if __has_include(<linux/mempolicy.h>)
#include <linux/mempolicy.h>
#endif
#if __has_include(<linux/mman.h>)
#include <linux/mman.h>
#endif
#if __has_include(<linux/module.h>)
#include <linux/module.h>
#endif
#if __has_include(<linux/mount.h>)
#include <linux/mount.h>
#endif
#if __has_include(<linux/mptcp.h>)
#include <linux/mptcp.h>
#endif
#if __has_include(<linux/mqueue.h>)
#include <linux/mqueue.h>
#endif
#if __has_include(<linux/msdos_fs.h>)
#include <linux/msdos_fs.h>
#endif
#if __has_include(<linux/msg.h>)
#include <linux/msg.h>
#endif
#if __has_include(<linux/nbd-netlink.h>)
#include <linux/nbd-netlink.h>
#endif
#if __has_include(<linux/nbd.h>)
#include <linux/nbd.h>
#endif
#if __has_include(<linux/neighbour.h>)
#include <linux/neighbour.h>
#endif
#if __has_include(<linux/net.h>)
#include <linux/net.h>
#endif
#if __has_include(<linux/net_namespace.h>)
#include <linux/net_namespace.h>
#endif
#if __has_include(<linux/net_tstamp.h>)
#include <linux/net_tstamp.h>
#endif
#if __has_include(<linux/netconf.h>)
#include <linux/netconf.h>
#endif
#if __has_include(<linux/netdevice.h>)
#include <linux/netdevice.h>
#endif
#if __has_include(<linux/netfilter.h>)
#include <linux/netfilter.h>
#endif
#if __has_include(<linux/netfilter_arp.h>)
#include <linux/netfilter_arp.h>
#endif
#if __has_include(<linux/netfilter_bridge.h>)
#include <linux/netfilter_bridge.h>
#endif
#if __has_include(<linux/netfilter_ipv4.h>)
#include <linux/netfilter_ipv4.h>
#endif
#if __has_include(<linux/netfilter_ipv6.h>)
#include <linux/netfilter_ipv6.h>
#endif
#if __has_include(<linux/netlink.h>)
#include <linux/netlink.h>
#endif
#if __has_include(<linux/netlink_diag.h>)
#include <linux/netlink_diag.h>
#endif
#if __has_include(<linux/nfs.h>)
#include <linux/nfs.h>
#endif
#if __has_include(<linux/nfs2.h>)
#include <linux/nfs2.h>
#endif
#if __has_include(<linux/nfs3.h>)
#include <linux/nfs3.h>
#endif
#if __has_include(<linux/nfs4.h>)
#include <linux/nfs4.h>
#endif
#if __has_include(<linux/nfs_fs.h>)
#include <linux/nfs_fs.h>
#endif
#if __has_include(<linux/nsfs.h>)
#include <linux/nsfs.h>
#endif
#if __has_include(<linux/oom.h>)
#include <linux/oom.h>
#endif
#if __has_include(<linux/openat2.h>)
#include <linux/openat2.h>
#endif
#if __has_include(<linux/packet_diag.h>)
#include <linux/packet_diag.h>
#endif
#if __has_include(<linux/param.h>)
#include <linux/param.h>
#endif
#if __has_include(<linux/pci.h>)
#include <linux/pci.h>
#endif
#if __has_include(<linux/perf_event.h>)
#include <linux/perf_event.h>
#endif
#if __has_include(<linux/personality.h>)
#include <linux/personality.h>
#endif
#if __has_include(<linux/pfkeyv2.h>)
#include <linux/pfkeyv2.h>
#endif
#if __has_include(<linux/pidfd.h>)
#include <linux/pidfd.h>
#endif
#if __has_include(<linux/pkt_cls.h>)
#include <linux/pkt_cls.h>
#endif
#if __has_include(<linux/pkt_sched.h>)
#include <linux/pkt_sched.h>
#endif
#if __has_include(<linux/poll.h>)
#include <linux/poll.h>
#endif
#if __has_include(<linux/posix_acl.h>)
#include <linux/posix_acl.h>
#endif
#if __has_include(<linux/posix_acl_xattr.h>)
#include <linux/posix_acl_xattr.h>
#endif
#if __has_include(<linux/posix_types.h>)
#include <linux/posix_types.h>
#endif
#if __has_include(<linux/pr.h>)
#include <linux/pr.h>
#endif
#if __has_include(<linux/prctl.h>)
#include <linux/prctl.h>
#endif
#if __has_include(<linux/ptrace.h>)
#include <linux/ptrace.h>
#endif
#if __has_include(<linux/quota.h>)
#include <linux/quota.h>
#endif
#if __has_include(<linux/reboot.h>)
#include <linux/reboot.h>
#endif
#if __has_include(<linux/resource.h>)
#include <linux/resource.h>
#endif
#if __has_include(<linux/route.h>)
#include <linux/route.h>
#endif
#if __has_include(<linux/rpl_iptunnel.h>)
#include <linux/rpl_iptunnel.h>
#endif
#if __has_include(<linux/rtnetlink.h>)
#include <linux/rtnetlink.h>
#endif
#if __has_include(<linux/sched.h>)
#include <linux/sched.h>
#endif
#if __has_include(<linux/seccomp.h>)
#include <linux/seccomp.h>
#endif
#if __has_include(<linux/securebits.h>)
#include <linux/securebits.h>
#endif
#if __has_include(<linux/selinux_netlink.h>)
#include <linux/selinux_netlink.h>
#endif
#if __has_include(<linux/sem.h>)
#include <linux/sem.h>
#endif
#if __has_include(<linux/shm.h>)
#include <linux/shm.h>
#endif
#if __has_include(<linux/signal.h>)
#include <linux/signal.h>
#endif
#if __has_include(<linux/signalfd.h>)
#include <linux/signalfd.h>
#endif
#if __has_include(<linux/sock_diag.h>)
#include <linux/sock_diag.h>
#endif
#if __has_include(<linux/socket.h>)
#include <linux/socket.h>
#endif
#if __has_include(<linux/sockios.h>)
#include <linux/sockios.h>
#endif
#if __has_include(<linux/stat.h>)
#include <linux/stat.h>
#endif
#if __has_include(<linux/stddef.h>)
#include <linux/stddef.h>
#endif
#if __has_include(<linux/string.h>)
#include <linux/string.h>
#endif
#if __has_include(<linux/swab.h>)
#include <linux/swab.h>
#endif
#if __has_include(<linux/sysctl.h>)
#include <linux/sysctl.h>
#endif
#if __has_include(<linux/sysinfo.h>)
#include <linux/sysinfo.h>
#endif
#if __has_include(<linux/taskstats.h>)
#include <linux/taskstats.h>
#endif
#if __has_include(<linux/tcp.h>)
#include <linux/tcp.h>
#endif
#if __has_include(<linux/termios.h>)
#include <linux/termios.h>
#endif
#if __has_include(<linux/time.h>)
#include <linux/time.h>
#endif
#if __has_include(<linux/time_types.h>)
#include <linux/time_types.h>
#endif
#if __has_include(<linux/timerfd.h>)
#include <linux/timerfd.h>
#endif
#if __has_include(<linux/times.h>)
#include <linux/times.h>
#endif
#if __has_include(<linux/timex.h>)
#include <linux/timex.h>
#endif
#if __has_include(<linux/tls.h>)
#include <linux/tls.h>
#endif
#if __has_include(<linux/tty.h>)
#include <linux/tty.h>
#endif
#if __has_include(<linux/tty_flags.h>)
#include <linux/tty_flags.h>
#endif
#if __has_include(<linux/types.h>)
#include <linux/types.h>
#endif
#if __has_include(<linux/udp.h>)
#include <linux/udp.h>
#endif
#if __has_include(<linux/un.h>)
#include <linux/un.h>
#endif
#if __has_include(<linux/unistd.h>)
#include <linux/unistd.h>
#endif
#if __has_include(<linux/unix_diag.h>)
#include <linux/unix_diag.h>
#endif
#if __has_include(<linux/userfaultfd.h>)
#include <linux/userfaultfd.h>
#endif
#if __has_include(<linux/utime.h>)
#include <linux/utime.h>
#endif
#if __has_include(<linux/utsname.h>)
#include <linux/utsname.h>
#endif
#if __has_include(<linux/uuid.h>)
#include <linux/uuid.h>
#endif
#if __has_include(<linux/veth.h>)
#include <linux/veth.h>
#endif
#if __has_include(<linux/vm_sockets.h>)
#include <linux/vm_sockets.h>
#endif
#if __has_include(<linux/wait.h>)
#include <linux/wait.h>
#endif
#if __has_include(<linux/watch_queue.h>)
#include <linux/watch_queue.h>
#endif
#if __has_include(<linux/wireguard.h>)
#include <linux/wireguard.h>
#endif
#if __has_include(<linux/wwan.h>)
#include <linux/wwan.h>
#endif
#if __has_include(<linux/xattr.h>)
#include <linux/xattr.h>
#endif
#if __has_include(<linux/xdp_diag.h>)
#include <linux/xdp_diag.h>
#endif
#if __has_include(<linux/xfrm.h>)
#include <linux/xfrm.h>
#endif
