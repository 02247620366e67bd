#include "bench/support/disk.h"

#include <fcntl.h>
#include <unistd.h>

#include <filesystem>

#include "absl/strings/match.h"

namespace pulsetaker::bench {

namespace fs = std::filesystem;

std::uint64_t FreeBytes(const std::string& folder) {
  return fs::space(folder).available;
}

std::uint64_t BytesIn(const std::string& folder, const std::string& suffix) {
  std::uint64_t bytes = 0;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file() &&
        absl::EndsWith(entry.path().string(), suffix)) {
      bytes += entry.file_size();
    }
  }
  return bytes;
}

void ForgetCached(const std::string& folder) {
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    const int file = open(entry.path().c_str(), O_RDONLY);
    if (file < 0) continue;
    fdatasync(file);
    posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED);
    close(file);
  }
}

}  // namespace pulsetaker::bench
