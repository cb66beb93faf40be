/* SPDX-License-Identifier: Apache-2.0 */
#include "compiler/field_aliases.h"

#include <algorithm>
#include <iterator>

namespace compiler {
namespace {

// Those of a record stand together. A path that a kernel does not have is none.
constexpr FieldAlias table[] = {
    {"dentry", "d_iname", "d_shortname.string"},
    {"in6_addr", "s6_addr", "in6_u.u6_addr8"},
    {"in6_addr", "s6_addr16", "in6_u.u6_addr16"},
    {"in6_addr", "s6_addr32", "in6_u.u6_addr32"},
    {"inet_request_sock", "ir_num", "req.__req_common.skc_num"},
    {"inet_request_sock", "ir_rmt_port", "req.__req_common.skc_dport"},
    {"inet_request_sock", "ir_loc_addr", "req.__req_common.skc_rcv_saddr"},
    {"inet_request_sock", "ir_rmt_addr", "req.__req_common.skc_daddr"},
    {"inet_request_sock", "ir_v6_loc_addr", "req.__req_common.skc_v6_rcv_saddr"},
    {"inet_request_sock", "ir_v6_rmt_addr", "req.__req_common.skc_v6_daddr"},
    {"inet_request_sock", "ir_iif", "req.__req_common.skc_bound_dev_if"},
    {"inet_request_sock", "ireq_family", "req.__req_common.skc_family"},
    {"inet_request_sock", "ireq_net", "req.__req_common.skc_net"},
    {"inet_request_sock", "ireq_state", "req.__req_common.skc_state"},
    {"inet_sock", "inet_daddr", "sk.__sk_common.skc_daddr"},
    {"inet_sock", "inet_rcv_saddr", "sk.__sk_common.skc_rcv_saddr"},
    {"inet_sock", "inet_dport", "sk.__sk_common.skc_dport"},
    {"inet_sock", "inet_num", "sk.__sk_common.skc_num"},
    {"inet_sock", "inet_addrpair", "sk.__sk_common.skc_addrpair"},
    {"inet_sock", "inet_portpair", "sk.__sk_common.skc_portpair"},
    {"inet_timewait_sock", "tw_family", "__tw_common.skc_family"},
    {"inet_timewait_sock", "tw_state", "__tw_common.skc_state"},
    {"inet_timewait_sock", "tw_bound_dev_if", "__tw_common.skc_bound_dev_if"},
    {"inet_timewait_sock", "tw_daddr", "__tw_common.skc_daddr"},
    {"inet_timewait_sock", "tw_rcv_saddr", "__tw_common.skc_rcv_saddr"},
    {"inet_timewait_sock", "tw_v6_daddr", "__tw_common.skc_v6_daddr"},
    {"inet_timewait_sock", "tw_v6_rcv_saddr", "__tw_common.skc_v6_rcv_saddr"},
    {"inet_timewait_sock", "tw_dport", "__tw_common.skc_dport"},
    {"inet_timewait_sock", "tw_num", "__tw_common.skc_num"},
    {"inet_timewait_sock", "tw_cookie", "__tw_common.skc_cookie"},
    {"request_sock", "rsk_refcnt", "__req_common.skc_refcnt"},
    {"request_sock", "rsk_hash", "__req_common.skc_hash"},
    {"request_sock", "rsk_listener", "__req_common.skc_listener"},
    {"sock", "sk_addrpair", "__sk_common.skc_addrpair"},
    {"sock", "sk_bound_dev_if", "__sk_common.skc_bound_dev_if"},
    {"sock", "sk_cookie", "__sk_common.skc_cookie"},
    {"sock", "sk_daddr", "__sk_common.skc_daddr"},
    {"sock", "sk_dport", "__sk_common.skc_dport"},
    {"sock", "sk_family", "__sk_common.skc_family"},
    {"sock", "sk_flags", "__sk_common.skc_flags"},
    {"sock", "sk_hash", "__sk_common.skc_hash"},
    {"sock", "sk_incoming_cpu", "__sk_common.skc_incoming_cpu"},
    {"sock", "sk_ipv6only", "__sk_common.skc_ipv6only"},
    {"sock", "sk_net", "__sk_common.skc_net"},
    {"sock", "sk_net_refcnt", "__sk_common.skc_net_refcnt"},
    {"sock", "sk_node", "__sk_common.skc_node"},
    {"sock", "sk_num", "__sk_common.skc_num"},
    {"sock", "sk_portpair", "__sk_common.skc_portpair"},
    {"sock", "sk_prot", "__sk_common.skc_prot"},
    {"sock", "sk_rcv_saddr", "__sk_common.skc_rcv_saddr"},
    {"sock", "sk_refcnt", "__sk_common.skc_refcnt"},
    {"sock", "sk_reuse", "__sk_common.skc_reuse"},
    {"sock", "sk_reuseport", "__sk_common.skc_reuseport"},
    {"sock", "sk_rx_queue_mapping", "__sk_common.skc_rx_queue_mapping"},
    {"sock", "sk_state", "__sk_common.skc_state"},
    {"sock", "sk_tx_queue_mapping", "__sk_common.skc_tx_queue_mapping"},
    {"sock", "sk_v6_daddr", "__sk_common.skc_v6_daddr"},
    {"sock", "sk_v6_rcv_saddr", "__sk_common.skc_v6_rcv_saddr"},
};

constexpr struct {
  llvm::StringLiteral tag;
  llvm::StringLiteral meant;
} tags[] = {
    {"sockaddr_storage", "__kernel_sockaddr_storage"},
};

} // namespace

llvm::ArrayRef<FieldAlias> fieldAliases(llvm::StringRef record) {
  auto isOfRecord = [record](const FieldAlias &alias) { return alias.record == record; };
  const FieldAlias *first = std::find_if(std::begin(table), std::end(table), isOfRecord);
  return {first, std::find_if_not(first, std::end(table), isOfRecord)};
}

llvm::StringRef tagAlias(llvm::StringRef tag) {
  for (const auto &alias : tags)
    if (alias.tag == tag)
      return alias.meant;
  return "";
}

} // namespace compiler
