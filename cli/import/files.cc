#include "cli/import/files.h"

#include <sys/stat.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace pulsetaker::cli {
namespace {

constexpr std::size_t kChunkBytes = 65'536;

struct FileCloser {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, FileCloser>;

absl::Status ErrnoStatus() {
  const int number = errno;
  const std::string text = std::strerror(number);
  if (number == ENOENT) return absl::NotFoundError(text);
  return absl::UnavailableError(text);
}

// A folder opens like a file and only fails to be read.
absl::StatusOr<File> Open(const std::string& path) {
  struct stat info = {};
  if (::stat(path.c_str(), &info) != 0) return ErrnoStatus();
  if (S_ISDIR(info.st_mode)) {
    return absl::FailedPreconditionError("it is a folder");
  }
  File file(std::fopen(path.c_str(), "rb"));
  if (file == nullptr) return ErrnoStatus();
  return file;
}

absl::StatusOr<std::string> ReadChunk(std::FILE* file, std::size_t bytes_max) {
  std::string chunk(bytes_max, '\0');
  chunk.resize(std::fread(chunk.data(), 1, bytes_max, file));
  if (chunk.empty() && std::ferror(file) != 0) return ErrnoStatus();
  return chunk;
}

}  // namespace

bool FileExists(const std::string& path) {
  struct stat info = {};
  return ::stat(path.c_str(), &info) == 0;
}

InputFile FileSource(const std::string& path, const std::string& name) {
  // Opened with the first chunk, so that a file is not held open unread.
  const auto state = std::make_shared<std::pair<bool, File>>(false, nullptr);
  return {name, [path, state]() -> absl::StatusOr<std::string> {
            if (!state->first) {
              absl::StatusOr<File> file = Open(path);
              if (!file.ok()) return file.status();
              state->first = true;
              state->second = *std::move(file);
            }
            return ReadChunk(state->second.get(), kChunkBytes);
          }};
}

absl::StatusOr<std::string> ReadSmallFile(const std::string& path,
                                          std::size_t bytes_max) {
  absl::StatusOr<File> file = Open(path);
  if (!file.ok()) return file.status();
  absl::StatusOr<std::string> text = ReadChunk(file->get(), bytes_max + 1);
  if (text.ok() && text->size() > bytes_max) {
    return absl::InvalidArgumentError(
        absl::StrCat("is longer than ", bytes_max, " bytes"));
  }
  return text;
}

}  // namespace pulsetaker::cli
