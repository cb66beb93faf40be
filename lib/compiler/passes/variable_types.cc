/* SPDX-License-Identifier: Apache-2.0 */
#include "compiler/passes/variable_types.h"
#include "compiler/passes/maps.h"

#include <llvm/BinaryFormat/Dwarf.h>
#include <llvm/IR/DebugInfo.h>
#include <llvm/IR/GetElementPtrTypeIterator.h>
#include <llvm/IR/Instructions.h>
#include <llvm/IR/Operator.h>

namespace compiler {

using namespace llvm;

namespace {

using Predicate = function_ref<bool(DIType *)>;

// A place in memory that has a type.
struct Place {
  Value *base;          // a variable, or the load of a pointer
  uint64_t offset = 0;  // of an array's elements: in the first of them
  unsigned members = 0; // named on the way, as far as the IR tells
};

// The elements that an index goes through do not change the type.
void enter(GEPOperator &address, const DataLayout &layout, Place &place) {
  MapVector<Value *, APInt> scales;
  APInt offset(layout.getIndexTypeSizeInBits(address.getType()), 0);
  if (address.collectOffset(layout, offset.getBitWidth(), scales, offset))
    place.offset += offset.getZExtValue();
  for (auto step = gep_type_begin(address), end = gep_type_end(address); step != end; ++step)
    place.members += step.isStruct();
}

Place placeOf(Value *address, const DataLayout &layout) {
  Place place{address};
  while (auto *step = dyn_cast<GEPOperator>(place.base)) {
    enter(*step, layout, place);
    place.base = step->getPointerOperand();
  }
  return place;
}

const DataLayout *layoutOf(const Value *address) {
  if (auto *instruction = dyn_cast<Instruction>(address))
    return &instruction->getModule()->getDataLayout();
  if (auto *global = dyn_cast<GlobalVariable>(address->stripInBoundsOffsets()))
    return &global->getParent()->getDataLayout();
  return nullptr;
}

DIType *typeOfVariable(Value *variable) {
  for (const DbgDeclareInst *declare : findDbgDeclares(variable))
    return declare->getVariable()->getType();
  for (const DbgVariableRecord *declare : findDVRDeclares(variable))
    return declare->getVariable()->getType();
  SmallVector<DIGlobalVariableExpression *, 1> globals;
  if (auto *global = dyn_cast<GlobalVariable>(variable))
    global->getDebugInfo(globals);
  return globals.empty() ? nullptr : globals[0]->getVariable()->getType();
}

// From the outside to the inside, and through all members of a union.
DIType *findType(DIType *type, uint64_t offset, unsigned members, Predicate isWanted) {
  uint64_t size = sizeOf(type);
  if (offset == 0 && members == 0 && isWanted(type))
    return type;
  auto *composite = dyn_cast_or_null<DICompositeType>(canonical(type));
  if (!composite || (size && offset >= size))
    return nullptr;
  if (composite->getTag() == dwarf::DW_TAG_array_type) {
    uint64_t element = sizeOf(composite->getBaseType());
    return element ? findType(composite->getBaseType(), offset % element, members, isWanted) : nullptr;
  }
  for (DINode *node : composite->getElements()) {
    auto *member = dyn_cast<DIDerivedType>(node);
    if (!member || member->getTag() != dwarf::DW_TAG_member || member->isBitField() ||
        member->getOffsetInBits() / 8 > offset)
      continue;
    if (DIType *found = findType(member->getBaseType(), offset - member->getOffsetInBits() / 8,
                                 members ? members - 1 : 0, isWanted))
      return found;
  }
  return nullptr;
}

} // namespace

DIType *typeBehind(Value *address, Predicate isWanted) {
  auto isPointer = [](DIType *type) {
    auto *derived = dyn_cast_or_null<DIDerivedType>(canonical(type));
    return derived && derived->getTag() == dwarf::DW_TAG_pointer_type;
  };
  auto *pointer = dyn_cast_or_null<DIDerivedType>(canonical(typeAt(address, isPointer)));
  DIType *type = pointer ? pointer->getBaseType() : nullptr;
  return type && isWanted(type) ? type : nullptr;
}

DIType *typeAt(Value *address, Predicate isWanted) {
  const DataLayout *layout = layoutOf(address);
  if (!layout)
    return nullptr;
  Place place = placeOf(address, *layout);
  DIType *type = typeOfVariable(place.base);
  if (auto *load = dyn_cast<LoadInst>(place.base)) {
    type = typeBehind(load->getPointerOperand(), [](DIType *) { return true; });
    // What a pointer leads to may be the first of many.
    if (uint64_t size = sizeOf(type))
      place.offset %= size;
  }
  return type ? findType(type, place.offset, place.members, isWanted) : nullptr;
}

} // namespace compiler
