/* SPDX-License-Identifier: Apache-2.0 */
// The dialect's maps: variables in sections "maps/TYPE" (dialect/cbcc/maps.h). maps.cc finds them; map_description.cc
// reads what they say; map_definition.cc defines each anew as libbpf knows maps; map_methods.cc lowers the calls of
// their methods, with map_updates.cc for those that are more than one helper.
#ifndef CBCC_PASSES_MAPS_H
#define CBCC_PASSES_MAPS_H

#include "compiler/compiler.h"
#include "compiler/diagnostics.h"

#include <llvm/IR/DIBuilder.h>
#include <llvm/IR/IRBuilder.h>
#include <llvm/IR/Module.h>

#include <linux/bpf.h>

#include <optional>

namespace compiler {

// What a map definition says of keys and leaves.
enum class MapLayout {
  Types, // their types, for BTF
  Sizes, // their sizes; the kernel knows what they are
  None,  // nothing
};

struct MapType {
  llvm::StringLiteral name; // in the section's name
  bpf_map_type type;
  MapLayout layout;
};

// The type of that name; null if there is none.
const MapType *findMapType(llvm::StringRef name);

struct Map {
  llvm::GlobalVariable *variable = nullptr; // the dialect's; gone after lowering
  llvm::DIGlobalVariable *debug = nullptr;
  llvm::StringRef typeName;
  bpf_map_type type = BPF_MAP_TYPE_UNSPEC;
  MapLayout layout = MapLayout::None;
  llvm::DIType *key = nullptr, *leaf = nullptr; // null: it has none
  uint64_t maxEntries = 0, flags = 0;
  map_sharing sharing = MAP_OWN;
  std::string inner, path;                           // "TYPE$INNER", "TYPE:PATH"
  llvm::DenseMap<uint64_t, llvm::StringRef> members; // by offset
  llvm::GlobalVariable *definition = nullptr;        // libbpf's
  llvm::DICompositeType *definitionType = nullptr;

  llvm::StringRef name() const { return debug->getName(); }
};

// A type without its typedefs and qualifiers, its size in bytes, and whether it is an integer or an enumeration.
llvm::DIType *canonical(llvm::DIType *type);
uint64_t sizeOf(llvm::DIType *type);
bool isInteger(llvm::DIType *type);

std::optional<Map> describeMap(llvm::GlobalVariable &variable, Diagnostics &diagnostics);

// Sets definition and definitionType. inner is the map that inner names, defined; or null.
void defineMap(Map &map, const Map *inner, llvm::DIBuilder &debug);

// A call of one of a map's methods.
struct MethodCall {
  MethodCall(llvm::CallInst &call, Map &map, Diagnostics &diagnostics)
      : call(call), map(map), diagnostics(diagnostics), builder(&call) {}

  llvm::Function &function() { return *call.getFunction(); }
  // Reports that an argument points to less memory than the helper will use of it.
  bool checkMemory(llvm::Value *pointer, llvm::DIType *type, llvm::StringRef what);

  llvm::CallInst &call;
  Map &map;
  Diagnostics &diagnostics;
  llvm::IRBuilder<> builder; // at the call
};

// Lowers a call of that method. The call is gone afterwards, or an error was reported.
void lowerMethod(MethodCall &call, llvm::StringRef method);

// Methods of their own: the value of the call, or null after an error.
llvm::Value *lowerLookupOrInit(MethodCall &call);
llvm::Value *lowerLookupOrTryInit(MethodCall &call);
llvm::Value *lowerIncrement(MethodCall &call);
llvm::Value *lowerAtomicIncrement(MethodCall &call);

} // namespace compiler

#endif
