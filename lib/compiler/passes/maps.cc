/* SPDX-License-Identifier: Apache-2.0 */
#include "compiler/passes/maps.h"
#include "compiler/passes/passes.h"

#include <llvm/IR/Operator.h>

namespace compiler {

using namespace llvm;

namespace {

// Lowers the uses of one map's variable.
class MapUses {
public:
  MapUses(Map &map, Diagnostics &diagnostics) : map_(map), diagnostics_(diagnostics) {}

  void lower() {
    collect(*map_.variable, 0);
    for (auto [load, offset] : loads_)
      lowerMember(*load, offset);
    map_.variable->removeDeadConstantUsers();
  }

private:
  void collect(Value &pointer, uint64_t offset) {
    const DataLayout &layout = map_.variable->getParent()->getDataLayout();
    for (User *user : pointer.users()) {
      APInt more(64, offset);
      auto *member = dyn_cast<GEPOperator>(user);
      if (member && member->accumulateConstantOffset(layout, more))
        collect(*member, more.getZExtValue());
      else if (auto *load = dyn_cast<LoadInst>(user))
        loads_.emplace_back(load, offset);
      else if (auto *store = dyn_cast<StoreInst>(user); store && store->getPointerOperand() == &pointer)
        diagnostics_.error(*store, "a map has methods only; nothing can be stored in its members");
    }
  }

  void lowerMember(LoadInst &load, uint64_t offset) {
    auto member = map_.members.find(offset);
    if (member == map_.members.end() || !load.getType()->isPointerTy())
      return diagnostics_.error(load, "a map has methods only; its other members have no values");
    for (User *user : make_early_inc_range(load.users())) {
      auto *call = dyn_cast<CallInst>(user);
      if (!call || call->getCalledOperand() != &load) {
        diagnostics_.error(load, "the method '" + member->second + "' of a map can only be called");
        return;
      }
      MethodCall lowering(*call, map_, diagnostics_);
      lowerMethod(lowering, member->second);
    }
    if (load.use_empty())
      load.eraseFromParent();
  }

  Map &map_;
  Diagnostics &diagnostics_;
  SmallVector<std::pair<LoadInst *, uint64_t>, 16> loads_;
};

using Maps = std::vector<Map>;

// A variable "__NAME" in this section publishes the map NAME.
bool publishes(const GlobalVariable &variable) {
  return variable.getSection() == "maps/export" || variable.getSection() == "maps/shared";
}

void publish(Module &module, Maps &maps) {
  for (GlobalVariable &variable : make_early_inc_range(module.globals())) {
    if (!publishes(variable))
      continue;
    for (Map &map : maps)
      if (variable.getName() == ("__" + map.name()).str())
        map.sharing = MAP_PUBLIC;
    variable.eraseFromParent();
  }
}

Maps describeMaps(Module &module, Diagnostics &diagnostics) {
  Maps maps;
  for (GlobalVariable &variable : module.globals())
    if (variable.getSection().starts_with("maps/") && !publishes(variable))
      if (std::optional<Map> map = describeMap(variable, diagnostics))
        maps.push_back(std::move(*map));
  return maps;
}

// The map that another one holds maps like. Null, and an error, if there is none that can be.
const Map *innerOf(const Map &map, const Maps &maps, Diagnostics &diagnostics) {
  for (const Map &inner : maps)
    if (inner.name() == map.inner && inner.inner.empty())
      return &inner;
  diagnostics.error(*map.debug,
                    "map '" + map.name() + "': there is no map '" + map.inner + "' to be held in it");
  return nullptr;
}

void defineMaps(Maps &maps, DIBuilder &builder, Diagnostics &diagnostics) {
  for (Map &map : maps)
    if (map.inner.empty())
      defineMap(map, nullptr, builder);
  for (Map &map : maps)
    if (!map.inner.empty())
      if (const Map *inner = innerOf(map, maps, diagnostics))
        defineMap(map, inner, builder);
}

// What is left are uses of the map's address, as helpers called by name take it.
void replace(Map &map) {
  map.definition->takeName(map.variable);
  map.variable->replaceAllUsesWith(map.definition);
  map.variable->eraseFromParent();
}

} // namespace

void lowerMaps(Module &module, std::vector<MapUse> &uses, Diagnostics &diagnostics) {
  Maps maps = describeMaps(module, diagnostics);
  publish(module, maps);
  if (maps.empty() || diagnostics.hasErrors())
    return;
  DIBuilder builder(module, false, cast<DICompileUnit>(maps.front().debug->getScope()));
  defineMaps(maps, builder, diagnostics);
  if (diagnostics.hasErrors())
    return;
  for (Map &map : maps) {
    MapUses(map, diagnostics).lower();
    replace(map);
    uses.push_back({map.name().str(), map.sharing, map.path});
    if (map.typeName == "histogram")
      uses.back().histogram = MAP_LINEAR;
  }
  builder.finalize();
}

} // namespace compiler
