#include "tests/faults/failing_disk.h"

#include <utility>
#include <vector>

#include "tests/faults/quiet_logger.h"

namespace pulsetaker::testing {
namespace {

using rocksdb::FileOptions;
using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;
using rocksdb::Slice;

// Whether the call at hand fails.
class Faults {
 public:
  explicit Faults(FaultPlan& plan) : plan_(plan) {}

  IOStatus Meet(bool needs_room) {
    if (plan_.no_space && !needs_room) return IOStatus::OK();
    const std::int64_t call = ++plan_.calls;
    if (plan_.first == 0 || call < plan_.first ||
        (call > plan_.first && !plan_.from_then_on)) {
      return IOStatus::OK();
    }
    return plan_.no_space ? IOStatus::NoSpace("injected")
                          : IOStatus::IOError("injected");
  }
  IOStatus Call() { return Meet(/*needs_room=*/false); }
  IOStatus Write() { return Meet(/*needs_room=*/true); }

 private:
  FaultPlan& plan_;
};

Slice FirstHalf(const Slice& bytes) {
  return Slice(bytes.data(), bytes.size() / 2);
}

class FailingSequentialFile final
    : public rocksdb::FSSequentialFileOwnerWrapper {
 public:
  FailingSequentialFile(std::unique_ptr<rocksdb::FSSequentialFile>&& file,
                        Faults& faults)
      : FSSequentialFileOwnerWrapper(std::move(file)), faults_(faults) {}

  IOStatus Read(std::size_t size, const IOOptions& options, Slice* result,
                char* scratch, IODebugContext* debug) override {
    const IOStatus met = faults_.Call();
    if (!met.ok()) return met;
    return FSSequentialFileOwnerWrapper::Read(size, options, result, scratch,
                                              debug);
  }

 private:
  Faults& faults_;
};

class FailingRandomAccessFile final
    : public rocksdb::FSRandomAccessFileOwnerWrapper {
 public:
  FailingRandomAccessFile(std::unique_ptr<rocksdb::FSRandomAccessFile>&& file,
                          Faults& faults)
      : FSRandomAccessFileOwnerWrapper(std::move(file)), faults_(faults) {}

  IOStatus Read(std::uint64_t offset, std::size_t size,
                const IOOptions& options, Slice* result, char* scratch,
                IODebugContext* debug) const override {
    const IOStatus met = faults_.Call();
    if (!met.ok()) return met;
    return FSRandomAccessFileOwnerWrapper::Read(offset, size, options, result,
                                                scratch, debug);
  }
  // One by one, so that each is counted.
  IOStatus MultiRead(rocksdb::FSReadRequest* requests, std::size_t count,
                     const IOOptions& options, IODebugContext* debug) override {
    return FSRandomAccessFile::MultiRead(requests, count, options, debug);
  }

 private:
  Faults& faults_;
};

class FailingWritableFile final : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  FailingWritableFile(std::unique_ptr<rocksdb::FSWritableFile>&& file,
                      Faults& faults)
      : FSWritableFileOwnerWrapper(std::move(file)), faults_(faults) {}

  IOStatus Append(const Slice& bytes, const IOOptions& options,
                  IODebugContext* debug) override {
    const IOStatus met = faults_.Write();
    const IOStatus written = FSWritableFileOwnerWrapper::Append(
        met.ok() ? bytes : FirstHalf(bytes), options, debug);
    return met.ok() ? written : met;
  }
  IOStatus Append(const Slice& bytes, const IOOptions& options,
                  const rocksdb::DataVerificationInfo& /*info*/,
                  IODebugContext* debug) override {
    return Append(bytes, options, debug);
  }
  IOStatus Sync(const IOOptions& options, IODebugContext* debug) override {
    const IOStatus met = faults_.Call();
    return met.ok() ? FSWritableFileOwnerWrapper::Sync(options, debug) : met;
  }
  IOStatus Fsync(const IOOptions& options, IODebugContext* debug) override {
    const IOStatus met = faults_.Call();
    return met.ok() ? FSWritableFileOwnerWrapper::Fsync(options, debug) : met;
  }
  IOStatus RangeSync(std::uint64_t offset, std::uint64_t size,
                     const IOOptions& options, IODebugContext* debug) override {
    const IOStatus met = faults_.Call();
    if (!met.ok()) return met;
    return FSWritableFileOwnerWrapper::RangeSync(offset, size, options, debug);
  }
  IOStatus Truncate(std::uint64_t size, const IOOptions& options,
                    IODebugContext* debug) override {
    const IOStatus met = faults_.Call();
    if (!met.ok()) return met;
    return FSWritableFileOwnerWrapper::Truncate(size, options, debug);
  }
  IOStatus Close(const IOOptions& options, IODebugContext* debug) override {
    const IOStatus met = faults_.Call();
    const IOStatus closed = FSWritableFileOwnerWrapper::Close(options, debug);
    return met.ok() ? closed : met;
  }

 private:
  Faults& faults_;
};

class FailingReadWriteFile final : public rocksdb::FSRandomRWFileOwnerWrapper {
 public:
  FailingReadWriteFile(std::unique_ptr<rocksdb::FSRandomRWFile>&& file,
                       Faults& faults)
      : FSRandomRWFileOwnerWrapper(std::move(file)), faults_(faults) {}

  IOStatus Write(std::uint64_t offset, const Slice& bytes,
                 const IOOptions& options, IODebugContext* debug) override {
    const IOStatus met = faults_.Write();
    const IOStatus written = FSRandomRWFileOwnerWrapper::Write(
        offset, met.ok() ? bytes : FirstHalf(bytes), options, debug);
    return met.ok() ? written : met;
  }
  IOStatus Read(std::uint64_t offset, std::size_t size,
                const IOOptions& options, Slice* result, char* scratch,
                IODebugContext* debug) const override {
    const IOStatus met = faults_.Call();
    if (!met.ok()) return met;
    return FSRandomRWFileOwnerWrapper::Read(offset, size, options, result,
                                            scratch, debug);
  }
  IOStatus Sync(const IOOptions& options, IODebugContext* debug) override {
    const IOStatus met = faults_.Call();
    return met.ok() ? FSRandomRWFileOwnerWrapper::Sync(options, debug) : met;
  }

 private:
  Faults& faults_;
};

class FailingFolder final : public rocksdb::FSDirectoryWrapper {
 public:
  FailingFolder(std::unique_ptr<rocksdb::FSDirectory>&& folder, Faults& faults)
      : FSDirectoryWrapper(std::move(folder)), faults_(faults) {}

  IOStatus Fsync(const IOOptions& options, IODebugContext* debug) override {
    const IOStatus met = faults_.Call();
    return met.ok() ? FSDirectoryWrapper::Fsync(options, debug) : met;
  }
  IOStatus FsyncWithDirOptions(const IOOptions& options, IODebugContext* debug,
                               const rocksdb::DirFsyncOptions& why) override {
    const IOStatus met = faults_.Call();
    if (!met.ok()) return met;
    return FSDirectoryWrapper::FsyncWithDirOptions(options, debug, why);
  }

 private:
  Faults& faults_;
};

class FailingDisk final : public rocksdb::FileSystemWrapper {
 public:
  explicit FailingDisk(FaultPlan& plan)
      : FileSystemWrapper(FileSystem::Default()), faults_(plan) {}

  const char* Name() const override { return "FailingDisk"; }

  IOStatus NewSequentialFile(const std::string& path,
                             const FileOptions& options,
                             std::unique_ptr<rocksdb::FSSequentialFile>* file,
                             IODebugContext* debug) override {
    IOStatus status = faults_.Call();
    if (!status.ok()) return status;
    std::unique_ptr<rocksdb::FSSequentialFile> inner;
    status = target()->NewSequentialFile(path, options, &inner, debug);
    return Wrap<FailingSequentialFile>(status, inner, file);
  }
  IOStatus NewRandomAccessFile(
      const std::string& path, const FileOptions& options,
      std::unique_ptr<rocksdb::FSRandomAccessFile>* file,
      IODebugContext* debug) override {
    IOStatus status = faults_.Call();
    if (!status.ok()) return status;
    std::unique_ptr<rocksdb::FSRandomAccessFile> inner;
    status = target()->NewRandomAccessFile(path, options, &inner, debug);
    return Wrap<FailingRandomAccessFile>(status, inner, file);
  }
  IOStatus NewWritableFile(const std::string& path, const FileOptions& options,
                           std::unique_ptr<rocksdb::FSWritableFile>* file,
                           IODebugContext* debug) override {
    IOStatus status = faults_.Write();
    if (!status.ok()) return status;
    std::unique_ptr<rocksdb::FSWritableFile> inner;
    status = target()->NewWritableFile(path, options, &inner, debug);
    return Wrap<FailingWritableFile>(status, inner, file);
  }
  IOStatus ReopenWritableFile(const std::string& path,
                              const FileOptions& options,
                              std::unique_ptr<rocksdb::FSWritableFile>* file,
                              IODebugContext* debug) override {
    IOStatus status = faults_.Write();
    if (!status.ok()) return status;
    std::unique_ptr<rocksdb::FSWritableFile> inner;
    status = target()->ReopenWritableFile(path, options, &inner, debug);
    return Wrap<FailingWritableFile>(status, inner, file);
  }
  IOStatus NewRandomRWFile(const std::string& path, const FileOptions& options,
                           std::unique_ptr<rocksdb::FSRandomRWFile>* file,
                           IODebugContext* debug) override {
    IOStatus status = faults_.Call();
    if (!status.ok()) return status;
    std::unique_ptr<rocksdb::FSRandomRWFile> inner;
    status = target()->NewRandomRWFile(path, options, &inner, debug);
    return Wrap<FailingReadWriteFile>(status, inner, file);
  }
  IOStatus NewDirectory(const std::string& path, const IOOptions& options,
                        std::unique_ptr<rocksdb::FSDirectory>* folder,
                        IODebugContext* debug) override {
    IOStatus status = faults_.Call();
    if (!status.ok()) return status;
    std::unique_ptr<rocksdb::FSDirectory> inner;
    status = target()->NewDirectory(path, options, &inner, debug);
    return Wrap<FailingFolder>(status, inner, folder);
  }
  IOStatus NewLogger(const std::string& /*path*/, const IOOptions& /*options*/,
                     std::shared_ptr<rocksdb::Logger>* logger,
                     IODebugContext* /*debug*/) override {
    *logger = std::make_shared<QuietLogger>();
    return IOStatus::OK();
  }

  IOStatus FileExists(const std::string& path, const IOOptions& options,
                      IODebugContext* debug) override {
    const IOStatus met = faults_.Call();
    return met.ok() ? target()->FileExists(path, options, debug) : met;
  }
  IOStatus GetChildren(const std::string& path, const IOOptions& options,
                       std::vector<std::string>* names,
                       IODebugContext* debug) override {
    const IOStatus met = faults_.Call();
    return met.ok() ? target()->GetChildren(path, options, names, debug) : met;
  }
  IOStatus GetFileSize(const std::string& path, const IOOptions& options,
                       std::uint64_t* size, IODebugContext* debug) override {
    const IOStatus met = faults_.Call();
    return met.ok() ? target()->GetFileSize(path, options, size, debug) : met;
  }
  IOStatus CreateDir(const std::string& path, const IOOptions& options,
                     IODebugContext* debug) override {
    const IOStatus met = faults_.Write();
    return met.ok() ? target()->CreateDir(path, options, debug) : met;
  }
  IOStatus CreateDirIfMissing(const std::string& path, const IOOptions& options,
                              IODebugContext* debug) override {
    const IOStatus met = faults_.Write();
    return met.ok() ? target()->CreateDirIfMissing(path, options, debug) : met;
  }
  IOStatus DeleteFile(const std::string& path, const IOOptions& options,
                      IODebugContext* debug) override {
    const IOStatus met = faults_.Call();
    return met.ok() ? target()->DeleteFile(path, options, debug) : met;
  }
  IOStatus RenameFile(const std::string& path, const std::string& target_path,
                      const IOOptions& options,
                      IODebugContext* debug) override {
    const IOStatus met = faults_.Call();
    if (!met.ok()) return met;
    return target()->RenameFile(path, target_path, options, debug);
  }
  IOStatus LockFile(const std::string& path, const IOOptions& options,
                    rocksdb::FileLock** lock, IODebugContext* debug) override {
    const IOStatus met = faults_.Call();
    return met.ok() ? target()->LockFile(path, options, lock, debug) : met;
  }
  IOStatus GetFreeSpace(const std::string& path, const IOOptions& options,
                        std::uint64_t* bytes, IODebugContext* debug) override {
    const IOStatus met = faults_.Call();
    return met.ok() ? target()->GetFreeSpace(path, options, bytes, debug) : met;
  }

 private:
  template <typename Wrapper, typename File>
  IOStatus Wrap(const IOStatus& opened, std::unique_ptr<File>& inner,
                std::unique_ptr<File>* file) {
    if (opened.ok()) {
      *file = std::make_unique<Wrapper>(std::move(inner), faults_);
    }
    return opened;
  }

  Faults faults_;
};

}  // namespace

std::unique_ptr<rocksdb::Env> NewFailingEnv(FaultPlan& plan) {
  return rocksdb::NewCompositeEnv(std::make_shared<FailingDisk>(plan));
}

}  // namespace pulsetaker::testing
