/* SPDX-License-Identifier: Apache-2.0 */
// Implicit reads: `task->real_parent->tgid` in a program. Runs on IR in which accesses are still where the text has
// them: later, loads would have been merged and speculated, and pointers hidden.
#include "compiler/passes/passes.h"
#include "compiler/passes/ir.h"
#include "compiler/passes/provenance.h"
#include "compiler/contexts.h"
#include "compiler/helpers.h"
#include "compiler/sections.h"

#include <llvm/IR/InstIterator.h>
#include <llvm/IR/IntrinsicInst.h>
#include <llvm/IR/IntrinsicsBPF.h>

namespace compiler {

using namespace llvm;

namespace {

// A context that is not in memory as the program sees it: every access is replaced by the kernel.
constexpr StringLiteral convertedContext = "bpf_perf_event_data";

bool hasTypedContext(const Entry &entry) {
  if (const Section *section = findSection(entry.section))
    return !section->readsMemory;
  return entry.typedContext || isTypedContext(entry.contextType);
}

// What programs follow the kernel's pointers by.
enum class Context {
  Numbers,   // reads of a helper, all of them
  Converted, // likewise; and the context is not in memory
  Typed,     // the verifier's types, where it has any
  Network,   // likewise; and there is no helper that reads user memory, too
};

Context contextOf(const Entry &entry) {
  if (!hasTypedContext(entry))
    return entry.contextType == convertedContext ? Context::Converted : Context::Numbers;
  bool isNetwork = isTypedContext(entry.contextType) && !StringRef(entry.contextType).starts_with("bpf_iter__");
  return isNetwork ? Context::Network : Context::Typed;
}

bool hasTypes(Context context) { return context == Context::Typed || context == Context::Network; }

unsigned probeReadHelper(Context context) {
  return probeReadTakesAll() && context != Context::Network ? HelperProbeRead : HelperProbeReadKernel;
}

// memcmp(a, b, constant): the code generator would make loads of it.
bool isCompare(const CallInst &call) {
  const Function *callee = call.getCalledFunction();
  return callee && call.arg_size() == 3 && (callee->getName() == "memcmp" || callee->getName() == "bcmp");
}

constexpr unsigned stackSize = 512;
// Structs up to this size are read at once, though the program uses some of their members only.
constexpr unsigned maxParts = 64;

// The memory that the arguments of subprograms lead to, from the calls that were seen so far.
using Passed = DenseMap<const Function *, SmallVector<unsigned, 5>>;

// The reads of one function.
class Reads {
public:
  Reads(Function &function, ArrayRef<unsigned> arguments, Context context, Diagnostics &diagnostics)
      : function_(function), layout_(function.getDataLayout()),
        provenance_(function, arguments, hasTypes(context)), context_(context), diagnostics_(diagnostics),
        helper_(probeReadHelper(context)) {}

  // Everything is looked at before anything is changed: provenance is that of the function as it was.
  void find() {
    for (Instruction &instruction : instructions(function_))
      visit(instruction);
  }

  void addPassed(Passed &passed) const {
    for (const Instruction &instruction : instructions(function_)) {
      const auto *call = dyn_cast<CallBase>(&instruction);
      const Function *callee = call ? call->getCalledFunction() : nullptr;
      if (!callee || !callee->hasFnAttribute(subprogramAttribute))
        continue;
      SmallVector<unsigned, 5> &arguments = passed[callee];
      arguments.resize(callee->arg_size());
      for (size_t i = 0; i < arguments.size(); i++)
        arguments[i] |= provenance_.of(call->getArgOperand(i));
    }
  }

  void make() {
    for (ArrayRef<Instruction *> rest = reads_; !rest.empty();) {
      size_t count = countParts(rest);
      makeParts(rest.take_front(count));
      rest = rest.drop_front(count);
    }
    for (Use *operand : compared_)
      makeCompared(*operand);
    for (Use *pointer : fixed_)
      keepOffset(*pointer);
  }

private:
  void visit(Instruction &instruction) {
    if (auto *load = dyn_cast<LoadInst>(&instruction))
      visitLoad(*load);
    else if (auto *store = dyn_cast<StoreInst>(&instruction))
      visitStore(*store);
    else if (auto *copy = dyn_cast<MemTransferInst>(&instruction))
      visitCopy(*copy);
    else if (auto *fill = dyn_cast<MemSetInst>(&instruction))
      requireWritable(*fill, fill->getRawDest());
    else if (isa<AtomicRMWInst, AtomicCmpXchgInst>(instruction))
      requireWritable(instruction, instruction.getOperand(0));
    else if (auto *call = dyn_cast<CallInst>(&instruction); call && isCompare(*call))
      visitCompare(*call);
  }

  void visitLoad(LoadInst &load) {
    Use &pointer = load.getOperandUse(LoadInst::getPointerOperandIndex());
    if (needsProbeRead(load, pointer))
      reads_.push_back(&load);
    else if (isPlainContextAccess(pointer))
      fixed_.push_back(&pointer);
  }

  void visitStore(StoreInst &store) {
    Use &pointer = store.getOperandUse(StoreInst::getPointerOperandIndex());
    requireWritable(store, pointer);
    if (isPlainContextAccess(pointer))
      fixed_.push_back(&pointer);
  }

  void visitCopy(MemTransferInst &copy) {
    requireWritable(copy, copy.getRawDest());
    if (needsProbeRead(copy, copy.getRawSource()) && !isNeverRead(copy.getRawDest()))
      reads_.push_back(&copy);
  }

  void visitCompare(CallInst &call) {
    const auto *size = dyn_cast<ConstantInt>(call.getArgOperand(2));
    for (unsigned i = 0; i < 2; i++) {
      if (!needsProbeRead(call, call.getArgOperand(i)))
        continue;
      if (!size || size->getValue().ugt(stackSize))
        return diagnostics_.error(
            call, "memcmp() of kernel or user memory needs a constant size that fits the stack");
      compared_.push_back(&call.getArgOperandUse(i));
    }
  }

  // Where there is a choice, this: the helper may read the program's own memory, too.
  bool needsProbeRead(const Instruction &access, const Value *pointer) {
    unsigned memory = provenance_.of(pointer);
    if (hasTypes(context_))
      return memory & MemoryForeign && pointer->getType()->getPointerAddressSpace() == 0;
    if (memory == MemoryContext && isAtFixedOffset(pointer))
      return false;
    if (memory & MemoryContext && context_ == Context::Converted)
      diagnostics_.error(access, "this context can only be read at fixed offsets");
    return memory == MemoryNone || memory & ~(MemoryStack | MemoryOwn);
  }

  void requireWritable(const Instruction &access, const Value *pointer) {
    if (hasTypes(context_))
      return; // the verifier knows
    unsigned memory = provenance_.of(pointer);
    if (memory == MemoryNone || memory & MemoryForeign)
      diagnostics_.error(
          access, "a BPF program can only write to its own memory, not to the kernel's or a user process's");
  }

  // What the pointer is a constant number of bytes behind; looks through clang's marks of context accesses.
  const Value *baseOf(const Value *pointer, APInt &offset) const {
    for (;;) {
      pointer = pointer->stripAndAccumulateConstantOffsets(layout_, offset, true);
      const auto *mark = dyn_cast<IntrinsicInst>(pointer);
      if (!mark || mark->getIntrinsicID() != Intrinsic::preserve_static_offset)
        return pointer;
      pointer = mark->getArgOperand(0);
    }
  }

  bool isAtFixedOffset(const Value *pointer) const {
    APInt offset(64, 0);
    return isa<Argument>(baseOf(pointer, offset));
  }

  // An access to the context that clang has not marked, as the struct is the program's own.
  bool isPlainContextAccess(const Use &pointer) const {
    APInt offset(64, 0);
    return !hasTypes(context_) && provenance_.of(pointer) == MemoryContext &&
           isa<Argument>(pointer->stripAndAccumulateConstantOffsets(layout_, offset, true));
  }

  // A builder takes over the location, and everything made for a read is to have one.
  Instruction &located(Instruction &instruction) const {
    DISubprogram *subprogram = function_.getSubprogram();
    if (!instruction.getDebugLoc() && subprogram)
      instruction.setDebugLoc(DILocation::get(function_.getContext(), subprogram->getLine(), 0, subprogram));
    return instruction;
  }

  void probeRead(IRBuilder<> &builder, Value *to, Value *size, Value *from) {
    callHelper(builder, helper_, {to, builder.CreateIntCast(size, builder.getInt32Ty(), false), from},
               builder.getInt64Ty());
  }

  // Lifetimes let all reads share the stack's few bytes.
  void makeLoad(LoadInst &load) {
    IRBuilder<> builder(&located(load));
    AllocaInst *slot = stackSlot(function_, load.getType(), "read");
    ConstantInt *size = builder.getInt64(layout_.getTypeStoreSize(load.getType()));
    builder.CreateLifetimeStart(slot, size);
    probeRead(builder, slot, size, load.getPointerOperand());
    LoadInst *value = builder.CreateAlignedLoad(load.getType(), slot, slot->getAlign());
    builder.CreateLifetimeEnd(slot, size);
    value->takeName(&load);
    load.replaceAllUsesWith(value);
    load.eraseFromParent();
  }

  void makeCopy(MemTransferInst &copy) {
    IRBuilder<> builder(&located(copy));
    probeRead(builder, copy.getRawDest(), copy.getLength(), copy.getRawSource());
    copy.eraseFromParent();
  }

  // What is left of a struct's copy of which the program uses some members: nothing reads the others.
  static bool isNeverRead(const Value *memory) {
    return isa<AllocaInst>(memory) && all_of(memory->users(), [memory](const User *user) {
             const auto *copy = dyn_cast<MemTransferInst>(user);
             return (copy && copy->getRawDest() == memory && copy->getRawSource() != memory) ||
                    cast<Instruction>(user)->isLifetimeStartOrEnd();
           });
  }

  struct Range {
    const Value *base = nullptr; // null: not of a constant size
    int64_t start = 0, end = 0;
  };

  Range rangeOf(const Instruction &read) const {
    const auto *copy = dyn_cast<MemTransferInst>(&read);
    const auto *size = copy ? dyn_cast<ConstantInt>(copy->getLength()) : nullptr;
    if (copy && (!size || size->getValue().ugt(maxParts) || !isa<AllocaInst>(copy->getRawDest())))
      return {};
    uint64_t bytes = copy ? size->getZExtValue() : layout_.getTypeStoreSize(read.getType()).getFixedValue();
    APInt offset(64, 0);
    const Value *pointer = copy ? copy->getRawSource() : read.getOperand(0);
    const Value *base = pointer->stripAndAccumulateConstantOffsets(layout_, offset, true);
    return {base, offset.getSExtValue(), offset.getSExtValue() + int64_t(bytes)};
  }

  // How many of these reads, from the first on, are parts of one: the copy of a struct was taken apart by members. All
  // have its place in the text, and nothing comes between that could change what they read.
  size_t countParts(ArrayRef<Instruction *> reads) const {
    const Instruction *first = reads.front();
    Range all = rangeOf(*first);
    size_t count = 1;
    for (; all.base && count < reads.size(); count++) {
      const Instruction *next = reads[count];
      Range range = rangeOf(*next);
      if (next->getParent() != first->getParent() || !first->getDebugLoc() ||
          next->getDebugLoc() != first->getDebugLoc() || range.base != all.base)
        break;
      all.start = std::min(all.start, range.start);
      all.end = std::max(all.end, range.end);
      if (all.end - all.start > maxParts || isChangedBetween(*reads[count - 1], *next))
        break;
    }
    return count;
  }

  static bool isChangedBetween(const Instruction &first, const Instruction &last) {
    for (const Instruction *at = first.getNextNode(); at != &last; at = at->getNextNode())
      if (at->mayWriteToMemory() && !at->isLifetimeStartOrEnd() &&
          !(isa<MemTransferInst>(at) && isNeverRead(at->getOperand(0))))
        return true;
    return false;
  }

  void makeParts(ArrayRef<Instruction *> parts) {
    if (parts.size() > 1)
      return makeJoined(parts);
    if (auto *load = dyn_cast<LoadInst>(parts.front()))
      makeLoad(*load);
    else
      makeCopy(*cast<MemTransferInst>(parts.front()));
  }

  void makeJoined(ArrayRef<Instruction *> parts) {
    Range all = rangeOf(*parts.front());
    for (const Instruction *part : parts) {
      all.start = std::min(all.start, rangeOf(*part).start);
      all.end = std::max(all.end, rangeOf(*part).end);
    }
    IRBuilder<> builder(&located(*parts.front()));
    auto *words = ArrayType::get(builder.getInt64Ty(), divideCeil(all.end - all.start, 8));
    AllocaInst *slot = stackSlot(function_, words, "read");
    Value *from = builder.CreateConstGEP1_64(builder.getInt8Ty(), const_cast<Value *>(all.base), all.start);
    probeRead(builder, slot, builder.getInt64(all.end - all.start), from);
    for (Instruction *part : parts)
      takePart(*part, *slot, rangeOf(*part).start - all.start);
  }

  void takePart(Instruction &part, AllocaInst &slot, int64_t offset) {
    IRBuilder<> builder(&part);
    Value *from = builder.CreateConstInBoundsGEP1_64(builder.getInt8Ty(), &slot, offset);
    Align alignment = commonAlignment(slot.getAlign(), offset);
    if (auto *copy = dyn_cast<MemTransferInst>(&part)) {
      builder.CreateMemCpy(copy->getRawDest(), copy->getDestAlign(), from, alignment, copy->getLength());
    } else {
      LoadInst *value = builder.CreateAlignedLoad(part.getType(), from, alignment);
      value->takeName(&part);
      part.replaceAllUsesWith(value);
    }
    part.eraseFromParent();
  }

  void makeCompared(Use &operand) {
    auto &call = *cast<CallInst>(operand.getUser());
    IRBuilder<> builder(&located(call));
    auto *size = cast<ConstantInt>(call.getArgOperand(2));
    AllocaInst *slot =
        stackSlot(function_, ArrayType::get(builder.getInt8Ty(), size->getZExtValue()), "compared");
    builder.CreateLifetimeStart(slot, builder.getInt64(size->getZExtValue()));
    probeRead(builder, slot, size, operand);
    operand = slot;
    builder.SetInsertPoint(call.getNextNode());
    builder.CreateLifetimeEnd(slot, builder.getInt64(size->getZExtValue()));
  }

  // The verifier wants the context read at constant offsets: two reads must not become one at a chosen offset.
  void keepOffset(Use &pointer) {
    IRBuilder<> builder(&located(*cast<Instruction>(pointer.getUser())));
    APInt offset(64, 0);
    Value *context = pointer->stripAndAccumulateConstantOffsets(layout_, offset, true);
    Value *mark = builder.CreateIntrinsic(builder.getPtrTy(), Intrinsic::preserve_static_offset, {context});
    pointer = builder.CreateConstInBoundsGEP1_64(builder.getInt8Ty(), mark, offset.getZExtValue());
  }

  Function &function_;
  const DataLayout &layout_;
  Provenance provenance_;
  Context context_;
  Diagnostics &diagnostics_;
  unsigned helper_;
  SmallVector<Instruction *, 16> reads_; // loads and copies, in the order of the program
  SmallVector<Use *, 4> compared_;       // operands of memcmp
  SmallVector<Use *, 8> fixed_;          // pointer operands
};

bool isCallback(const Function &function) {
  return any_of(function.uses(), [](const Use &use) {
    const auto *call = dyn_cast<CallBase>(use.getUser());
    return call && !call->isCallee(&use);
  });
}

// The program's argument is its context. Callbacks get what helpers pass on or find, subprograms what is passed.
SmallVector<unsigned, 5> argumentsOf(const Function &function, Context context, const Passed &passed) {
  SmallVector<unsigned, 5> memory;
  if (function.hasFnAttribute(subprogramAttribute) && !isCallback(function))
    return passed.lookup(&function);
  if (!function.hasLocalLinkage()) {
    for (const Argument &argument : function.args())
      memory.push_back(argument.getType()->isPointerTy() ? MemoryContext : MemoryForeign);
    return memory;
  }
  bool findsVma = any_of(function.users(), [](const User *user) {
    const auto *call = dyn_cast<CallBase>(user);
    return call && helperOf(*call) == HelperFindVma;
  });
  for (unsigned i = 0; i < function.arg_size(); i++)
    memory.push_back(!findsVma || i >= 2 ? MemoryStack : hasTypes(context) ? MemoryTyped : MemoryForeign);
  return memory;
}

// Functions, each before those that it calls or passes to helpers.
class CallOrder {
public:
  void add(Function &function, Context context) {
    if (function.isDeclaration() || !seen_.insert(&function).second)
      return;
    for (Instruction &instruction : instructions(function))
      for (Value *operand : instruction.operands())
        if (auto *callee = dyn_cast<Function>(operand))
          add(*callee, context);
    calleesFirst_.emplace_back(&function, context);
  }

  auto callersFirst() const { return reverse(calleesFirst_); }

private:
  SmallPtrSet<Function *, 8> seen_;
  SmallVector<std::pair<Function *, Context>, 8> calleesFirst_;
};

} // namespace

void makeProbeReads(Module &module, const std::vector<Entry> &entries, Diagnostics &diagnostics) {
  CallOrder order;
  for (bool typed : {false, true}) // what both call has the reads that both can do
    for (const Entry &entry : entries)
      if (Function *program = module.getFunction(entry.name); program && hasTypedContext(entry) == typed)
        order.add(*program, contextOf(entry));
  Passed passed;
  for (auto [function, context] : order.callersFirst()) {
    Reads reads(*function, argumentsOf(*function, context, passed), context, diagnostics);
    reads.find();
    reads.addPassed(passed);
    if (!diagnostics.hasErrors())
      reads.make();
  }
}

} // namespace compiler
