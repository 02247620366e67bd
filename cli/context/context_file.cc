#include "cli/context/context_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <system_error>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "common/base/status.h"

namespace pulsetaker::cli {
namespace {

constexpr std::size_t kFileBytesMax = 1 << 20;

absl::Status CannotWrite(const std::string& path) {
  return MakeError(absl::StatusCode::kFailedPrecondition, "CONTEXTS_UNWRITABLE",
                   absl::StrCat("cannot write ", path, ": ", strerror(errno)));
}

bool WriteAll(int fd, absl::string_view content) {
  while (!content.empty()) {
    const ssize_t count = write(fd, content.data(), content.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    content.remove_prefix(static_cast<std::size_t>(count));
  }
  return fsync(fd) == 0;
}

std::optional<std::string> Lookup(const std::string& name) {
  const char* const value = std::getenv(name.c_str());
  if (value == nullptr) return std::nullopt;
  return value;
}

}  // namespace

std::string ContextFilePath(
    const std::function<std::optional<std::string>(const std::string&)>&
        lookup) {
  // The specification of these folders wants relative paths to be ignored.
  std::string folder = lookup("XDG_CONFIG_HOME").value_or("");
  if (!absl::StartsWith(folder, "/")) {
    const std::string home = lookup("HOME").value_or("");
    if (!absl::StartsWith(home, "/")) return "";
    folder = absl::StrCat(home, "/.config");
  }
  return absl::StrCat(folder, "/pulsetaker/contexts.json");
}

std::string ContextFilePath() { return ContextFilePath(Lookup); }

absl::StatusOr<Contexts> LoadContexts(const std::string& path) {
  if (path.empty() || (access(path.c_str(), F_OK) != 0 && errno == ENOENT)) {
    return Contexts();
  }
  std::ifstream file(path, std::ios::binary);
  std::string content(kFileBytesMax + 1, '\0');
  file.read(content.data(), static_cast<std::streamsize>(content.size()));
  if (!file.is_open() || file.bad()) {
    return MakeError(absl::StatusCode::kFailedPrecondition,
                     "CONTEXTS_UNREADABLE", absl::StrCat("cannot read ", path));
  }
  content.resize(static_cast<std::size_t>(file.gcount()));
  absl::StatusOr<Contexts> contexts = ParseContexts(content);
  if (contexts.ok()) return contexts;
  return MakeError(contexts.status().code(), ReasonOf(contexts.status()),
                   absl::StrCat(path, ": ", contexts.status().message()),
                   MetadataOf(contexts.status()));
}

absl::Status SaveContexts(const std::string& path, const Contexts& contexts) {
  if (path.empty()) {
    return MakeError(absl::StatusCode::kFailedPrecondition,
                     "CONTEXTS_UNWRITABLE",
                     "there is neither XDG_CONFIG_HOME nor HOME to keep "
                     "contexts in");
  }
  const std::filesystem::path folder =
      std::filesystem::path(path).parent_path();
  std::error_code error;
  std::filesystem::create_directories(folder.parent_path(), error);
  if (mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) {
    return CannotWrite(path);
  }
  std::string fresh = path + ".XXXXXX";
  const int fd = mkstemp(fresh.data());  // With the mode 0600.
  if (fd < 0) return CannotWrite(path);
  const bool is_written = WriteAll(fd, FormatContexts(contexts));
  absl::Status status =
      is_written && std::rename(fresh.c_str(), path.c_str()) == 0
          ? absl::OkStatus()
          : CannotWrite(path);
  close(fd);
  if (!status.ok()) unlink(fresh.c_str());
  return status;
}

}  // namespace pulsetaker::cli
