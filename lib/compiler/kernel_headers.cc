/* SPDX-License-Identifier: Apache-2.0 */
#include "compiler/kernel_headers.h"
#include "compiler/files.h"
#include "compiler/llvm_compat.h"
#include "compiler/macros/macro_table.h"

namespace compiler {
namespace {

// The host's own macros, which headers test, and the folder that has its headers.
constexpr struct {
  const char *machine, *folder;
  const char *macros[6]; // and their values; the rest is null
} machines[] = {
    {"x86_64", "x86", {"__x86_64__", "__x86_64", "__amd64__", "__amd64", "__seg_gs=", "__seg_fs="}},
    {"aarch64", "arm64", {"__aarch64__", "__AARCH64EL__"}},
    {"s390x", "s390", {"__s390__", "__s390x__"}},
    {"ppc64le", "powerpc", {"__powerpc__", "__powerpc64__", "__PPC64__", "__LITTLE_ENDIAN__"}},
    {"riscv64", "riscv", {"__riscv", "__riscv_xlen=64"}},
    {"loongarch64", "loongarch", {"__loongarch__", "__loongarch64", "__loongarch_grlen=64"}},
    {"mips64", "mips", {"__mips__", "__mips=64", "_MIPS_SIM=_ABI64", "_MIPS_SZLONG=64"}},
};

constexpr const char *definitions[] = {
    "-D__KERNEL__",
    "-D__BPF_TRACING__",
    "-DKBUILD_MODNAME=\"bcc\"",
    "-DCC_USING_FENTRY",
    "-DCONFIG_CC_IS_CLANG=1",
    // Checks of sizes, by functions that are errors if they are called.
    "-D__NO_FORTIFY",
};

} // namespace

void addKernelHeaders(const compile_request &request, std::vector<std::string> &args) {
  const std::string source = request.headers_source, build = request.headers_build, machine = hostMachine();
  args.insert(args.end(), std::begin(definitions), std::end(definitions));
  std::string arch = machine;
  for (const auto &known : machines) {
    if (known.machine != machine)
      continue;
    arch = known.folder;
    for (const char *macro : known.macros)
      if (macro)
        args.push_back(std::string("-D") + macro);
  }
  args.push_back("-D__TARGET_ARCH_" + arch);
  for (const char *api : {"", "/uapi"}) {
    for (const std::string &folder :
         {source + "/arch/" + arch + "/include" + api, build + "/arch/" + arch + "/include/generated" + api,
          source + "/include" + api, build + "/include" + api, build + "/include/generated" + api}) {
      args.push_back("-internal-isystem");
      args.push_back(folder);
    }
  }
  args.push_back("-include");
  args.push_back(source + "/include/linux/kconfig.h");
}

} // namespace compiler
