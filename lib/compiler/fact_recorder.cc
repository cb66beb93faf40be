/* SPDX-License-Identifier: Apache-2.0 */
#include "compiler/fact_recorder.h"

#include <clang/Lex/PPCallbacks.h>

#include <memory>

namespace compiler {
namespace {

using llvm::vfs::Status;

fact_status statusOf(const llvm::ErrorOr<Status> &found) {
  if (!found)
    return STATUS_ABSENT;
  if (found->isDirectory())
    return STATUS_DIRECTORY;
  return found->isRegularFile() ? STATUS_FILE : STATUS_OTHER;
}

// An open file, noted with the content that is read from it.
class RecordedFile : public llvm::vfs::File {
public:
  RecordedFile(std::unique_ptr<File> file, std::string path, facts *facts)
      : file_(std::move(file)), path_(std::move(path)), facts_(facts) {}

  llvm::ErrorOr<Status> status() override { return file_->status(); }
  llvm::ErrorOr<std::string> getName() override { return file_->getName(); }
  llvm::ErrorOr<std::unique_ptr<llvm::MemoryBuffer>> getBuffer(const llvm::Twine &name, int64_t size,
                                                               bool terminated, bool isVolatile) override {
    auto buffer = file_->getBuffer(name, size, terminated, isVolatile);
    if (buffer)
      facts_add(facts_, FACT_FILE, path_.c_str(), (*buffer)->getBufferStart(), (*buffer)->getBufferSize());
    else
      facts_spoil(facts_);
    return buffer;
  }
  std::error_code close() override { return file_->close(); }

private:
  std::unique_ptr<File> file_;
  std::string path_;
  facts *facts_;
};

class RecordedFiles : public llvm::vfs::ProxyFileSystem {
public:
  RecordedFiles(llvm::IntrusiveRefCntPtr<FileSystem> files, facts *facts)
      : ProxyFileSystem(std::move(files)), facts_(facts) {}

  llvm::ErrorOr<Status> status(const llvm::Twine &path) override {
    llvm::ErrorOr<Status> found = ProxyFileSystem::status(path);
    noteStatus(path.str(), statusOf(found));
    return found;
  }
  llvm::ErrorOr<std::unique_ptr<llvm::vfs::File>> openFileForRead(const llvm::Twine &path) override {
    auto file = ProxyFileSystem::openFileForRead(path);
    if (!file) {
      facts_add(facts_, FACT_FILE, path.str().c_str(), nullptr, 0);
      return file;
    }
    noteStatus(path.str(), STATUS_FILE);
    return std::make_unique<RecordedFile>(std::move(*file), path.str(), facts_);
  }
  llvm::vfs::directory_iterator dir_begin(const llvm::Twine &path, std::error_code &err) override {
    facts_spoil(facts_);
    return ProxyFileSystem::dir_begin(path, err);
  }

private:
  void noteStatus(const std::string &path, char status) {
    facts_add(facts_, FACT_STATUS, path.c_str(), &status, 1);
  }

  facts *facts_;
};

class ClockWatch : public clang::PPCallbacks {
public:
  explicit ClockWatch(facts *facts) : facts_(facts) {}

  void MacroExpands(const clang::Token &name, const clang::MacroDefinition &, clang::SourceRange,
                    const clang::MacroArgs *) override {
    llvm::StringRef macro = name.getIdentifierInfo()->getName();
    if (macro == "__DATE__" || macro == "__TIME__" || macro == "__TIMESTAMP__")
      facts_spoil(facts_);
  }

private:
  facts *facts_;
};

} // namespace

llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem>
recordFiles(llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem> files, facts *facts) {
  if (!facts)
    return files;
  return llvm::makeIntrusiveRefCnt<RecordedFiles>(std::move(files), facts);
}

void recordClock(clang::Preprocessor &preprocessor, facts *facts) {
  if (facts)
    preprocessor.addPPCallbacks(std::make_unique<ClockWatch>(facts));
}

} // namespace compiler
