#include "common/kv/files.h"

#include <algorithm>
#include <memory>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/base/fault.h"
#include "common/base/status.h"

namespace pulsetaker::kv {

absl::Status FileError(absl::string_view path, const rocksdb::Status& status) {
  const std::string problem = absl::StrCat(path, ": ", status.ToString());
  if (status.IsNoSpace()) {
    return MakeError(absl::StatusCode::kResourceExhausted, "DISK_FULL",
                     problem);
  }
  if (status.IsCorruption() || status.IsNotFound() || status.IsPathNotFound()) {
    return MakeError(absl::StatusCode::kDataLoss, "STORED_DATA_UNREADABLE",
                     problem);
  }
  return absl::UnavailableError(problem);
}

rocksdb::Status MakeFolders(rocksdb::Env& env, const std::string& path) {
  std::string parent = path.front() == '/' ? "/" : ".";
  for (std::size_t slash = 0; slash != std::string::npos;) {
    slash = path.find('/', slash + 1);
    const std::string folder = path.substr(0, slash);
    const bool exists = env.FileExists(folder).ok();
    if (!exists) {
      const rocksdb::Status made = env.CreateDirIfMissing(folder);
      if (!made.ok()) return made;
    }
    std::unique_ptr<rocksdb::Directory> opened;
    rocksdb::Status status = env.NewDirectory(parent, &opened);
    // Above those that we make are some that we may not open.
    if (status.ok()) {
      status = opened->Fsync();
    } else if (exists) {
      status = rocksdb::Status::OK();
    }
    if (!status.ok()) return status;
    parent = folder;
  }
  return rocksdb::Status::OK();
}

rocksdb::Status SyncFolder(rocksdb::Env& env, const std::string& path) {
  std::unique_ptr<rocksdb::Directory> folder;
  rocksdb::Status status = env.NewDirectory(path, &folder);
  if (status.ok()) status = folder->Fsync();
  return status;
}

rocksdb::Status WriteSynced(rocksdb::Env& env, const std::string& path,
                            const std::string& bytes) {
  std::unique_ptr<rocksdb::WritableFile> file;
  rocksdb::Status status =
      env.NewWritableFile(path, &file, rocksdb::EnvOptions());
  if (status.ok()) status = file->Append(bytes);
  if (status.ok()) status = file->Sync();
  if (status.ok()) status = file->Close();
  return status;
}

rocksdb::Status ReplaceFile(rocksdb::Env& env, const std::string& path,
                            const std::string& bytes) {
  // The name appears only when the content is on disk.
  const std::string unnamed = path + ".tmp";
  rocksdb::Status status = WriteSynced(env, unnamed, bytes);
  PT_KILL_POINT("file.unnamed_written");
  if (status.ok()) status = env.RenameFile(unnamed, path);
  PT_KILL_POINT("file.renamed");
  const std::size_t slash = path.rfind('/');
  if (status.ok()) {
    status = SyncFolder(
        env, slash == std::string::npos ? "." : path.substr(0, slash));
  }
  return status;
}

absl::StatusOr<std::string> ReadFile(rocksdb::Env& env,
                                     const std::string& path) {
  std::string bytes;
  const rocksdb::Status read = rocksdb::ReadFileToString(&env, path, &bytes);
  if (!read.ok()) return FileError(path, read);
  return bytes;
}

bool IsHeldByOther(const rocksdb::Status& lock_status) {
  // RocksDB has no code for it, and says the same of every error of the disk.
  return !lock_status.ok() &&
         !absl::StrContains(lock_status.ToString(), "open a file for lock");
}

absl::StatusOr<std::vector<std::string>> ListFolder(rocksdb::Env& env,
                                                    const std::string& path) {
  std::vector<std::string> names;
  const rocksdb::Status listed = env.GetChildren(path, &names);
  if (listed.IsNotFound() || listed.IsPathNotFound()) {
    return std::vector<std::string>();
  }
  if (!listed.ok()) return FileError(path, listed);
  std::erase_if(names, [](const std::string& name) {
    return name == "." || name == "..";
  });
  std::sort(names.begin(), names.end());
  return names;
}

rocksdb::Status RemoveFolder(rocksdb::Env& env, const std::string& path) {
  std::vector<std::string> names;
  rocksdb::Status status = env.GetChildren(path, &names);
  if (status.IsNotFound() || status.IsPathNotFound()) {
    return rocksdb::Status::OK();
  }
  for (const std::string& name : names) {
    if (!status.ok()) return status;
    if (name == "." || name == "..") continue;
    const std::string child = absl::StrCat(path, "/", name);
    bool is_folder = false;
    status = env.IsDirectory(child, &is_folder);
    if (!status.ok()) return status;
    status = is_folder ? RemoveFolder(env, child) : env.DeleteFile(child);
  }
  return status.ok() ? env.DeleteDir(path) : status;
}

}  // namespace pulsetaker::kv
