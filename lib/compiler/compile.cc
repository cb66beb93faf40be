/* SPDX-License-Identifier: Apache-2.0 */
// The compile from text to object, stage by stage.
#include "compiler/compiler.h"
#include "compiler/diagnostics.h"
#include "compiler/disassembly.h"
#include "compiler/emit.h"
#include "compiler/front_end.h"
#include "compiler/guard.h"
#include "compiler/kernel_headers.h"
#include "compiler/llvm_compat.h"
#include "compiler/passes/assembly.h"
#include "compiler/passes/passes.h"
#include "module/compiled.h"

#include <llvm/IR/Verifier.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace compiler {
namespace {

struct CompiledFunction {
  std::string name, symbol, section, context;
  bool readsContext;

  bool operator<(const CompiledFunction &other) const { return name < other.name; }
};

// What a compile gives, before it becomes plain C.
struct Output {
  llvm::SmallVector<char, 0> object;
  std::vector<CompiledFunction> functions;
  std::vector<MapUse> maps;
  std::vector<std::string> traceFormats;
  std::vector<std::string> debug;
};

bool hasBudget(Diagnostics &diagnostics) {
  std::string problem = exhaustedBudget();
  if (!problem.empty())
    diagnostics.error("compiling this takes " + problem);
  return problem.empty();
}

void runPasses(llvm::Module &module, Unit &unit, const compile_request &request, Diagnostics &diagnostics,
               llvm::TargetMachine &machine, Output &output) {
  resolveKernelAccesses(module, request.portable);
  lowerPackets(module, diagnostics);
  embedSource(module, request.name, {request.text, request.text_size});
  listLibbpfMaps(module, output.maps);
  lowerMaps(module, output.maps, diagnostics);
  if (request.private_trace)
    lowerPrivateTrace(module, output.maps, output.traceFormats, diagnostics);
  lowerHelperCalls(module, request.kernel_version, diagnostics);
  noteEvents(module, output.maps);
  pruneDebugInfo(module);
  separateSubprograms(module, unit.entries);
  makePrograms(module, unit.entries, request.syscall_wrapper, diagnostics);
  addLicense(module, unit.license);
  addVersion(module, diagnostics);
  checkSizes(module, diagnostics);
  if (diagnostics.hasErrors())
    return;
  inlineAndSimplify(module, machine);
  if (!hasBudget(diagnostics))
    return;
  noteHistograms(module, output.maps);
  if (request.private_trace)
    completePrivateTrace(module, unit.entries);
  makeProbeReads(module, unit.entries, diagnostics);
  keepBounds(module);
  lowerAtomics(module, diagnostics);
  checkInstructions(module, diagnostics);
  checkAssembly(module, request.name, diagnostics);
  std::string problem;
  llvm::raw_string_ostream out(problem);
  if (llvm::verifyModule(module, &out))
    diagnostics.error("internal error: " + problem);
}

void collectIR(llvm::StringRef when, const llvm::Module &module, const compile_request &request,
               Output &output) {
  if (!(request.debug & CBCC_DEBUG_LLVM_IR))
    return;
  std::string text;
  llvm::raw_string_ostream out(text);
  out << "; " << when << '\n';
  module.print(out, nullptr);
  output.debug.push_back(std::move(text));
}

void compileText(const compile_request &request, Diagnostics &diagnostics, Output &output) {
  if (request.debug & CBCC_DEBUG_PREPROCESSOR)
    output.debug.push_back(preprocess(request));
  llvm::LLVMContext context;
  diagnostics.attach(context);
  context.setDiscardValueNames(!(request.debug & CBCC_DEBUG_LLVM_IR));
  Unit unit = parse(request, context, diagnostics);
  if (!unit.module)
    return;
  collectIR("The text's IR, before the passes", *unit.module, request, output);
  std::unique_ptr<llvm::TargetMachine> machine = createTargetMachine();
  runPasses(*unit.module, unit, request, diagnostics, *machine, output);
  if (diagnostics.hasErrors() || !hasBudget(diagnostics))
    return;
  lowerCoreAccesses(*unit.module, [&] { runTargetPasses(*unit.module, *machine); });
  optimise(*unit.module, *machine);
  keepAdditions(*unit.module);
  defineValues(*unit.module);
  checkStaticPointers(*unit.module, diagnostics);
  if (!hasBudget(diagnostics))
    return;
  for (const Entry &entry : unit.entries)
    if (llvm::Function *program = unit.module->getFunction(entry.name))
      output.functions.push_back({entry.name, shortenName(*program).str(), entry.section, entry.contextType,
                                  readsContext(*program)});
  collectIR("The IR as given to the code generator", *unit.module, request, output);
  output.object = emit(*unit.module, *machine);
  if (diagnostics.hasErrors() || !hasBudget(diagnostics))
    output.object.clear();
  else if (request.debug & CBCC_DEBUG_SOURCE)
    output.debug.push_back(disassemble({output.object.data(), output.object.size()}));
}

char *copyText(llvm::StringRef text) { return strndup(text.data(), text.size()); }

char *copyIfAny(const std::string &text) { return text.empty() ? nullptr : copyText(text); }

int storeSlots(const MapUse &map, compiled_map &stored) {
  stored.slots = static_cast<compiled_slot *>(calloc(map.slots.size() + 1, sizeof(compiled_slot)));
  if (!stored.slots)
    return -ENOMEM;
  for (const auto &[index, function] : map.slots) {
    compiled_slot &slot = stored.slots[stored.nslots++];
    slot = {index, copyText(function)};
    if (!slot.function)
      return -ENOMEM;
  }
  return 0;
}

int storeMaps(const std::vector<MapUse> &maps, compiled &result) {
  result.maps = static_cast<compiled_map *>(calloc(maps.size() + 1, sizeof(compiled_map)));
  if (!result.maps)
    return -ENOMEM;
  for (const MapUse &map : maps) {
    compiled_map &stored = result.maps[result.nmaps++];
    stored = {copyText(map.name),   map.sharing,   map.histogram, copyIfAny(map.path),
              copyIfAny(map.event), map.eventSize, nullptr,       0};
    if (storeSlots(map, stored) || !stored.name || (!stored.path && !map.path.empty()) ||
        (!stored.event && !map.event.empty()))
      return -ENOMEM;
  }
  return 0;
}

int storeTraceFormats(const std::vector<std::string> &formats, compiled &result) {
  result.trace_formats = static_cast<char **>(calloc(formats.size() + 1, sizeof(char *)));
  if (!result.trace_formats)
    return -ENOMEM;
  for (const std::string &format : formats) {
    char *&stored = result.trace_formats[result.ntrace_formats++];
    stored = copyText(format);
    if (!stored)
      return -ENOMEM;
  }
  return 0;
}

int store(Output &output, compiled &result) {
  std::sort(output.functions.begin(), output.functions.end());
  result.object = malloc(output.object.size());
  result.functions =
      static_cast<compiled_function *>(calloc(output.functions.size() + 1, sizeof(compiled_function)));
  if (!result.object || !result.functions)
    return -ENOMEM;
  std::memcpy(result.object, output.object.data(), output.object.size());
  result.object_size = output.object.size();
  for (const CompiledFunction &made : output.functions) {
    compiled_function &function = result.functions[result.nfunctions++];
    function = {copyText(made.name), copyText(made.symbol), copyIfAny(made.section), copyIfAny(made.context),
                made.readsContext};
    if (!function.name || !function.symbol || (!function.section && !made.section.empty()) ||
        (!function.context && !made.context.empty()))
      return -ENOMEM;
  }
  int err = storeTraceFormats(output.traceFormats, result);
  return err ? err : storeMaps(output.maps, result);
}

// One compile. Left as it is when the compile was given up.
struct Job {
  explicit Job(const compile_request &request)
      : diagnostics({request.text, request.text_size}, request.name) {}

  Diagnostics diagnostics;
  Output output;
};

// CBCC_COMPILE_TIME=600, in seconds: for emulated processors, whose time is what the emulator takes.
void readTimeLimit(Limits &limits, Diagnostics &diagnostics) {
  constexpr char variable[] = "CBCC_COMPILE_TIME";
  constexpr uint32_t most = 24 * 60 * 60;
  const char *given = secure_getenv(variable);
  uint32_t seconds;
  if (!given || !*given)
    return;
  if (llvm::StringRef(given).getAsInteger(10, seconds) || seconds == 0 || seconds > most)
    return diagnostics.error(llvm::Twine(variable) + "='" + given + "' is no number of seconds");
  limits.milliseconds = int64_t(seconds) * 1000;
}

Limits limitsOf(const compile_request &request, Diagnostics &diagnostics) {
  Limits limits = defaultLimits;
  if (usesKernelHeaders(request))
    limits.milliseconds *= 2;
  readTimeLimit(limits, diagnostics);
  if (request.memory_limit)
    limits.memory = request.memory_limit;
  if (request.time_limit)
    limits.milliseconds = request.time_limit;
  return limits;
}

// What LLVM's words for giving up mean for the text.
std::string explain(std::string fatal) {
  if (fatal == "Branch target out of insn range")
    fatal += "; a program is too large: some condition or loop in it has more than 32767 instructions";
  return fatal;
}

int compile(const compile_request *request, compiled *result) {
  auto job = std::make_unique<Job>(*request);
  std::string fatal;
  *result = {};
  const Limits limits = limitsOf(*request, job->diagnostics);
  int err = job->diagnostics.hasErrors()
                ? -EINVAL
                : runGuarded([&] { compileText(*request, job->diagnostics, job->output); }, limits, fatal);
  if (err == -EFAULT) {
    job.release();
    job = std::make_unique<Job>(*request);
    job->diagnostics.error("the compiler cannot compile this: " + explain(fatal));
    err = -EINVAL;
  }
  for (const std::string &text : job->output.debug)
    if (request->log)
      request->log(request->log_ctx, CBCC_LOG_DEBUG, text.c_str());
  if (!err)
    err = job->output.object.empty() ? -EINVAL : store(job->output, *result);
  std::string text = job->diagnostics.take();
  if (!text.empty())
    result->diagnostics = copyText(text);
  return err;
}

} // namespace
} // namespace compiler

extern "C" __attribute__((visibility("default"))) const compiler_api cbcc_compiler = {
    COMPILER_ABI,
    compiler::compile,
    compiled_release,
};
