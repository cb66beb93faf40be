/* SPDX-License-Identifier: Apache-2.0 */
#include "compiler/passes/maps.h"
#include "compiler/passes/ir.h"
#include "compiler/helpers.h"

#include <llvm/BinaryFormat/Dwarf.h>
#include <llvm/IR/DebugInfo.h>

namespace compiler {

using namespace llvm;

namespace {

constexpr uint64_t currentCpu = 0xffffffff; // BPF_F_CURRENT_CPU

constexpr uint64_t only(std::initializer_list<bpf_map_type> types) {
  uint64_t set = 0;
  for (bpf_map_type type : types)
    set |= uint64_t(1) << type;
  return set;
}

constexpr uint64_t any = ~uint64_t(0);

// A method, as one call of a helper or by a function of its own. The helper's arguments, in order: 'm' is the map; 'k',
// 'v' and 'p' are the method's next argument: a key's address, a leaf's, anything; '0' and '1' are numbers; 'c' is the
// current CPU.
struct Method {
  StringLiteral name;
  uint64_t mapTypes;
  StringLiteral helper;
  StringLiteral arguments;
  Value *(*lower)(MethodCall &call);
};

Value *lowerPerfSubmitSkb(MethodCall &call);

constexpr Method methods[] = {
    {"lookup", any, "bpf_map_lookup_elem", "mk", nullptr},
    {"lookup_or_init", any, "", "", lowerLookupOrInit},
    {"lookup_or_try_init", any, "", "", lowerLookupOrTryInit},
    {"update", any, "bpf_map_update_elem", "mkv0", nullptr},
    {"insert", any, "bpf_map_update_elem", "mkv1", nullptr},
    {"delete", any, "bpf_map_delete_elem", "mk", nullptr},
    {"increment", any, "", "", lowerIncrement},
    {"atomic_increment", any, "", "", lowerAtomicIncrement},
    {"call", only({BPF_MAP_TYPE_PROG_ARRAY}), "bpf_tail_call", "pmp", nullptr},
    {"get_stackid", only({BPF_MAP_TYPE_STACK_TRACE}), "bpf_get_stackid", "pmp", nullptr},
    {"perf_submit", only({BPF_MAP_TYPE_PERF_EVENT_ARRAY}), "bpf_perf_event_output", "pmcpp", nullptr},
    {"perf_submit_skb", only({BPF_MAP_TYPE_PERF_EVENT_ARRAY}), "", "", lowerPerfSubmitSkb},
    {"perf_read", only({BPF_MAP_TYPE_PERF_EVENT_ARRAY}), "bpf_perf_event_read", "mp", nullptr},
    {"perf_counter_value", only({BPF_MAP_TYPE_PERF_EVENT_ARRAY}), "bpf_perf_event_read_value", "mppp",
     nullptr},
    {"ringbuf_output", only({BPF_MAP_TYPE_RINGBUF}), "bpf_ringbuf_output", "mppp", nullptr},
    {"ringbuf_reserve", only({BPF_MAP_TYPE_RINGBUF}), "bpf_ringbuf_reserve", "mp0", nullptr},
    {"ringbuf_submit", only({BPF_MAP_TYPE_RINGBUF}), "bpf_ringbuf_submit", "pp", nullptr},
    {"ringbuf_discard", only({BPF_MAP_TYPE_RINGBUF}), "bpf_ringbuf_discard", "pp", nullptr},
    {"ringbuf_query", only({BPF_MAP_TYPE_RINGBUF}), "bpf_ringbuf_query", "mp", nullptr},
    {"check_current_task", only({BPF_MAP_TYPE_CGROUP_ARRAY}), "bpf_current_task_under_cgroup", "mp", nullptr},
    {"redirect_map", only({BPF_MAP_TYPE_DEVMAP, BPF_MAP_TYPE_CPUMAP, BPF_MAP_TYPE_XSKMAP}),
     "bpf_redirect_map", "mpp", nullptr},
    {"push", only({BPF_MAP_TYPE_QUEUE, BPF_MAP_TYPE_STACK}), "bpf_map_push_elem", "mvp", nullptr},
    {"pop", only({BPF_MAP_TYPE_QUEUE, BPF_MAP_TYPE_STACK}), "bpf_map_pop_elem", "mv", nullptr},
    {"peek", only({BPF_MAP_TYPE_QUEUE, BPF_MAP_TYPE_STACK}), "bpf_map_peek_elem", "mv", nullptr},
    {"sock_map_update", only({BPF_MAP_TYPE_SOCKMAP}), "bpf_sock_map_update", "pmkp", nullptr},
    {"sock_hash_update", only({BPF_MAP_TYPE_SOCKHASH}), "bpf_sock_hash_update", "pmkp", nullptr},
    {"msg_redirect_hash", only({BPF_MAP_TYPE_SOCKHASH}), "bpf_msg_redirect_hash", "pmkp", nullptr},
    {"sk_redirect_hash", only({BPF_MAP_TYPE_SOCKHASH}), "bpf_sk_redirect_hash", "pmkp", nullptr},
    {"sk_storage_get", only({BPF_MAP_TYPE_SK_STORAGE}), "bpf_sk_storage_get", "mppp", nullptr},
    {"sk_storage_delete", only({BPF_MAP_TYPE_SK_STORAGE}), "bpf_sk_storage_delete", "mp", nullptr},
    {"inode_storage_get", only({BPF_MAP_TYPE_INODE_STORAGE}), "bpf_inode_storage_get", "mppp", nullptr},
    {"inode_storage_delete", only({BPF_MAP_TYPE_INODE_STORAGE}), "bpf_inode_storage_delete", "mp", nullptr},
    {"task_storage_get", only({BPF_MAP_TYPE_TASK_STORAGE}), "bpf_task_storage_get", "mppp", nullptr},
    {"task_storage_delete", only({BPF_MAP_TYPE_TASK_STORAGE}), "bpf_task_storage_delete", "mp", nullptr},
    {"get_local_storage", only({BPF_MAP_TYPE_CGROUP_STORAGE, BPF_MAP_TYPE_PERCPU_CGROUP_STORAGE}),
     "bpf_get_local_storage", "mp", nullptr},
};

const Method *findMethod(StringRef name) {
  for (const Method &method : methods)
    if (method.name == name)
      return &method;
  return nullptr;
}

// Helpers take 64 bits.
Value *widened(IRBuilder<> &builder, Value *value) {
  return value->getType()->isIntegerTy() ? builder.CreateZExtOrTrunc(value, builder.getInt64Ty()) : value;
}

// Helpers return 64 bits.
Value *asResult(IRBuilder<> &builder, Value *value, Type *type) {
  if (type->isPointerTy() || value->getType()->isPointerTy())
    return value;
  return builder.CreateSExtOrTrunc(value, type);
}

// packet_len is in the upper half of the flags.
Value *lowerPerfSubmitSkb(MethodCall &call) {
  IRBuilder<> &builder = call.builder;
  Value *length = builder.CreateShl(widened(builder, call.call.getArgOperand(1)), 32);
  return callHelper(builder, HelperPerfEventOutput,
                    {call.call.getArgOperand(0), call.map.definition,
                     builder.CreateOr(length, builder.getInt64(currentCpu)), call.call.getArgOperand(2),
                     widened(builder, call.call.getArgOperand(3))},
                    builder.getInt64Ty());
}

Value *argument(MethodCall &call, char kind, unsigned &next) {
  switch (kind) {
  case 'm':
    return call.map.definition;
  case '0':
  case '1':
    return call.builder.getInt64(kind - '0');
  case 'c':
    return call.builder.getInt64(currentCpu);
  }
  Value *value = call.call.getArgOperand(next++);
  if (kind == 'k' && !call.checkMemory(value, call.map.key, "key"))
    return nullptr;
  if (kind == 'v' && !call.checkMemory(value, call.map.leaf, "leaf"))
    return nullptr;
  return widened(call.builder, value);
}

Value *lowerToHelper(MethodCall &call, const Method &method) {
  SmallVector<Value *, 5> arguments;
  unsigned next = 0;
  for (char kind : method.arguments) {
    arguments.push_back(argument(call, kind, next));
    if (!arguments.back())
      return nullptr;
  }
  Type *result = call.call.getType()->isPointerTy() ? call.call.getType() : call.builder.getInt64Ty();
  return callHelper(call.builder, findHelper(method.helper)->id, arguments, result);
}

} // namespace

bool MethodCall::checkMemory(Value *pointer, DIType *type, StringRef what) {
  const DataLayout &layout = function().getParent()->getDataLayout();
  APInt offset(64, 0);
  const auto *variable =
      dyn_cast<AllocaInst>(pointer->stripAndAccumulateConstantOffsets(layout, offset, true));
  std::optional<TypeSize> size = variable ? variable->getAllocationSize(layout) : std::nullopt;
  if (!size || offset.isNegative() || !type || offset.getZExtValue() + sizeOf(type) <= size->getFixedValue())
    return true;
  uint64_t rest = size->getFixedValue() - std::min<uint64_t>(size->getFixedValue(), offset.getZExtValue());
  diagnostics.error(call, "map '" + map.name() + "' has a " + what + " of " + Twine(sizeOf(type)) +
                              " bytes; this is the address of " + Twine(rest));
  return false;
}

void lowerMethod(MethodCall &call, StringRef name) {
  const Method *method = findMethod(name);
  bool has = method && (call.map.sharing == MAP_EXTERN || method->mapTypes >> call.map.type & 1);
  if (!has)
    return call.diagnostics.error(call.call, "map '" + call.map.name() + "', of type '" + call.map.typeName +
                                                 "', has no method '" + name + "'");
  if (name == "insert" && is_contained({BPF_MAP_TYPE_ARRAY, BPF_MAP_TYPE_PERCPU_ARRAY}, call.map.type))
    call.diagnostics.warning(call.call, "an array has all its elements: insert() never does anything");
  Value *result = method->lower ? method->lower(call) : lowerToHelper(call, *method);
  if (!result)
    return;
  if (!call.call.use_empty())
    call.call.replaceAllUsesWith(asResult(call.builder, result, call.call.getType()));
  call.call.eraseFromParent();
}

} // namespace compiler
