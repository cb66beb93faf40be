/* SPDX-License-Identifier: Apache-2.0 */
#include "compiler/disassembly.h"
#include "compiler/helpers.h"
#include "compiler/invocation.h"

#include <llvm/ADT/StringExtras.h>
#include <llvm/DebugInfo/BTF/BTFParser.h>
#include <llvm/MC/MCAsmInfo.h>
#include <llvm/MC/MCContext.h>
#include <llvm/MC/MCDisassembler/MCDisassembler.h>
#include <llvm/MC/MCInst.h>
#include <llvm/MC/MCInstPrinter.h>
#include <llvm/MC/MCInstrInfo.h>
#include <llvm/MC/MCRegisterInfo.h>
#include <llvm/MC/MCSubtargetInfo.h>
#include <llvm/MC/TargetRegistry.h>
#include <llvm/Object/ObjectFile.h>
#include <llvm/Support/Format.h>
#include <llvm/TargetParser/Triple.h>

extern "C" void LLVMInitializeBPFDisassembler();

namespace compiler {
namespace {

using namespace llvm;

constexpr uint64_t instructionSize = 8;

// LLVM's disassembler for BPF, and what it needs.
class Machine {
public:
  Machine() {
    LLVMInitializeBPFDisassembler();
    std::string error;
    const Target *target = TargetRegistry::lookupTarget(triple_.str(), error);
    registers_.reset(target->createMCRegInfo(triple_.str()));
    assembly_.reset(target->createMCAsmInfo(*registers_, triple_.str(), {}));
    instructions_.reset(target->createMCInstrInfo());
    subtarget_.reset(target->createMCSubtargetInfo(triple_.str(), targetCpu, ""));
    context_ = std::make_unique<MCContext>(triple_, assembly_.get(), registers_.get(), subtarget_.get());
    disassembler_.reset(target->createMCDisassembler(*subtarget_, *context_));
    printer_.reset(target->createMCInstPrinter(triple_, 0, *assembly_, *instructions_, *registers_));
  }

  // The first instruction of bytes; sets its size.
  std::string instruction(ArrayRef<uint8_t> bytes, uint64_t &size) {
    MCInst instruction;
    std::string text;
    raw_string_ostream out(text);
    if (disassembler_->getInstruction(instruction, size, bytes, 0, nulls()) == MCDisassembler::Success) {
      printer_->printInst(&instruction, 0, "", *subtarget_, out);
      return StringRef(text).trim().str();
    }
    size = instructionSize;
    return "<unknown>";
  }

private:
  Triple triple_{targetTriple()};
  std::unique_ptr<MCRegisterInfo> registers_;
  std::unique_ptr<MCAsmInfo> assembly_;
  std::unique_ptr<MCInstrInfo> instructions_;
  std::unique_ptr<MCSubtargetInfo> subtarget_;
  std::unique_ptr<MCContext> context_;
  std::unique_ptr<MCDisassembler> disassembler_;
  std::unique_ptr<MCInstPrinter> printer_;
};

class Printer {
public:
  Printer(const object::ObjectFile &object, raw_ostream &out) : object_(object), out_(out) {
    BTFParser::ParseOptions options;
    options.LoadLines = true;
    if (Error error = lines_.parse(object, options))
      consumeError(std::move(error));
  }

  void print() {
    for (const object::SectionRef &section : object_.sections())
      if (section.isText() && section.getSize())
        printSection(section);
  }

private:
  void printSection(const object::SectionRef &section) {
    StringRef bytes = cantFail(section.getContents());
    DenseMap<uint64_t, std::string> symbols = relocations(section);
    out_ << cantFail(section.getName()) << ":\n";
    for (uint64_t offset = 0, size; offset < bytes.size(); offset += size) {
      printLine({offset, section.getIndex()});
      std::string text = machine_.instruction(arrayRefFromStringRef(bytes.substr(offset)), size);
      out_ << format("%6u: ", unsigned(offset / instructionSize)) << text;
      if (std::string symbol = symbols.lookup(offset); !symbol.empty())
        out_ << "  # " << symbol;
      else if (const Helper *helper = calledHelper(text))
        out_ << "  # " << helper->name;
      out_ << '\n';
    }
  }

  // As in the verifier's log.
  void printLine(object::SectionedAddress address) {
    const BTF::BPFLineInfo *line = lines_.findLineInfo(address);
    if (!line)
      return;
    StringRef path = lines_.findString(line->FileNameOff), file = path.substr(path.rfind('/') + 1);
    StringRef text = lines_.findString(line->LineOff).trim();
    std::string shown = ("; " + text + " @ " + file + ":" + Twine(line->getLine()) + "\n").str();
    if (shown != shown_) // it may stand there for another column
      out_ << shown;
    shown_ = shown;
  }

  // The names of what instructions refer to.
  DenseMap<uint64_t, std::string> relocations(const object::SectionRef &wanted) {
    DenseMap<uint64_t, std::string> symbols;
    for (const object::SectionRef &section : object_.sections()) {
      auto target = section.getRelocatedSection();
      if (!target || *target == object_.section_end() || **target != wanted) {
        consumeError(target.takeError());
        continue;
      }
      for (const object::RelocationRef &relocation : section.relocations())
        symbols[relocation.getOffset()] = cantFail(relocation.getSymbol()->getName()).str();
    }
    return symbols;
  }

  static const Helper *calledHelper(StringRef text) {
    unsigned id;
    return text.consume_front("call ") && !text.getAsInteger(0, id) ? findHelper(id) : nullptr;
  }

  const object::ObjectFile &object_;
  raw_ostream &out_;
  BTFParser lines_;
  std::string shown_; // the last line
  Machine machine_;
};

} // namespace

std::string disassemble(StringRef object) {
  auto file = object::ObjectFile::createObjectFile(MemoryBufferRef(object, "object"));
  if (!file)
    return toString(file.takeError());
  std::string text;
  raw_string_ostream out(text);
  Printer(**file, out).print();
  return text;
}

} // namespace compiler
