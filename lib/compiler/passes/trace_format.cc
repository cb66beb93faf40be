/* SPDX-License-Identifier: Apache-2.0 */
#include "compiler/passes/trace_format.h"

#include <llvm/ADT/StringExtras.h>

namespace compiler {

using namespace llvm;

namespace {

constexpr uint32_t kernelVersion(uint32_t major, uint32_t minor) { return major << 16 | minor << 8; }

constexpr unsigned maxConversionsBefore513 = 3;

bool isEndOfString(StringRef rest) { return rest.empty() || !isAlnum(rest[0]); }

// Takes a conversion apart as the kernel does.
class FormatChecker {
public:
  FormatChecker(StringRef format, unsigned values, uint32_t version)
      : rest_(format), values_(values), old_(version < kernelVersion(5, 13)),
        hasCharacter_(version >= kernelVersion(5, 15)) {}

  std::string problem() {
    std::string refused = refusal();
    if (!refused.empty())
      return "the kernel refuses this format of bpf_trace_printk and prints nothing: " + refused;
    return conversions_ > values_ ? "bpf_trace_printk: the format has more conversions than there are values"
                                  : "";
  }

private:
  std::string refusal() {
    for (; !rest_.empty(); rest_ = rest_.drop_front()) {
      if (!isASCII(rest_[0]) || (!isPrint(rest_[0]) && !isSpace(rest_[0])))
        return "a character that is not ASCII text";
      if (rest_[0] != '%' || (!old_ && rest_.starts_with("%%") && !(rest_ = rest_.drop_front()).empty()))
        continue;
      if (std::string wrong = conversion(); !wrong.empty())
        return wrong;
    }
    return "";
  }

  // One that starts at rest_, of which the last character stays.
  std::string conversion() {
    if (++conversions_ > maxConversionsBefore513 && old_)
      return "more than 3 conversions, which this kernel cannot";
    StringRef start = rest_;
    rest_ = rest_.drop_front();
    if (!old_)
      rest_ = rest_.ltrim("0+- ").ltrim("0123456789");
    if (!read())
      return ("'" + start.take_front(start.size() - rest_.size() + 1) + "'").str();
    if (old_ && strings_ > 1)
      return "several %s, which this kernel cannot";
    return "";
  }

  bool read() {
    if (rest_.starts_with("p"))
      return readPointer();
    if (rest_.starts_with("s"))
      return readString();
    if (rest_.starts_with("c"))
      return hasCharacter_ && isEndOfString(rest_.drop_front());
    for (int length = 0; length < 2 && rest_.starts_with("l"); length++)
      rest_ = rest_.drop_front();
    return !rest_.empty() && StringRef(old_ ? "idux" : "iduxX").contains(rest_[0]);
  }

  bool readString() {
    strings_++;
    return isEndOfString(rest_.drop_front());
  }

  bool readPointer() {
    StringRef kind = rest_.drop_front();
    if (kind.starts_with("ks") || kind.starts_with("us")) {
      rest_ = rest_.drop_front(2);
      return readString();
    }
    if (isEndOfString(kind) || StringRef("KxsSB").contains(kind[0]))
      return true;
    if (old_ || kind.size() < 2 || !StringRef("iI").contains(kind[0]) || !StringRef("46").contains(kind[1]))
      return false;
    rest_ = rest_.drop_front(2);
    return true;
  }

  StringRef rest_;
  unsigned values_, conversions_ = 0, strings_ = 0;
  bool old_, hasCharacter_;
};

} // namespace

std::string traceFormatProblem(StringRef format, unsigned values, uint32_t version) {
  return FormatChecker(format, values, version).problem();
}

} // namespace compiler
