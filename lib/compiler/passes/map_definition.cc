/* SPDX-License-Identifier: Apache-2.0 */
// A map as libbpf reads it from BTF: a variable in ".maps" of a struct whose members are pointers, to int[N] for the
// number N, to a type for a type.
#include "compiler/passes/maps.h"

#include <llvm/BinaryFormat/Dwarf.h>

namespace compiler {

using namespace llvm;

namespace {

constexpr uint64_t pointerBits = 64;

class DefinitionBuilder {
public:
  DefinitionBuilder(DIBuilder &builder, const Map &map) : builder_(builder), map_(map) {}

  void number(StringRef name, uint64_t value) {
    DIType *integer = builder_.createBasicType("int", 32, dwarf::DW_ATE_signed);
    type(name, array(integer, value, 32));
  }
  void type(StringRef name, DIType *target) { member(name, builder_.createPointerType(target, pointerBits)); }
  // An array without elements, of pointers to a definition.
  void inner(DIType *definition) {
    member("values", array(builder_.createPointerType(definition, pointerBits), 0, pointerBits));
  }

  DICompositeType *finish() {
    return builder_.createStructType(map_.debug->getScope(), "", map_.debug->getFile(), map_.debug->getLine(),
                                     members_.size() * pointerBits, pointerBits, DINode::FlagZero, nullptr,
                                     builder_.getOrCreateArray(members_));
  }
  size_t size() const { return members_.size(); }

private:
  DIType *array(DIType *element, uint64_t count, uint64_t elementBits) {
    return builder_.createArrayType(
        count * elementBits, elementBits, element,
        builder_.getOrCreateArray({builder_.getOrCreateSubrange(0, int64_t(count))}));
  }
  void member(StringRef name, DIType *type) {
    members_.push_back(builder_.createMemberType(map_.debug->getScope(), name, map_.debug->getFile(),
                                                 map_.debug->getLine(), pointerBits, pointerBits,
                                                 members_.size() * pointerBits, DINode::FlagZero, type));
  }

  DIBuilder &builder_;
  const Map &map_;
  SmallVector<Metadata *, 8> members_;
};

void addLayout(DefinitionBuilder &definition, const Map &map) {
  bool types = map.layout == MapLayout::Types;
  if (map.key && types)
    definition.type("key", map.key);
  else if (map.key)
    definition.number("key_size", sizeOf(map.key));
  if (map.leaf && types)
    definition.type("value", map.leaf);
  else if (map.leaf)
    definition.number("value_size", sizeOf(map.leaf));
}

} // namespace

void defineMap(Map &map, const Map *inner, DIBuilder &debug) {
  DefinitionBuilder definition(debug, map);
  definition.number("type", map.sharing == MAP_EXTERN ? BPF_MAP_TYPE_HASH : map.type);
  addLayout(definition, map);
  if (map.maxEntries)
    definition.number("max_entries", map.maxEntries);
  if (map.flags)
    definition.number("map_flags", map.flags);
  if (inner)
    definition.inner(inner->definitionType);
  map.definitionType = definition.finish();

  Module &module = *map.variable->getParent();
  auto *type = ArrayType::get(PointerType::get(module.getContext(), 0), definition.size());
  map.definition = new GlobalVariable(module, type, false, GlobalValue::ExternalLinkage,
                                      ConstantAggregateZero::get(type), "");
  map.definition->setSection(".maps");
  map.definition->setAlignment(Align(8));
  map.definition->addDebugInfo(
      debug.createGlobalVariableExpression(map.debug->getScope(), map.name(), "", map.debug->getFile(),
                                           map.debug->getLine(), map.definitionType, false));
}

} // namespace compiler
