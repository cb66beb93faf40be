/* SPDX-License-Identifier: Apache-2.0 */
#include "compiler/sections.h"

namespace compiler {
namespace {

constexpr Section sections[] = {
    // Their context holds numbers.
    {"kprobe+", true},
    {"kretprobe+", true},
    {"kprobe.multi+", true},
    {"kretprobe.multi+", true},
    {"kprobe.session+", true},
    {"ksyscall+", true},
    {"kretsyscall+", true},
    {"uprobe+", true},
    {"uprobe.s+", true},
    {"uretprobe+", true},
    {"uretprobe.s+", true},
    {"uprobe.multi+", true},
    {"uprobe.multi.s+", true},
    {"uretprobe.multi+", true},
    {"uretprobe.multi.s+", true},
    {"usdt+", true},
    {"usdt.s+", true},
    {"tp+", true},
    {"tracepoint+", true},
    {"raw_tp+", true},
    {"raw_tp.w+", true},
    {"raw_tracepoint+", true},
    {"raw_tracepoint.w+", true},
    {"perf_event", true},
    // Its pointers are typed, or lead into packets.
    {"tp_btf+", false},
    {"fentry+", false},
    {"fentry.s+", false},
    {"fexit+", false},
    {"fexit.s+", false},
    {"fmod_ret+", false},
    {"fmod_ret.s+", false},
    {"freplace+", false},
    {"lsm+", false},
    {"lsm.s+", false},
    {"lsm_cgroup+", false},
    {"iter+", false},
    {"iter.s+", false},
    {"syscall", false},
    {"socket", false},
    {"sk_reuseport", false},
    {"sk_reuseport/migrate", false},
    {"sk_lookup", false},
    {"sk_skb", false},
    {"sk_skb/stream_parser", false},
    {"sk_skb/stream_verdict", false},
    {"sk_skb/verdict", false},
    {"sk_msg", false},
    {"sockops", false},
    {"flow_dissector", false},
    {"netfilter", false},
    {"tc", false},
    {"tc/ingress", false},
    {"tc/egress", false},
    {"tcx/ingress", false},
    {"tcx/egress", false},
    {"netkit/primary", false},
    {"netkit/peer", false},
    {"classifier", false},
    {"action", false},
    {"xdp", false},
    {"xdp/devmap", false},
    {"xdp/cpumap", false},
    {"xdp.frags", false},
    {"xdp.frags/devmap", false},
    {"xdp.frags/cpumap", false},
    {"lwt_in", false},
    {"lwt_out", false},
    {"lwt_xmit", false},
    {"lwt_seg6local", false},
    {"lirc_mode2", false},
    {"cgroup/", false},
    {"cgroup_skb/", false},
    {"struct_ops+", false},
    {"struct_ops.s+", false},
};

bool matches(llvm::StringRef pattern, llvm::StringRef name) {
  if (pattern.ends_with("/"))
    return name.size() > pattern.size() && name.starts_with(pattern);
  if (!pattern.consume_back("+"))
    return name == pattern;
  return name.consume_front(pattern) && (name.empty() || name.starts_with("/"));
}

} // namespace

const Section *findSection(llvm::StringRef name) {
  name.consume_front("?");
  for (const Section &section : sections)
    if (matches(section.name, name))
      return &section;
  return nullptr;
}

} // namespace compiler
