/* SPDX-License-Identifier: Apache-2.0 */
// A private trace stream: bpf_trace_printk() writes its values, and what they point to, into a ring buffer of the text's
// own (readers/trace_record.h), to be formatted by whoever reads it.
#include "compiler/passes/passes.h"
#include "compiler/passes/ir.h"
#include "compiler/passes/maps.h"
#include "compiler/passes/trace_text.h"
#include "compiler/contexts.h"
#include "compiler/helpers.h"
#include "readers/record_format.h"
#include "readers/trace_record.h"

#include <llvm/ADT/StringMap.h>
#include <llvm/BinaryFormat/Dwarf.h>
#include <llvm/Transforms/Utils/BasicBlockUtils.h>

#include <cerrno>

namespace compiler {

using namespace llvm;

namespace {

constexpr unsigned maxArguments = 12; // as of bpf_trace_vprintk

// What depends on the program: stands for it until functions are inlined.
constexpr StringLiteral taskMarker = "cbcc.trace.task";     // (record)
constexpr StringLiteral stringMarker = "cbcc.trace.string"; // (to, size, from)

struct TraceMaps {
  GlobalVariable *ring = nullptr, *lost = nullptr;
};

// Makes maps that no text declares.
class MapMaker {
public:
  MapMaker(Module &module, DICompileUnit &unit, std::vector<MapUse> &uses)
      : module_(module), unit_(unit), builder_(module, false, &unit), uses_(uses) {}
  ~MapMaker() { builder_.finalize(); }

  TraceMaps make() {
    Map ring = map(TRACE_RING, BPF_MAP_TYPE_RINGBUF, MapLayout::None, TRACE_RING_SIZE);
    Map lost = map(TRACE_LOST, BPF_MAP_TYPE_PERCPU_ARRAY, MapLayout::Types, 1);
    lost.key = builder_.createBasicType("unsigned int", 32, dwarf::DW_ATE_unsigned);
    lost.leaf = builder_.createBasicType("unsigned long long", 64, dwarf::DW_ATE_unsigned);
    return {define(ring), define(lost)};
  }

private:
  Map map(StringRef name, bpf_map_type type, MapLayout layout, uint64_t entries) {
    Map map;
    map.variable = new GlobalVariable(module_, Type::getInt8Ty(module_.getContext()), false,
                                      GlobalValue::ExternalLinkage, nullptr);
    auto *expression = builder_.createGlobalVariableExpression(&unit_, name, "", unit_.getFile(), 0,
                                                               builder_.createUnspecifiedType("map"), false);
    map.debug = expression->getVariable();
    map.type = type;
    map.layout = layout;
    map.maxEntries = entries;
    return map;
  }

  GlobalVariable *define(Map &map) {
    defineMap(map, nullptr, builder_);
    map.definition->setName(map.name());
    map.variable->eraseFromParent();
    uses_.push_back({map.name().str(), MAP_OWN, ""});
    return map.definition;
  }

  Module &module_;
  DICompileUnit &unit_;
  DIBuilder builder_;
  std::vector<MapUse> &uses_;
};

// Formats by number.
class Formats {
public:
  explicit Formats(std::vector<std::string> &formats) : formats_(formats) {}

  uint32_t number(StringRef format) {
    auto [entry, isNew] = numbers_.try_emplace(format, formats_.size());
    if (isNew)
      formats_.push_back(format.str());
    return entry->second;
  }

private:
  std::vector<std::string> &formats_;
  StringMap<uint32_t> numbers_;
};

// A call of bpf_trace_printk or bpf_trace_vprintk: what it prints.
struct Print {
  CallInst &call;
  std::string format;
  SmallVector<Value *, maxArguments> values;
  SmallVector<format_piece, maxArguments> conversions = {}; // point into format
};

// Writes one record.
class RecordWriter {
public:
  RecordWriter(Print &print, const TraceMaps &maps)
      : print_(print), maps_(maps), module_(*print.call.getModule()), builder_(&print.call) {}

  void write(uint32_t format) {
    uint64_t size = memoryOffset();
    for (const format_piece &piece : print_.conversions)
      size += piece_memory(&piece);
    record_ = callHelper(builder_, HelperRingbufReserve,
                         {maps_.ring, builder_.getInt64(size), builder_.getInt64(0)}, builder_.getPtrTy());
    Instruction *failed, *reserved;
    SplitBlockAndInsertIfThenElse(builder_.CreateIsNull(record_), &print_.call, &failed, &reserved);
    builder_.SetInsertPoint(failed);
    countLost();
    BasicBlock *lost = builder_.GetInsertBlock();
    builder_.SetInsertPoint(reserved);
    writeHeader(format);
    writeValues();
    callHelper(builder_, HelperRingbufSubmit, {record_, builder_.getInt64(0)}, builder_.getInt64Ty());
    finish(lost, size);
  }

private:
  uint64_t memoryOffset() const { return sizeof(trace_record) + 8 * print_.conversions.size(); }

  Value *at(uint64_t offset) {
    return builder_.CreateConstInBoundsGEP1_64(builder_.getInt8Ty(), record_, offset);
  }

  void store(Value *value, uint64_t offset) { builder_.CreateStore(value, at(offset)); }

  void mark(StringRef marker, ArrayRef<Value *> arguments) {
    SmallVector<Type *, 3> types;
    for (Value *argument : arguments)
      types.push_back(argument->getType());
    builder_.CreateCall(
        module_.getOrInsertFunction(marker, FunctionType::get(builder_.getVoidTy(), types, false)),
        arguments);
  }

  void countLost() {
    AllocaInst *key =
        stackSlot(*builder_.GetInsertBlock()->getParent(), builder_.getInt32Ty(), "trace.lost.key");
    Instruction *end = &*builder_.GetInsertPoint();
    builder_.CreateStore(builder_.getInt32(0), key);
    Value *count = callHelper(builder_, HelperMapLookupElem, {maps_.lost, key}, builder_.getPtrTy());
    Instruction *found = SplitBlockAndInsertIfThen(builder_.CreateIsNotNull(count), end, false);
    builder_.SetInsertPoint(found);
    builder_.CreateAtomicRMW(AtomicRMWInst::Add, count, builder_.getInt64(1), Align(8),
                             AtomicOrdering::Monotonic);
    builder_.SetInsertPoint(end);
  }

  void writeHeader(uint32_t format) {
    store(callHelper(builder_, HelperKtimeGetNs, {}, builder_.getInt64Ty()), offsetof(trace_record, time));
    store(builder_.getInt32(format), offsetof(trace_record, format));
    Value *cpu = callHelper(builder_, HelperGetSmpProcessorId, {}, builder_.getInt64Ty());
    store(builder_.CreateTrunc(cpu, builder_.getInt32Ty()), offsetof(trace_record, cpu));
    mark(taskMarker, {record_});
  }

  void writeValues() {
    uint64_t memory = memoryOffset();
    for (size_t i = 0; i < print_.conversions.size(); i++) {
      Value *value = i < print_.values.size() ? print_.values[i] : builder_.getInt64(0);
      const format_piece &piece = print_.conversions[i];
      store(value->getType()->isPointerTy() ? builder_.CreatePtrToInt(value, builder_.getInt64Ty()) : value,
            sizeof(trace_record) + 8 * i);
      if (piece_memory(&piece))
        copyMemory(piece, value, memory);
      memory += piece_memory(&piece);
    }
  }

  void copyMemory(const format_piece &piece, Value *from, uint64_t offset) {
    if (from->getType()->isIntegerTy())
      from = builder_.CreateIntToPtr(from, builder_.getPtrTy());
    Value *arguments[] = {at(offset), builder_.getInt32(piece_memory(&piece)), from};
    if (piece.kind == PIECE_STRING && piece.letter == 's')
      return mark(stringMarker, arguments);
    if (piece.kind == PIECE_ADDRESS)
      arguments[1] = builder_.getInt32(piece.version == '4' ? 4 : 16);
    unsigned helper = piece.kind == PIECE_ADDRESS ? HelperProbeReadKernel
                      : piece.letter == 'u'       ? HelperProbeReadUserStr
                                                  : HelperProbeReadKernelStr;
    callHelper(builder_, helper, arguments, builder_.getInt64Ty());
  }

  // The call gives what was written, or an error, as the helper does.
  void finish(BasicBlock *lost, uint64_t size) {
    BasicBlock *written = builder_.GetInsertBlock();
    builder_.SetInsertPoint(&print_.call);
    PHINode *result = builder_.CreatePHI(builder_.getInt64Ty(), 2);
    result->addIncoming(builder_.getInt64(-ENOSPC), lost);
    result->addIncoming(builder_.getInt64(size), written);
    print_.call.replaceAllUsesWith(builder_.CreateTrunc(result, print_.call.getType()));
    print_.call.eraseFromParent();
  }

  Print &print_;
  const TraceMaps &maps_;
  Module &module_;
  IRBuilder<> builder_;
  Value *record_ = nullptr;
};

// As a record has it; null if it cannot.
Value *widened(IRBuilder<> &builder, Value *value) {
  if (value->getType()->isPointerTy())
    return value;
  if (!value->getType()->isIntegerTy() || value->getType()->getIntegerBitWidth() > 64)
    return nullptr;
  return builder.CreateZExt(value, builder.getInt64Ty());
}

class Prints {
public:
  Prints(Module &module, const TraceMaps &maps, Formats &formats, Diagnostics &diagnostics)
      : module_(module), maps_(maps), formats_(formats), diagnostics_(diagnostics) {}

  void lower(StringRef helper, bool inMemory) {
    Function *function = module_.getFunction(helper);
    if (!function || !function->isDeclaration())
      return;
    for (User *user : make_early_inc_range(function->users())) {
      auto *call = dyn_cast<CallInst>(user);
      if (call && call->getCalledOperand() == function)
        lower(*call, inMemory);
      else
        diagnostics_.error(helper + " can only be called");
    }
  }

private:
  void lower(CallInst &call, bool inMemory) {
    std::optional<StringRef> literal = literalText(*call.getArgOperand(0));
    std::optional<std::string> format = literal ? literal->str() : initialText(*call.getArgOperand(0));
    if (!format)
      return diagnostics_.error(
          call,
          "in a private trace stream, the format of bpf_trace_printk must be known when it is compiled");
    format->resize(strlen(format->c_str()));
    if (!format->empty() && format->back() == '\n')
      format->pop_back();
    Print print{call, std::move(*format), {}};
    bool isComplete = inMemory ? addFromMemory(print) : addArguments(print, literal ? 1 : 2);
    if (!isComplete)
      return;
    if (print.values.size() > maxArguments)
      return diagnostics_.error(call, "bpf_trace_printk takes at most 12 values");
    addConversions(print);
    RecordWriter(print, maps_).write(formats_.number(print.format));
  }

  bool addArguments(Print &print, unsigned first) {
    IRBuilder<> builder(&print.call);
    for (Value *argument : drop_begin(print.call.args(), std::min(first, print.call.arg_size()))) {
      print.values.push_back(widened(builder, argument));
      if (!print.values.back())
        diagnostics_.error(print.call, "bpf_trace_printk prints integers and pointers only");
      if (!print.values.back())
        return false;
    }
    return true;
  }

  // bpf_trace_vprintk(format, size, values, size of values)
  bool addFromMemory(Print &print) {
    const auto *size = dyn_cast<ConstantInt>(print.call.getArgOperand(3));
    if (!size || size->getZExtValue() > 8 * maxArguments) {
      diagnostics_.error(print.call, "bpf_trace_vprintk takes a constant size of at most 12 values");
      return false;
    }
    IRBuilder<> builder(&print.call);
    for (uint64_t i = 0; i < size->getZExtValue() / 8; i++)
      print.values.push_back(builder.CreateLoad(
          builder.getInt64Ty(),
          builder.CreateConstInBoundsGEP1_64(builder.getInt64Ty(), print.call.getArgOperand(2), i)));
    return true;
  }

  void addConversions(Print &print) {
    const char *rest = print.format.c_str();
    for (format_piece piece; record_format_next(&rest, &piece);) {
      if (piece.kind == PIECE_BAD)
        diagnostics_.warning(print.call, "bpf_trace_printk: '" + StringRef(piece.text, piece.length) +
                                             "' is printed as it is");
      if (piece_has_value(&piece))
        print.conversions.push_back(piece);
    }
    if (print.conversions.size() > print.values.size())
      diagnostics_.warning(print.call,
                           "bpf_trace_printk: the format has more conversions than there are values");
  }

  Module &module_;
  const TraceMaps &maps_;
  Formats &formats_;
  Diagnostics &diagnostics_;
};

// Programs of the network run for no task, and may not ask for one.
bool hasTask(const Entry &entry) {
  return !isTypedContext(entry.contextType) || StringRef(entry.contextType).starts_with("bpf_iter__");
}

void writeTask(CallInst &marker, bool hasTask) {
  IRBuilder<> builder(&marker);
  Value *record = marker.getArgOperand(0);
  auto at = [&](uint64_t offset) {
    return builder.CreateConstInBoundsGEP1_64(builder.getInt8Ty(), record, offset);
  };
  Value *comm = at(offsetof(trace_record, comm));
  if (hasTask) {
    callHelper(builder, HelperGetCurrentComm, {comm, builder.getInt32(TRACE_COMM_SIZE)},
               builder.getInt64Ty());
  } else {
    static_assert(TRACE_COMM_SIZE == 16);
    char unknown[TRACE_COMM_SIZE] = "<...>"; // as the trace pipe says of tasks that it does not know
    for (size_t i = 0; i < sizeof unknown; i++)
      builder.CreateStore(builder.getInt8(unknown[i]), at(offsetof(trace_record, comm) + i));
  }
  Value *ids =
      hasTask ? static_cast<Value *>(callHelper(builder, HelperGetCurrentPidTgid, {}, builder.getInt64Ty()))
              : builder.getInt64(0);
  builder.CreateStore(ids, at(offsetof(trace_record, pid_tgid)));
  marker.eraseFromParent();
}

void copyString(CallInst &marker, bool isTracing) {
  IRBuilder<> builder(&marker);
  unsigned helper = isTracing && probeReadTakesAll() ? HelperProbeReadStr : HelperProbeReadKernelStr;
  callHelper(builder, helper, {marker.getArgOperand(0), marker.getArgOperand(1), marker.getArgOperand(2)},
             builder.getInt64Ty());
  marker.eraseFromParent();
}

// By function. What is no program may be called by any.
class Tasks {
public:
  explicit Tasks(const std::vector<Entry> &entries) {
    for (const Entry &entry : entries) {
      programs_[entry.name] = hasTask(entry);
      all_ &= hasTask(entry);
    }
  }

  bool in(const Function &function) const {
    auto found = programs_.find(function.getName());
    return found == programs_.end() ? all_ : found->second;
  }

private:
  StringMap<bool> programs_;
  bool all_ = true;
};

void replaceMarkers(Module &module, StringRef name, const Tasks &tasks, void (*replace)(CallInst &, bool)) {
  Function *marker = module.getFunction(name);
  if (!marker)
    return;
  for (User *user : make_early_inc_range(marker->users())) {
    auto *call = cast<CallInst>(user);
    replace(*call, tasks.in(*call->getFunction()));
  }
  marker->eraseFromParent();
}

} // namespace

void lowerPrivateTrace(Module &module, std::vector<MapUse> &maps, std::vector<std::string> &formats,
                       Diagnostics &diagnostics) {
  auto units = module.debug_compile_units();
  if (units.begin() == units.end() || module.getNamedValue(TRACE_RING) || module.getNamedValue(TRACE_LOST))
    return diagnostics.error("the names " TRACE_RING " and " TRACE_LOST
                             " are those of the private trace stream");
  TraceMaps made = MapMaker(module, **units.begin(), maps).make();
  Formats numbered(formats);
  Prints prints(module, made, numbered, diagnostics);
  prints.lower("bpf_trace_printk", false);
  prints.lower("bpf_trace_vprintk", true);
}

void completePrivateTrace(Module &module, const std::vector<Entry> &entries) {
  Tasks tasks(entries);
  replaceMarkers(module, taskMarker, tasks, writeTask);
  replaceMarkers(module, stringMarker, tasks, copyString);
}

} // namespace compiler
