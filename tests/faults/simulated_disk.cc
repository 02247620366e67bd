#include "tests/faults/simulated_disk.h"

#include <utility>

#include "tests/faults/quiet_logger.h"

namespace pulsetaker::testing {
namespace {

using rocksdb::FileOptions;
using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;
using rocksdb::Slice;

constexpr std::uint64_t kFreeBytes = std::uint64_t{1} << 40;

// Single slashes, and none at the end.
std::string Clean(const std::string& path) {
  std::string clean;
  for (const char c : path) {
    if (c != '/' || clean.empty() || clean.back() != '/') clean += c;
  }
  if (!clean.empty() && clean.back() == '/') clean.pop_back();
  return clean;
}

IOStatus Missing(const std::string& path) {
  return IOStatus::PathNotFound(path, "no such file or folder");
}

class PathLock final : public rocksdb::FileLock {
 public:
  explicit PathLock(std::string path) : path_(std::move(path)) {}
  const std::string& path() const { return path_; }

 private:
  const std::string path_;
};

}  // namespace

SimulatedDisk::SimulatedDisk(DiskState state) {
  MutexLock lock(disk_.mutex);
  disk_.state = std::move(state);
}

std::unique_ptr<rocksdb::Env> SimulatedDisk::NewEnv(
    std::shared_ptr<SimulatedDisk> disk) {
  return rocksdb::NewCompositeEnv(std::move(disk));
}

void SimulatedDisk::Remark(const std::string& what, std::uint64_t which) {
  MutexLock lock(disk_.mutex);
  disk_.Do({.kind = Kind::kRemark, .path = what, .position = which});
}

std::vector<DiskOperation> SimulatedDisk::operations() const {
  MutexLock lock(disk_.mutex);
  return disk_.operations;
}

DiskState SimulatedDisk::state() const {
  MutexLock lock(disk_.mutex);
  return disk_.state;
}

IOStatus SimulatedDisk::Find(const std::string& path, int* file) const {
  MutexLock lock(disk_.mutex);
  *file = disk_.state.Find(Clean(path));
  return *file > 0 ? IOStatus::OK() : Missing(path);
}

IOStatus SimulatedDisk::FindOrMake(const std::string& path, int* file) {
  if (disk_.state.Find(FolderOf(path)) != DiskState::kFolder)
    return Missing(path);
  *file = disk_.state.Find(path);
  if (*file == DiskState::kFolder) return IOStatus::IOError(path, "a folder");
  if (*file > 0) return IOStatus::OK();
  *file = disk_.state.next_file();
  disk_.Do({.kind = Kind::kMakeFile, .path = path, .file = *file});
  return IOStatus::OK();
}

IOStatus SimulatedDisk::NewSequentialFile(
    const std::string& path, const FileOptions& /*options*/,
    std::unique_ptr<rocksdb::FSSequentialFile>* file,
    IODebugContext* /*debug*/) {
  int number = 0;
  const IOStatus found = Find(path, &number);
  if (found.ok()) *file = OpenToScan(disk_, number);
  return found;
}

IOStatus SimulatedDisk::NewRandomAccessFile(
    const std::string& path, const FileOptions& /*options*/,
    std::unique_ptr<rocksdb::FSRandomAccessFile>* file,
    IODebugContext* /*debug*/) {
  int number = 0;
  const IOStatus found = Find(path, &number);
  if (found.ok()) *file = OpenToRead(disk_, number);
  return found;
}

IOStatus SimulatedDisk::NewWritableFile(
    const std::string& path, const FileOptions& /*options*/,
    std::unique_ptr<rocksdb::FSWritableFile>* file, IODebugContext* /*debug*/) {
  MutexLock lock(disk_.mutex);
  int number = 0;
  const IOStatus made = FindOrMake(Clean(path), &number);
  if (!made.ok()) return made;
  if (!disk_.state.content(number).empty()) {
    disk_.Do({.kind = Kind::kTruncate, .file = number});
  }
  *file = OpenToAppend(disk_, number);
  return made;
}

IOStatus SimulatedDisk::ReopenWritableFile(
    const std::string& path, const FileOptions& /*options*/,
    std::unique_ptr<rocksdb::FSWritableFile>* file, IODebugContext* /*debug*/) {
  MutexLock lock(disk_.mutex);
  int number = 0;
  const IOStatus made = FindOrMake(Clean(path), &number);
  if (made.ok()) *file = OpenToAppend(disk_, number);
  return made;
}

IOStatus SimulatedDisk::ReuseWritableFile(
    const std::string& path, const std::string& old_path,
    const FileOptions& options, std::unique_ptr<rocksdb::FSWritableFile>* file,
    IODebugContext* debug) {
  const IOStatus renamed = RenameFile(old_path, path, {}, debug);
  return renamed.ok() ? ReopenWritableFile(path, options, file, debug)
                      : renamed;
}

IOStatus SimulatedDisk::NewRandomRWFile(
    const std::string& path, const FileOptions& /*options*/,
    std::unique_ptr<rocksdb::FSRandomRWFile>* file, IODebugContext* /*debug*/) {
  int number = 0;
  const IOStatus found = Find(path, &number);
  if (found.ok()) *file = OpenToOverwrite(disk_, number);
  return found;
}

IOStatus SimulatedDisk::NewDirectory(
    const std::string& path, const IOOptions& /*options*/,
    std::unique_ptr<rocksdb::FSDirectory>* folder, IODebugContext* /*debug*/) {
  MutexLock lock(disk_.mutex);
  if (disk_.state.Find(Clean(path)) != DiskState::kFolder) return Missing(path);
  *folder = OpenFolder(disk_, Clean(path));
  return IOStatus::OK();
}

IOStatus SimulatedDisk::NewLogger(const std::string& /*path*/,
                                  const IOOptions& /*options*/,
                                  std::shared_ptr<rocksdb::Logger>* logger,
                                  IODebugContext* /*debug*/) {
  *logger = std::make_shared<QuietLogger>();
  return IOStatus::OK();
}

IOStatus SimulatedDisk::FileExists(const std::string& path,
                                   const IOOptions& /*options*/,
                                   IODebugContext* /*debug*/) {
  MutexLock lock(disk_.mutex);
  return disk_.state.Find(Clean(path)) >= 0 ? IOStatus::OK()
                                            : IOStatus::NotFound(path);
}

IOStatus SimulatedDisk::GetChildren(const std::string& path,
                                    const IOOptions& /*options*/,
                                    std::vector<std::string>* names,
                                    IODebugContext* /*debug*/) {
  MutexLock lock(disk_.mutex);
  const std::string folder = Clean(path);
  if (disk_.state.Find(folder) != DiskState::kFolder) return Missing(path);
  names->clear();
  for (const auto& [name, file] : disk_.state.names()) {
    if (FolderOf(name) == folder) {
      names->push_back(name.substr(folder.size() + 1));
    }
  }
  return IOStatus::OK();
}

IOStatus SimulatedDisk::IsDirectory(const std::string& path,
                                    const IOOptions& /*options*/,
                                    bool* is_folder,
                                    IODebugContext* /*debug*/) {
  MutexLock lock(disk_.mutex);
  const int file = disk_.state.Find(Clean(path));
  if (file < 0) return Missing(path);
  *is_folder = file == DiskState::kFolder;
  return IOStatus::OK();
}

IOStatus SimulatedDisk::GetFileSize(const std::string& path,
                                    const IOOptions& /*options*/,
                                    std::uint64_t* size,
                                    IODebugContext* /*debug*/) {
  MutexLock lock(disk_.mutex);
  const int file = disk_.state.Find(Clean(path));
  if (file <= 0) return Missing(path);
  *size = disk_.state.content(file).size();
  return IOStatus::OK();
}

IOStatus SimulatedDisk::GetFileModificationTime(const std::string& path,
                                                const IOOptions& /*options*/,
                                                std::uint64_t* time,
                                                IODebugContext* /*debug*/) {
  int file = 0;
  *time = 0;
  return Find(path, &file);
}

IOStatus SimulatedDisk::GetFreeSpace(const std::string& /*path*/,
                                     const IOOptions& /*options*/,
                                     std::uint64_t* bytes,
                                     IODebugContext* /*debug*/) {
  *bytes = kFreeBytes;
  return IOStatus::OK();
}

IOStatus SimulatedDisk::GetAbsolutePath(const std::string& path,
                                        const IOOptions& /*options*/,
                                        std::string* absolute,
                                        IODebugContext* /*debug*/) {
  *absolute = Clean(path);
  return IOStatus::OK();
}

IOStatus SimulatedDisk::GetTestDirectory(const IOOptions& /*options*/,
                                         std::string* path,
                                         IODebugContext* debug) {
  *path = "/test";
  return CreateDirIfMissing(*path, {}, debug);
}

IOStatus SimulatedDisk::MakeFolder(const std::string& path, bool may_exist) {
  MutexLock lock(disk_.mutex);
  const std::string folder = Clean(path);
  const int file = disk_.state.Find(folder);
  if (file == DiskState::kFolder && may_exist) return IOStatus::OK();
  if (file >= 0) return IOStatus::IOError(path, "it is there");
  if (disk_.state.Find(FolderOf(folder)) != DiskState::kFolder)
    return Missing(path);
  disk_.Do({.kind = Kind::kMakeFolder, .path = folder});
  return IOStatus::OK();
}

IOStatus SimulatedDisk::CreateDir(const std::string& path,
                                  const IOOptions& /*options*/,
                                  IODebugContext* /*debug*/) {
  return MakeFolder(path, /*may_exist=*/false);
}

IOStatus SimulatedDisk::CreateDirIfMissing(const std::string& path,
                                           const IOOptions& /*options*/,
                                           IODebugContext* /*debug*/) {
  return MakeFolder(path, /*may_exist=*/true);
}

IOStatus SimulatedDisk::DeleteFile(const std::string& path,
                                   const IOOptions& /*options*/,
                                   IODebugContext* /*debug*/) {
  MutexLock lock(disk_.mutex);
  if (disk_.state.Find(Clean(path)) <= 0) return Missing(path);
  disk_.Do({.kind = Kind::kDelete, .path = Clean(path)});
  return IOStatus::OK();
}

IOStatus SimulatedDisk::DeleteDir(const std::string& path,
                                  const IOOptions& options,
                                  IODebugContext* debug) {
  std::vector<std::string> names;
  const IOStatus listed = GetChildren(path, options, &names, debug);
  if (!listed.ok()) return listed;
  if (!names.empty()) return IOStatus::IOError(path, "it is not empty");
  MutexLock lock(disk_.mutex);
  disk_.Do({.kind = Kind::kDelete, .path = Clean(path)});
  return IOStatus::OK();
}

IOStatus SimulatedDisk::Truncate(const std::string& path, std::size_t size,
                                 const IOOptions& /*options*/,
                                 IODebugContext* /*debug*/) {
  int file = 0;
  const IOStatus found = Find(path, &file);
  if (!found.ok()) return found;
  MutexLock lock(disk_.mutex);
  disk_.Do({.kind = Kind::kTruncate, .file = file, .position = size});
  return found;
}

IOStatus SimulatedDisk::AddName(Kind kind, const std::string& path,
                                const std::string& target) {
  MutexLock lock(disk_.mutex);
  if (disk_.state.Find(Clean(path)) <= 0) return Missing(path);
  if (FolderOf(Clean(path)) != FolderOf(Clean(target))) {
    return IOStatus::NotSupported(path, "from one folder to another");
  }
  disk_.Do({.kind = kind, .path = Clean(path), .target = Clean(target)});
  return IOStatus::OK();
}

IOStatus SimulatedDisk::RenameFile(const std::string& path,
                                   const std::string& target,
                                   const IOOptions& /*options*/,
                                   IODebugContext* /*debug*/) {
  return AddName(Kind::kRename, path, target);
}

IOStatus SimulatedDisk::LinkFile(const std::string& path,
                                 const std::string& target,
                                 const IOOptions& /*options*/,
                                 IODebugContext* /*debug*/) {
  return AddName(Kind::kLink, path, target);
}

IOStatus SimulatedDisk::LockFile(const std::string& path,
                                 const IOOptions& /*options*/,
                                 rocksdb::FileLock** lock,
                                 IODebugContext* /*debug*/) {
  MutexLock held(disk_.mutex);
  int file = 0;
  const IOStatus made = FindOrMake(Clean(path), &file);
  if (!made.ok()) return made;
  if (!locked_.insert(Clean(path)).second) {
    return IOStatus::IOError(path, "it is locked");
  }
  *lock = new PathLock(Clean(path));
  return IOStatus::OK();
}

IOStatus SimulatedDisk::UnlockFile(rocksdb::FileLock* lock,
                                   const IOOptions& /*options*/,
                                   IODebugContext* /*debug*/) {
  const std::unique_ptr<PathLock> owned(static_cast<PathLock*>(lock));
  MutexLock held(disk_.mutex);
  locked_.erase(owned->path());
  return IOStatus::OK();
}

}  // namespace pulsetaker::testing
