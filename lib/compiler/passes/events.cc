/* SPDX-License-Identifier: Apache-2.0 */
// What user space reads events by: the type that programs submit to a perf buffer or a ring buffer, and its size. No
// map's definition holds that type: BTF has it by a variable of its own, a pointer to it, in a section that the loader
// skips.
#include "compiler/passes/passes.h"
#include "compiler/passes/ir.h"
#include "compiler/passes/maps.h"
#include "compiler/passes/variable_types.h"
#include "compiler/helpers.h"

#include <llvm/BinaryFormat/Dwarf.h>
#include <llvm/IR/InstIterator.h>

namespace compiler {

using namespace llvm;

namespace {

constexpr unsigned result = ~0u; // instead of an argument: what the helper returns

// Where the arguments are.
struct Submission {
  unsigned helper, map, data, size;
};

constexpr Submission submissions[] = {
    {HelperPerfEventOutput, 1, 3, 4}, {HelperSkbOutput, 1, 3, 4},           {HelperXdpOutput, 1, 3, 4},
    {HelperRingbufOutput, 0, 1, 2},   {HelperRingbufReserve, 0, result, 1},
};

const Submission *submissionOf(const CallInst &call) {
  std::optional<uint64_t> helper = helperOf(call);
  for (const Submission &submission : submissions)
    if (helper == submission.helper)
      return &submission;
  return nullptr;
}

// The struct, without qualifiers; or its last typedef if it has no other name. Null if the type is no struct with a name.
DIType *eventType(DIType *type) {
  auto *record = dyn_cast_or_null<DICompositeType>(canonical(type));
  if (!record || record->getTag() != dwarf::DW_TAG_structure_type)
    return nullptr;
  if (!record->getName().empty())
    return record;
  for (auto *derived = dyn_cast<DIDerivedType>(type); derived;
       derived = dyn_cast<DIDerivedType>(derived->getBaseType()))
    if (derived->getTag() == dwarf::DW_TAG_typedef)
      return derived;
  return nullptr;
}

// The variable that a value is put into, at once or as one of two: condition ? ringbuf_reserve() : NULL.
Value *variableOf(Value &value) {
  for (User *user : value.users()) {
    if (auto *store = dyn_cast<StoreInst>(user); store && store->getValueOperand() == &value)
      return store->getPointerOperand();
    if (auto *phi = dyn_cast<PHINode>(user))
      for (User *merged : phi->users())
        if (auto *store = dyn_cast<StoreInst>(merged); store && store->getValueOperand() == phi)
          return store->getPointerOperand();
  }
  return nullptr;
}

// A member's type has the size that is submitted with it; what is submitted by part, or with more behind it, has not.
DIType *submittedType(CallInst &call, const Submission &submission) {
  auto find = [&](function_ref<bool(DIType *)> isWanted) -> DIType * {
    if (submission.data != result)
      return typeAt(call.getArgOperand(submission.data), isWanted);
    Value *variable = variableOf(call);
    return variable ? typeBehind(variable, isWanted) : nullptr;
  };
  const auto *size = dyn_cast<ConstantInt>(call.getArgOperand(submission.size));
  DIType *type =
      find([&](DIType *type) { return eventType(type) && size && sizeOf(type) == size->getZExtValue(); });
  return eventType(type ? type : find([](DIType *type) { return eventType(type) != nullptr; }));
}

std::string nameOf(const DIType &type) {
  return (isa<DICompositeType>(type) ? "struct " : "") + type.getName().str();
}

struct Event {
  DIType *type = nullptr; // the last one counts
  uint64_t size = 0;
  bool varies = false;
};

void note(CallInst &call, const Submission &submission, Event &event) {
  if (DIType *type = submittedType(call, submission))
    event.type = type;
  const auto *size = dyn_cast<ConstantInt>(call.getArgOperand(submission.size));
  event.varies |= !size || (event.size && event.size != size->getZExtValue());
  event.size = size ? size->getZExtValue() : 0;
}

// A packet follows what is submitted with it: its length is in the flags' upper half.
bool hasPacket(const CallInst &call, const Submission &submission) {
  if (submission.size != 4)
    return false;
  const auto *flags = dyn_cast<ConstantInt>(call.getArgOperand(2));
  return !flags || flags->getZExtValue() >> 32;
}

DICompileUnit *unitOf(const Module &module) {
  auto units = module.debug_compile_units();
  return units.begin() == units.end() ? nullptr : *units.begin();
}

void describe(Module &module, DIBuilder &builder, StringRef map, DIType &type) {
  auto *pointer = PointerType::get(module.getContext(), 0);
  std::string name = eventVariablePrefix.str() + map.str();
  auto *variable = new GlobalVariable(module, pointer, false, GlobalValue::ExternalLinkage,
                                      ConstantPointerNull::get(pointer), name);
  DICompileUnit *unit = unitOf(module);
  variable->setSection(eventSection);
  variable->addDebugInfo(builder.createGlobalVariableExpression(unit, name, "", unit->getFile(), 0,
                                                                builder.createPointerType(&type, 64), false));
}

} // namespace

void noteEvents(Module &module, std::vector<MapUse> &maps) {
  if (maps.empty() || !unitOf(module))
    return;
  MapVector<const Value *, Event> events;
  for (Function &function : module)
    for (Instruction &instruction : instructions(function)) {
      auto *call = dyn_cast<CallInst>(&instruction);
      const Submission *submission = call ? submissionOf(*call) : nullptr;
      if (!submission)
        continue;
      Event &event = events[call->getArgOperand(submission->map)->stripPointerCasts()];
      note(*call, *submission, event);
      event.varies |= hasPacket(*call, *submission);
    }
  DIBuilder builder(module, false, unitOf(module));
  for (MapUse &map : maps) {
    auto found = events.find(module.getNamedValue(map.name));
    if (found == events.end())
      continue;
    const Event &event = found->second;
    map.eventSize = event.varies ? 0 : event.size;
    if (!event.type)
      continue;
    map.event = nameOf(*event.type);
    describe(module, builder, map.name, *event.type);
  }
  builder.finalize();
}

} // namespace compiler
