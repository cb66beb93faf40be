/* SPDX-License-Identifier: Apache-2.0 */
#include "compiler/files.h"

#include <llvm/ADT/SmallString.h>
#include <llvm/Support/MemoryBuffer.h>
#include <llvm/Support/Path.h>

namespace compiler {
namespace {

struct Header {
  llvm::StringLiteral path;
  llvm::StringLiteral text;
};

// Generated from dialect/: { "cbcc/prelude.h", R"(...)" },
constexpr Header dialect[] = {
#include "dialect.inc"
// Likewise, libbpf's own headers for programs.
#include "libbpf.inc"
};

// Below these directories every header exists.
constexpr llvm::StringLiteral kernelDirectories[] = {
    "linux/",  "uapi/",   "asm/",    "asm-generic/", "net/",         "rdma/",      "sound/", "scsi/",
    "bcc/",    "acpi/",   "crypto/", "drm/",         "dt-bindings/", "generated/", "keys/",  "kvm/",
    "media/",  "memory/", "misc/",   "mtd/",         "net/",         "pcmcia/",    "ras/",   "soc/",
    "target/", "trace/",  "vdso/",   "video/",       "xen/"};

// Kernel headers come into being when they are looked for.
class Headers : public llvm::vfs::ProxyFileSystem {
public:
  explicit Headers(llvm::IntrusiveRefCntPtr<llvm::vfs::InMemoryFileSystem> files)
      : ProxyFileSystem(files), files_(std::move(files)) {}

  llvm::ErrorOr<llvm::vfs::Status> status(const llvm::Twine &path) override {
    provide(path);
    return ProxyFileSystem::status(path);
  }
  llvm::ErrorOr<std::unique_ptr<llvm::vfs::File>> openFileForRead(const llvm::Twine &path) override {
    provide(path);
    return ProxyFileSystem::openFileForRead(path);
  }

private:
  // clang asks for a file's directory first, so a directory must answer before its files are known.
  void provide(const llvm::Twine &path) {
    llvm::SmallString<128> name;
    path.toVector(name);
    llvm::StringRef relative = name;
    if (!relative.consume_front(headerDirectory) || !relative.consume_front("/"))
      return;
    bool isHeader = relative.ends_with(".h");
    std::string directory = isHeader ? relative.str() : (relative + "/").str();
    for (llvm::StringRef known : kernelDirectories) {
      if (!llvm::StringRef(directory).starts_with(known))
        continue;
      files_->addFile(isHeader ? name.str() : (name + "/.directory").str(), 0,
                      llvm::MemoryBuffer::getMemBuffer(""));
      return;
    }
  }

  llvm::IntrusiveRefCntPtr<llvm::vfs::InMemoryFileSystem> files_;
};

} // namespace

llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem> createFiles(llvm::StringRef name, llvm::StringRef text) {
  // Not getRealFileSystem(), which all share.
  llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem> real(llvm::vfs::createPhysicalFileSystem().release());
  auto memory = llvm::makeIntrusiveRefCnt<llvm::vfs::InMemoryFileSystem>();
  if (auto directory = real->getCurrentWorkingDirectory())
    memory->setCurrentWorkingDirectory(*directory);
  memory->addFile(name, 0, llvm::MemoryBuffer::getMemBuffer(text, name));
  for (const Header &header : dialect)
    memory->addFile(headerDirectory + "/" + header.path, 0, llvm::MemoryBuffer::getMemBuffer(header.text));
  auto files = llvm::makeIntrusiveRefCnt<llvm::vfs::OverlayFileSystem>(real);
  files->pushOverlay(llvm::makeIntrusiveRefCnt<Headers>(memory));
  return files;
}

} // namespace compiler
