/* SPDX-License-Identifier: Apache-2.0 */
#include "compiler/files.h"
#include "compiler/kernel_headers.h"
#include "compiler/fact_recorder.h"

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

// Below these directories every header exists: BCC's, which is the first, and the kernel's.
constexpr llvm::StringLiteral kernelDirectories[] = {
    "bcc/",    "linux/",  "uapi/",   "asm/",   "asm-generic/", "net/",       "rdma/", "sound/",
    "scsi/",   "acpi/",   "crypto/", "drm/",   "dt-bindings/", "generated/", "keys/", "kvm/",
    "media/",  "memory/", "misc/",   "mtd/",   "net/",         "pcmcia/",    "ras/",  "soc/",
    "target/", "trace/",  "vdso/",   "video/", "xen/"};

// Kernel headers come into being when they are looked for.
class Headers : public llvm::vfs::ProxyFileSystem {
public:
  Headers(llvm::IntrusiveRefCntPtr<llvm::vfs::InMemoryFileSystem> files,
          llvm::ArrayRef<llvm::StringLiteral> directories, facts *facts)
      : ProxyFileSystem(files), files_(std::move(files)), directories_(directories), facts_(facts) {}

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
      return noteText(name);
    bool isHeader = relative.ends_with(".h");
    std::string directory = isHeader ? relative.str() : (relative + "/").str();
    for (llvm::StringRef known : directories_) {
      if (!llvm::StringRef(directory).starts_with(known))
        continue;
      files_->addFile(isHeader ? name.str() : (name + "/.directory").str(), 0,
                      llvm::MemoryBuffer::getMemBuffer(""));
      return;
    }
  }

  // Where a text with a relative name is, in absolute terms, depends on the working directory.
  void noteText(llvm::StringRef path) {
    if (!facts_ || !llvm::sys::path::is_absolute(path))
      return;
    if (auto found = files_->status(path); found && found->isRegularFile())
      facts_spoil(facts_);
  }

  llvm::IntrusiveRefCntPtr<llvm::vfs::InMemoryFileSystem> files_;
  llvm::ArrayRef<llvm::StringLiteral> directories_;
  facts *facts_; // null: not wanted, or the text's name is absolute
};

// The real files: those that are files. A pipe or a device would be waited for, or read without an end.
class RegularFiles : public llvm::vfs::ProxyFileSystem {
public:
  using ProxyFileSystem::ProxyFileSystem;

  llvm::ErrorOr<std::unique_ptr<llvm::vfs::File>> openFileForRead(const llvm::Twine &path) override {
    llvm::ErrorOr<llvm::vfs::Status> found = ProxyFileSystem::status(path);
    if (!found)
      return found.getError();
    if (found->isDirectory())
      return std::make_error_code(std::errc::is_a_directory);
    if (!found->isRegularFile())
      return std::make_error_code(std::errc::invalid_argument);
    if (found->getSize() > largestFile)
      return std::make_error_code(std::errc::file_too_large);
    return ProxyFileSystem::openFileForRead(path);
  }

private:
  static constexpr uint64_t largestFile = FACT_FILE_MAX;
};

// In a last line without a newline, clang finds every column by going through the line.
std::unique_ptr<llvm::MemoryBuffer> withNewline(llvm::StringRef text, llvm::StringRef name) {
  if (text.ends_with("\n"))
    return llvm::MemoryBuffer::getMemBuffer(text, name);
  return llvm::MemoryBuffer::getMemBufferCopy((text + "\n").str(), name);
}

} // namespace

llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem> createFiles(const compile_request &request) {
  llvm::StringRef name = request.name, text(request.text, request.text_size);
  // Not getRealFileSystem(), which all share.
  llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem> real(llvm::vfs::createPhysicalFileSystem().release());
  auto memory = llvm::makeIntrusiveRefCnt<llvm::vfs::InMemoryFileSystem>();
  if (auto directory = real->getCurrentWorkingDirectory())
    memory->setCurrentWorkingDirectory(*directory);
  memory->addFile(name, 0, withNewline(text, name));
  for (const Header &header : dialect)
    memory->addFile(headerDirectory + "/" + header.path, 0, llvm::MemoryBuffer::getMemBuffer(header.text));
  if (request.usdt_readers)
    memory->addFile(usdtReadersFile, 0, llvm::MemoryBuffer::getMemBuffer(request.usdt_readers));
  auto files = llvm::makeIntrusiveRefCnt<llvm::vfs::OverlayFileSystem>(
      recordFiles(llvm::makeIntrusiveRefCnt<RegularFiles>(real), request.facts));
  facts *asked = llvm::sys::path::is_absolute(name) ? nullptr : request.facts;
  llvm::ArrayRef<llvm::StringLiteral> directories(kernelDirectories);
  files->pushOverlay(llvm::makeIntrusiveRefCnt<Headers>(
      memory, usesKernelHeaders(request) ? directories.take_front(1) : directories, asked));
  return files;
}

} // namespace compiler
