#include "tests/faults/simulated_files.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace pulsetaker::testing {
namespace {

using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;
using rocksdb::Slice;
using Kind = DiskOperation::Kind;

// What an open file can do, whatever it was opened for.
class OpenFile {
 public:
  OpenFile(RecordedDisk& disk, int file) : disk_(disk), file_(file) {}

  IOStatus Read(std::uint64_t offset, std::size_t size, Slice* result,
                char* scratch) const {
    MutexLock lock(disk_.mutex);
    const std::string& content = disk_.state.content(file_);
    const std::size_t begin =
        std::min(static_cast<std::size_t>(offset), content.size());
    size = std::min(size, content.size() - begin);
    std::memcpy(scratch, content.data() + begin, size);
    *result = Slice(scratch, size);
    return IOStatus::OK();
  }

  IOStatus Write(std::uint64_t offset, const Slice& bytes) {
    MutexLock lock(disk_.mutex);
    disk_.Do({.kind = Kind::kWrite,
              .file = file_,
              .position = offset,
              .bytes = bytes.ToString()});
    return IOStatus::OK();
  }

  IOStatus Append(const Slice& bytes) { return Write(Size(), bytes); }

  IOStatus Truncate(std::uint64_t size) {
    MutexLock lock(disk_.mutex);
    disk_.Do({.kind = Kind::kTruncate, .file = file_, .position = size});
    return IOStatus::OK();
  }

  IOStatus Sync() {
    MutexLock lock(disk_.mutex);
    disk_.Do({.kind = Kind::kSyncFile, .file = file_});
    return IOStatus::OK();
  }

  std::uint64_t Size() const {
    MutexLock lock(disk_.mutex);
    return disk_.state.content(file_).size();
  }

 private:
  RecordedDisk& disk_;
  const int file_;
};

class SequentialFile final : public rocksdb::FSSequentialFile {
 public:
  SequentialFile(RecordedDisk& disk, int file) : file_(disk, file) {}

  IOStatus Read(std::size_t size, const IOOptions& /*options*/, Slice* result,
                char* scratch, IODebugContext* /*debug*/) override {
    const IOStatus read = file_.Read(offset_, size, result, scratch);
    offset_ += result->size();
    return read;
  }

  IOStatus Skip(std::uint64_t size) override {
    offset_ = std::min(offset_ + size, file_.Size());
    return IOStatus::OK();
  }

 private:
  const OpenFile file_;
  std::uint64_t offset_ = 0;
};

class RandomAccessFile final : public rocksdb::FSRandomAccessFile {
 public:
  RandomAccessFile(RecordedDisk& disk, int file) : file_(disk, file) {}

  IOStatus Read(std::uint64_t offset, std::size_t size,
                const IOOptions& /*options*/, Slice* result, char* scratch,
                IODebugContext* /*debug*/) const override {
    return file_.Read(offset, size, result, scratch);
  }

 private:
  const OpenFile file_;
};

class WritableFile final : public rocksdb::FSWritableFile {
 public:
  WritableFile(RecordedDisk& disk, int file) : file_(disk, file) {}

  using FSWritableFile::Append;
  IOStatus Append(const Slice& bytes, const IOOptions& /*options*/,
                  IODebugContext* /*debug*/) override {
    return file_.Append(bytes);
  }
  IOStatus Truncate(std::uint64_t size, const IOOptions& /*options*/,
                    IODebugContext* /*debug*/) override {
    // RocksDB cuts to the size that a file has, each time it closes one.
    return size == file_.Size() ? IOStatus::OK() : file_.Truncate(size);
  }
  IOStatus Sync(const IOOptions& /*options*/,
                IODebugContext* /*debug*/) override {
    return file_.Sync();
  }
  IOStatus Flush(const IOOptions& /*options*/,
                 IODebugContext* /*debug*/) override {
    return IOStatus::OK();
  }
  IOStatus Close(const IOOptions& /*options*/,
                 IODebugContext* /*debug*/) override {
    return IOStatus::OK();
  }
  bool IsSyncThreadSafe() const override { return true; }
  std::uint64_t GetFileSize(const IOOptions& /*options*/,
                            IODebugContext* /*debug*/) override {
    return file_.Size();
  }
  // Room is not content. And to have content written is not to have it synced.
  IOStatus Allocate(std::uint64_t /*offset*/, std::uint64_t /*size*/,
                    const IOOptions& /*options*/,
                    IODebugContext* /*debug*/) override {
    return IOStatus::OK();
  }
  IOStatus RangeSync(std::uint64_t /*offset*/, std::uint64_t /*size*/,
                     const IOOptions& /*options*/,
                     IODebugContext* /*debug*/) override {
    return IOStatus::OK();
  }

 private:
  OpenFile file_;
};

class ReadWriteFile final : public rocksdb::FSRandomRWFile {
 public:
  ReadWriteFile(RecordedDisk& disk, int file) : file_(disk, file) {}

  IOStatus Write(std::uint64_t offset, const Slice& bytes,
                 const IOOptions& /*options*/,
                 IODebugContext* /*debug*/) override {
    return file_.Write(offset, bytes);
  }
  IOStatus Read(std::uint64_t offset, std::size_t size,
                const IOOptions& /*options*/, Slice* result, char* scratch,
                IODebugContext* /*debug*/) const override {
    return file_.Read(offset, size, result, scratch);
  }
  IOStatus Flush(const IOOptions& /*options*/,
                 IODebugContext* /*debug*/) override {
    return IOStatus::OK();
  }
  IOStatus Sync(const IOOptions& /*options*/,
                IODebugContext* /*debug*/) override {
    return file_.Sync();
  }
  IOStatus Close(const IOOptions& /*options*/,
                 IODebugContext* /*debug*/) override {
    return IOStatus::OK();
  }

 private:
  OpenFile file_;
};

class Folder final : public rocksdb::FSDirectory {
 public:
  Folder(RecordedDisk& disk, std::string path)
      : disk_(disk), path_(std::move(path)) {}

  IOStatus Fsync(const IOOptions& /*options*/,
                 IODebugContext* /*debug*/) override {
    MutexLock lock(disk_.mutex);
    disk_.Do({.kind = Kind::kSyncFolder, .path = path_});
    return IOStatus::OK();
  }
  IOStatus Close(const IOOptions& /*options*/,
                 IODebugContext* /*debug*/) override {
    return IOStatus::OK();
  }

 private:
  RecordedDisk& disk_;
  const std::string path_;
};

}  // namespace

void RecordedDisk::Do(DiskOperation operation) {
  state.Apply(operation);
  operations.push_back(std::move(operation));
}

std::unique_ptr<rocksdb::FSSequentialFile> OpenToScan(RecordedDisk& disk,
                                                      int file) {
  return std::make_unique<SequentialFile>(disk, file);
}

std::unique_ptr<rocksdb::FSRandomAccessFile> OpenToRead(RecordedDisk& disk,
                                                        int file) {
  return std::make_unique<RandomAccessFile>(disk, file);
}

std::unique_ptr<rocksdb::FSWritableFile> OpenToAppend(RecordedDisk& disk,
                                                      int file) {
  return std::make_unique<WritableFile>(disk, file);
}

std::unique_ptr<rocksdb::FSRandomRWFile> OpenToOverwrite(RecordedDisk& disk,
                                                         int file) {
  return std::make_unique<ReadWriteFile>(disk, file);
}

std::unique_ptr<rocksdb::FSDirectory> OpenFolder(RecordedDisk& disk,
                                                 const std::string& path) {
  return std::make_unique<Folder>(disk, path);
}

}  // namespace pulsetaker::testing
