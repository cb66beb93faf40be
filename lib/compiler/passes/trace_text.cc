/* SPDX-License-Identifier: Apache-2.0 */
#include "compiler/passes/trace_text.h"

#include <llvm/IR/DataLayout.h>
#include <llvm/IR/Instructions.h>
#include <llvm/IR/IntrinsicInst.h>
#include <llvm/IR/Operator.h>

namespace compiler {

using namespace llvm;

namespace {

// The bytes of a constant, from an offset on.
std::optional<StringRef> bytesOf(const Value &pointer) {
  const auto *variable = dyn_cast<GlobalVariable>(pointer.stripPointerCasts());
  if (!variable || !variable->isConstant() || !variable->hasInitializer())
    return std::nullopt;
  const auto *data = dyn_cast<ConstantDataArray>(variable->getInitializer());
  return data && data->isString() ? std::optional(data->getRawDataValues()) : std::nullopt;
}

// Puts together what a local array is initialised with: clang stores a short one by characters, and copies a long one.
class Initialisation {
public:
  explicit Initialisation(const AllocaInst &variable)
      : layout_(variable.getDataLayout()), bytes_(variable.getAllocationSize(layout_)->getFixedValue(), '\0'),
        written_(bytes_.size()) {
    isKnown_ = collect(variable, 0);
  }

  std::optional<std::string> text() const { return isKnown_ ? std::optional(bytes_) : std::nullopt; }

private:
  bool collect(const Value &pointer, uint64_t offset) {
    return all_of(pointer.users(), [&](const User *user) { return collectUse(*user, pointer, offset); });
  }

  bool collectUse(const User &user, const Value &pointer, uint64_t offset) {
    if (const auto *member = dyn_cast<GEPOperator>(&user)) {
      APInt more(64, offset);
      return member->accumulateConstantOffset(layout_, more) && collect(*member, more.getZExtValue());
    }
    if (const auto *store = dyn_cast<StoreInst>(&user))
      return store->getPointerOperand() == &pointer && addStore(*store, offset);
    if (const auto *copy = dyn_cast<MemTransferInst>(&user))
      return copy->getRawDest() == &pointer && addCopy(*copy, offset);
    if (const auto *fill = dyn_cast<MemSetInst>(&user)) {
      const auto *value = dyn_cast<ConstantInt>(fill->getValue());
      return value && value->isZero();
    }
    return isHarmless(user);
  }

  // (bpf_trace_printk does not change its format.)
  static bool isHarmless(const User &user) {
    const auto *call = dyn_cast<CallBase>(&user);
    const Function *callee = call ? call->getCalledFunction() : nullptr;
    if (!callee)
      return isa<LoadInst>(user);
    return callee->getName().starts_with("bpf_trace_") || isa<LifetimeIntrinsic, DbgInfoIntrinsic>(user);
  }

  bool addStore(const StoreInst &store, uint64_t offset) {
    const auto *value = dyn_cast<ConstantInt>(store.getValueOperand());
    if (!value || value->getBitWidth() != 8)
      return false;
    char byte = char(value->getZExtValue());
    return add(StringRef(&byte, 1), offset);
  }

  bool addCopy(const MemTransferInst &copy, uint64_t offset) {
    std::optional<StringRef> bytes = bytesOf(*copy.getRawSource());
    const auto *size = dyn_cast<ConstantInt>(copy.getLength());
    return bytes && size && size->getZExtValue() <= bytes->size() &&
           add(bytes->take_front(size->getZExtValue()), offset);
  }

  bool add(StringRef bytes, uint64_t offset) {
    if (offset + bytes.size() > bytes_.size())
      return false;
    for (char byte : bytes) {
      if (written_[offset])
        return false;
      written_[offset] = true;
      bytes_[offset++] = byte;
    }
    return true;
  }

  const DataLayout &layout_;
  std::string bytes_;
  std::vector<bool> written_;
  bool isKnown_;
};

} // namespace

std::optional<StringRef> literalText(Value &format) {
  auto *variable = dyn_cast<GlobalVariable>(format.stripPointerCasts());
  if (!variable || !variable->hasPrivateLinkage() || !variable->hasInitializer())
    return std::nullopt;
  auto *data = dyn_cast<ConstantDataArray>(variable->getInitializer());
  if (data && data->isCString())
    return data->getAsCString();
  return isa<ConstantAggregateZero>(variable->getInitializer()) ? std::optional(StringRef("")) : std::nullopt;
}

std::optional<std::string> initialText(Value &format) {
  Value *memory = format.stripPointerCasts();
  if (std::optional<StringRef> bytes = bytesOf(*memory))
    return bytes->str();
  const auto *variable = dyn_cast<AllocaInst>(memory);
  if (!variable || !variable->isStaticAlloca())
    return std::nullopt;
  return Initialisation(*variable).text();
}

} // namespace compiler
