#include "common/audit/key_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "common/base/status.h"

namespace pulsetaker::audit {
namespace {

constexpr std::size_t kKeyFileBytesMax = 4096;  // A key has about 120.

// An open file, closed at the end of the scope.
class File {
 public:
  File(const std::string& path, int flags)
      : descriptor_(open(path.c_str(), flags | O_CLOEXEC, S_IRUSR | S_IWUSR)) {}
  ~File() {
    if (descriptor_ >= 0) close(descriptor_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  int descriptor() const { return descriptor_; }
  bool is_open() const { return descriptor_ >= 0; }

 private:
  const int descriptor_;
};

absl::Status FileError(const std::string& path, int error) {
  const std::string problem =
      absl::StrCat("the audit log's key ", path, ": ", std::strerror(error));
  if (error == ENOSPC || error == EDQUOT) {
    return MakeError(absl::StatusCode::kResourceExhausted, "DISK_FULL",
                     problem);
  }
  return absl::UnavailableError(problem);
}

absl::Status Precondition(absl::string_view reason, const std::string& path,
                          absl::string_view problem) {
  return MakeError(absl::StatusCode::kFailedPrecondition, reason,
                   absl::StrCat("the audit log's key ", path, " ", problem));
}

bool WriteAll(int descriptor, absl::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = write(descriptor, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

std::string FolderOf(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

}  // namespace

absl::StatusOr<SigningKey> ReadKeyFile(const std::string& path) {
  const File file(path, O_RDONLY);
  if (!file.is_open()) {
    if (errno == ENOENT) {
      return Precondition("AUDIT_KEY_MISSING", path, "is not there");
    }
    return FileError(path, errno);
  }
  struct stat facts;
  if (fstat(file.descriptor(), &facts) != 0) return FileError(path, errno);
  if ((facts.st_mode & S_IRWXO) != 0 || (facts.st_mode & S_IWGRP) != 0) {
    return Precondition("AUDIT_KEY_EXPOSED", path,
                        "may be read or written by others: chmod 0600");
  }
  std::array<char, kKeyFileBytesMax> bytes;
  const ssize_t size = read(file.descriptor(), bytes.data(), bytes.size());
  if (size < 0) return FileError(path, errno);
  return SigningKey::FromPem(
      absl::string_view(bytes.data(), static_cast<std::size_t>(size)));
}

absl::StatusOr<SigningKey> CreateKeyFile(const std::string& path) {
  SigningKey key = SigningKey::Generate();
  const std::string partial = path + ".part";
  {
    const File file(partial, O_WRONLY | O_CREAT | O_TRUNC);
    if (!file.is_open() || !WriteAll(file.descriptor(), key.ToPem()) ||
        fsync(file.descriptor()) != 0) {
      return FileError(path, errno);
    }
  }
  // Not rename(): a key that is there is never replaced.
  if (link(partial.c_str(), path.c_str()) != 0) return FileError(path, errno);
  unlink(partial.c_str());
  const File folder(FolderOf(path), O_RDONLY | O_DIRECTORY);
  if (!folder.is_open() || fsync(folder.descriptor()) != 0) {
    return FileError(path, errno);
  }
  return key;
}

}  // namespace pulsetaker::audit
