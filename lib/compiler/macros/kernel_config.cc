/* SPDX-License-Identifier: Apache-2.0 */
#include "compiler/macros/kernel_config.h"

#include <llvm/ADT/Twine.h>

#include <fcntl.h>
#include <sys/utsname.h>
#include <unistd.h>
#include <zlib.h>

namespace compiler {
namespace {

// An empty text if there is no such file. Plain files are read as they are.
std::string readCompressed(const std::string &path, facts *facts) {
  std::string text;
  int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) {
    facts_add(facts, FACT_FILE, path.c_str(), nullptr, 0);
    return text;
  }
  facts_add_fd(facts, FACT_FILE, path.c_str(), fd);
  gzFile file = gzdopen(fd, "rb");
  if (!file) {
    close(fd);
    facts_spoil(facts);
    return text;
  }
  char buffer[65536];
  for (int n; (n = gzread(file, buffer, sizeof buffer)) > 0;)
    text.append(buffer, n);
  gzclose(file);
  return text;
}

} // namespace

KernelConfig KernelConfig::read(facts *facts) {
  utsname system;
  uname(&system);
  const std::string release = system.release;
  for (const std::string &path :
       {std::string("/proc/config.gz"), "/boot/config-" + release, "/lib/modules/" + release + "/config",
        "/lib/modules/" + release + "/build/.config"})
    if (std::string text = readCompressed(path, facts); !text.empty())
      return KernelConfig("\n" + text);
  return KernelConfig("");
}

std::optional<llvm::StringRef> KernelConfig::value(llvm::StringRef option) const {
  std::string line = ("\n" + llvm::Twine(option) + "=").str();
  size_t at = text_.find(line);
  if (at == std::string::npos)
    return std::nullopt;
  return llvm::StringRef(text_).substr(at + line.size()).take_until([](char c) { return c == '\n'; });
}

std::optional<llvm::StringRef> KernelConfig::macro(llvm::StringRef name) const {
  if (auto found = value(name); found && *found != "m")
    return *found == "y" ? "1" : *found;
  if (llvm::StringRef option = name; option.consume_back("_MODULE") && value(option) == llvm::StringRef("m"))
    return "1";
  // What kernels before 4.18 called it; programs of that time ask for it.
  if (name == "CONFIG_CC_STACKPROTECTOR")
    for (llvm::StringRef now : {"CONFIG_STACKPROTECTOR", "CONFIG_CC_STACKPROTECTOR_AUTO",
                                "CONFIG_CC_STACKPROTECTOR_REGULAR", "CONFIG_CC_STACKPROTECTOR_STRONG"})
      if (value(now) == llvm::StringRef("y"))
        return "1";
  return std::nullopt;
}

} // namespace compiler
