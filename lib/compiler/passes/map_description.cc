/* SPDX-License-Identifier: Apache-2.0 */
#include "compiler/passes/maps.h"

#include <llvm/Analysis/ConstantFolding.h>
#include <llvm/BinaryFormat/Dwarf.h>
#include <llvm/Support/MathExtras.h>

#include <unistd.h>

namespace compiler {

using namespace llvm;

namespace {

// A histogram's own type depends on its key. An extern's is not known before it is loaded.
constexpr MapType types[] = {
    {"hash", BPF_MAP_TYPE_HASH, MapLayout::Types},
    {"array", BPF_MAP_TYPE_ARRAY, MapLayout::Types},
    {"percpu_hash", BPF_MAP_TYPE_PERCPU_HASH, MapLayout::Types},
    {"percpu_array", BPF_MAP_TYPE_PERCPU_ARRAY, MapLayout::Types},
    {"lru_hash", BPF_MAP_TYPE_LRU_HASH, MapLayout::Types},
    {"lru_percpu_hash", BPF_MAP_TYPE_LRU_PERCPU_HASH, MapLayout::Types},
    {"lpm_trie", BPF_MAP_TYPE_LPM_TRIE, MapLayout::Types},
    {"histogram", BPF_MAP_TYPE_HASH, MapLayout::Types},
    {"prog", BPF_MAP_TYPE_PROG_ARRAY, MapLayout::Sizes},
    {"perf_output", BPF_MAP_TYPE_PERF_EVENT_ARRAY, MapLayout::Sizes},
    {"perf_array", BPF_MAP_TYPE_PERF_EVENT_ARRAY, MapLayout::Sizes},
    {"ringbuf", BPF_MAP_TYPE_RINGBUF, MapLayout::None},
    {"queue", BPF_MAP_TYPE_QUEUE, MapLayout::Types},
    {"stack", BPF_MAP_TYPE_STACK, MapLayout::Types},
    {"cgroup_array", BPF_MAP_TYPE_CGROUP_ARRAY, MapLayout::Sizes},
    {"stacktrace", BPF_MAP_TYPE_STACK_TRACE, MapLayout::Sizes},
    {"devmap", BPF_MAP_TYPE_DEVMAP, MapLayout::Types},
    {"cpumap", BPF_MAP_TYPE_CPUMAP, MapLayout::Types},
    {"xskmap", BPF_MAP_TYPE_XSKMAP, MapLayout::Types},
    {"hash_of_maps", BPF_MAP_TYPE_HASH_OF_MAPS, MapLayout::Types},
    {"array_of_maps", BPF_MAP_TYPE_ARRAY_OF_MAPS, MapLayout::Types},
    {"sk_storage", BPF_MAP_TYPE_SK_STORAGE, MapLayout::Types},
    {"inode_storage", BPF_MAP_TYPE_INODE_STORAGE, MapLayout::Types},
    {"task_storage", BPF_MAP_TYPE_TASK_STORAGE, MapLayout::Types},
    {"sockmap", BPF_MAP_TYPE_SOCKMAP, MapLayout::Types},
    {"sockhash", BPF_MAP_TYPE_SOCKHASH, MapLayout::Types},
    {"cgroup_storage", BPF_MAP_TYPE_CGROUP_STORAGE, MapLayout::Types},
    {"extern", BPF_MAP_TYPE_UNSPEC, MapLayout::Types},
    {"percpu_cgroup_storage", BPF_MAP_TYPE_PERCPU_CGROUP_STORAGE, MapLayout::Types},
};

bool isNamedInteger(DIType *type, unsigned encoding, uint64_t bits, StringRef name) {
  auto *basic = dyn_cast_or_null<DIBasicType>(canonical(type));
  return basic && basic->getEncoding() == encoding && basic->getSizeInBits() == bits &&
         basic->getName() == name;
}

// The integer that the variable's initialiser has at an offset.
uint64_t initialValue(const GlobalVariable &variable, const DIDerivedType &member) {
  Type *type = IntegerType::get(variable.getContext(), member.getSizeInBits() ? member.getSizeInBits() : 32);
  APInt offset(64, member.getOffsetInBits() / 8);
  const DataLayout &layout = variable.getParent()->getDataLayout();
  auto *value = dyn_cast_or_null<ConstantInt>(
      ConstantFoldLoadFromConst(const_cast<Constant *>(variable.getInitializer()), type, offset, layout));
  return value ? value->getZExtValue() : 0;
}

void readMember(Map &map, const DIDerivedType &member) {
  StringRef name = member.getName();
  if (name == "key")
    map.key = member.getBaseType();
  else if (name == "leaf")
    map.leaf = member.getBaseType();
  else if (name == "max_entries")
    map.maxEntries = initialValue(*map.variable, member);
  else if (name == "pages")
    map.maxEntries = initialValue(*map.variable, member) * sysconf(_SC_PAGESIZE);
  else if (name == "flags")
    map.flags = initialValue(*map.variable, member);
  else
    map.members[member.getOffsetInBits() / 8] = name;
}

// "TYPE", "TYPE$INNER", "TYPE:PATH", "TYPE$INNER:PATH".
void readSection(Map &map, StringRef section) {
  auto [kind, path] = section.split(':');
  auto [type, inner] = kind.split('$');
  map.typeName = type;
  map.inner = inner.str();
  map.path = path.str();
}

// What the type makes of the rest. The reason if it does not go with it.
const char *adapt(Map &map) {
  if (map.typeName == "histogram") {
    if (!isNamedInteger(map.leaf, dwarf::DW_ATE_unsigned, 64, "unsigned long long"))
      return "the leaf of a histogram must be u64";
    if (isNamedInteger(map.key, dwarf::DW_ATE_signed, 32, "int"))
      map.type = BPF_MAP_TYPE_ARRAY;
  } else if (map.typeName == "perf_output") {
    map.maxEntries = 0; // one for each CPU
  } else if (map.typeName == "stacktrace") {
    map.maxEntries = PowerOf2Ceil(map.maxEntries);
  }
  if (map.typeName == "extern")
    map.sharing = MAP_EXTERN;
  if (map.layout == MapLayout::None)
    map.key = map.leaf = nullptr;
  if (map.key && !sizeOf(map.key))
    return "its key has no size";
  if (map.leaf && !sizeOf(map.leaf))
    return "its leaf has no size";
  return nullptr;
}

DIGlobalVariable *debugVariable(const GlobalVariable &variable) {
  SmallVector<DIGlobalVariableExpression *, 1> expressions;
  variable.getDebugInfo(expressions);
  return expressions.empty() ? nullptr : expressions.front()->getVariable();
}

} // namespace

const MapType *findMapType(StringRef name) {
  for (const MapType &type : types)
    if (type.name == name)
      return &type;
  return nullptr;
}

DIType *canonical(DIType *type) {
  while (auto *derived = dyn_cast_or_null<DIDerivedType>(type)) {
    if (derived->getTag() == dwarf::DW_TAG_pointer_type)
      break;
    type = derived->getBaseType();
  }
  return type;
}

uint64_t sizeOf(DIType *type) {
  const DIType *real = canonical(type);
  return real ? real->getSizeInBits() / 8 : 0;
}

bool isInteger(DIType *type) {
  const DIType *real = canonical(type);
  if (const auto *basic = dyn_cast_or_null<DIBasicType>(real))
    return basic->getEncoding() != dwarf::DW_ATE_float;
  return real && real->getTag() == dwarf::DW_TAG_enumeration_type;
}

std::optional<Map> describeMap(GlobalVariable &variable, Diagnostics &diagnostics) {
  Map map;
  map.variable = &variable;
  map.debug = debugVariable(variable);
  auto *record = map.debug ? dyn_cast_or_null<DICompositeType>(canonical(map.debug->getType())) : nullptr;
  if (!map.debug) {
    diagnostics.error("map '" + variable.getName() + "' has no debug information");
    return std::nullopt;
  }
  if (!record || !variable.hasInitializer()) {
    diagnostics.error(*map.debug, "map '" + map.name() + "': it must be a variable of struct type");
    return std::nullopt;
  }
  readSection(map, variable.getSection().drop_front(strlen("maps/")));
  const MapType *type = findMapType(map.typeName);
  if (!type) {
    diagnostics.error(*map.debug, "map '" + map.name() + "': unsupported map type '" + map.typeName + "'");
    return std::nullopt;
  }
  map.type = type->type;
  map.layout = type->layout;
  for (DINode *element : record->getElements())
    if (auto *member = dyn_cast<DIDerivedType>(element))
      readMember(map, *member);
  if (const char *reason = adapt(map)) {
    diagnostics.error(*map.debug, "map '" + map.name() + "': " + reason);
    return std::nullopt;
  }
  return map;
}

} // namespace compiler
