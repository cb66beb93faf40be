/* SPDX-License-Identifier: Apache-2.0 */
// The passes over a module's IR, in the order in which compile.cc runs them. Each changes the module in place and
// reports what only IR can show to the diagnostics, at the user's line.
#ifndef CBCC_PASSES_H
#define CBCC_PASSES_H

#include "compiler/diagnostics.h"
#include "compiler/front_end.h"
#include "readers/event_names.h"

#include <llvm/IR/Module.h>

namespace compiler {

// Accesses to the fields of packets become loads from the packet and stores to it.
void lowerPackets(llvm::Module &module, Diagnostics &diagnostics);

// Takes out of debug information what BTF does not say: variables of functions, and the members of the kernel's types
// where BTF is not to describe them.
void pruneDebugInfo(llvm::Module &module);

// Gives debug information the text where clang left it out, so that the verifier's log can quote it.
void embedSource(llvm::Module &module, llvm::StringRef name, llvm::StringRef text);

// What the loader must know of a map (struct compiled_map).
struct MapUse {
  std::string name;
  map_sharing sharing;
  std::string path;                                         // "" if there is none
  std::vector<std::pair<uint32_t, std::string>> slots = {}; // of a program array: functions by index
  std::string event = ""; // the type that programs submit; "" if it is no struct
  uint64_t eventSize = 0; // if it is one and the same for all
  map_histogram histogram = MAP_NO_HISTOGRAM;
};

// Maps in the dialect's form become maps as libbpf knows them, calls of their methods calls of helpers.
void lowerMaps(llvm::Module &module, std::vector<MapUse> &maps, Diagnostics &diagnostics);

// The maps that the text declares in libbpf's form, in the section ".maps". What they say of programs in program arrays
// is taken out of them: libbpf wants all programs in one object for that.
void listLibbpfMaps(llvm::Module &module, std::vector<MapUse> &maps);

// Fills in the events of maps, in either form, by the calls of helpers that submit them, and describes their types in BTF.
constexpr llvm::StringLiteral eventVariablePrefix = EVENT_VARIABLE_PREFIX;
constexpr llvm::StringLiteral eventSection = EVENT_SECTION;
void noteEvents(llvm::Module &module, std::vector<MapUse> &maps);

// After inlining: the histograms whose keys come from bpf_log2() and bpf_log2l().
void noteHistograms(const llvm::Module &module, std::vector<MapUse> &maps);

// CO-RE relocations of types that come from the running kernel become the offsets that they have there; if the object is
// to be portable, only those of types without a name.
void resolveKernelAccesses(llvm::Module &module, bool portable);

// What is left of CO-RE becomes what the code generator relocates; run is to run the target's passes, which do that.
void lowerCoreAccesses(llvm::Module &module, llvm::function_ref<void()> run);

// In a text whose functions stand in sections as libbpf knows them, functions that the text itself calls are no
// programs: takes them out of entries. Those that are not to be inlined get this attribute.
constexpr llvm::StringLiteral subprogramAttribute = "cbcc-subprogram";
void separateSubprograms(llvm::Module &module, std::vector<Entry> &entries);

// Calls of BPF helpers become calls of their ids.
void lowerHelperCalls(llvm::Module &module, uint32_t kernelVersion, Diagnostics &diagnostics);

// A call of the dialect's bpf_trace_printk(format, ...). Used by lowerHelperCalls().
void lowerTracePrintk(llvm::CallInst &call, uint32_t kernelVersion, Diagnostics &diagnostics);

// For a private trace stream: calls of bpf_trace_printk() become records in a ring buffer, which is added to maps. What is
// to be printed is in formats, by the numbers in the records. Runs before lowerHelperCalls().
void lowerPrivateTrace(llvm::Module &module, std::vector<MapUse> &maps, std::vector<std::string> &formats,
                       Diagnostics &diagnostics);

// After inlining: fills in what of these records depends on the program that writes them.
void completePrivateTrace(llvm::Module &module, const std::vector<Entry> &entries);

// Every entry becomes a program in a section of its own, or in the text's if that says what runs it, that takes the
// context only: its further parameters are loaded from the registers. All other functions are to be inlined, but for
// those that separateSubprograms() keeps apart.
void makePrograms(llvm::Module &module, const std::vector<Entry> &entries, bool syscallWrapper,
                  Diagnostics &diagnostics);

// The license section, if the text has none.
void addLicense(llvm::Module &module, llvm::StringRef license);

// Adds the section version if the environment asks for it (version.cc).
void addVersion(llvm::Module &module, Diagnostics &diagnostics);

// Before inlining: no program may become larger than programs may be.
void checkSizes(const llvm::Module &module, Diagnostics &diagnostics);

// Relaxed atomic loads and stores become plain accesses; what else BPF has no instruction for is an error.
void lowerAtomics(llvm::Module &module, Diagnostics &diagnostics);

// After inlining, in tracing programs: reads of memory that is not the program's own, the kernel's or a user
// process's, become calls of a probe read helper. Writes to it are errors.
void makeProbeReads(llvm::Module &module, const std::vector<Entry> &entries, Diagnostics &diagnostics);

// After inlining: indices that were tested stay what was tested, for the verifier.
void keepBounds(llvm::Module &module);

// After inlining: what no BPF program can do. No call may be left but those of helpers.
void checkInstructions(const llvm::Module &module, Diagnostics &diagnostics);

// When all is optimised: additions to pointers to the stack, and atomic ones, stay additions in the code (additions.cc).
void keepAdditions(llvm::Module &module);

// When all is optimised: what a path leaves without a value is 0 there (undefined.cc).
void defineValues(llvm::Module &module);

// When all is optimised: no program may use a variable whose initial value has pointers (static_pointers.cc).
void checkStaticPointers(const llvm::Module &module, Diagnostics &diagnostics);

// Whether a program loads from its context, or hands it to something that may.
bool readsContext(const llvm::Function &program);

// Takes from a program's symbol, which names it in the kernel, the prefix that says what it is attached to. Returns the
// symbol, which no other function or variable has.
llvm::StringRef shortenName(llvm::Function &program);

} // namespace compiler

#endif
