// What a file holds, told by its size and its checksum.

#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "rocksdb/env.h"

namespace pulsetaker::kv {

// Asked from time to time during long work, from any thread: an error ends the
// work, and is what it returns.
using StillWanted = std::function<absl::Status()>;

struct FileContent {
  std::int64_t size_bytes = 0;
  std::uint32_t crc32c = 0;
};

// Reads the file `path` to its end. `name` is for the error, one of FileError
// or of `wanted`.
absl::StatusOr<FileContent> ReadContent(rocksdb::Env& env,
                                        const std::string& path,
                                        const std::string& name,
                                        const StillWanted& wanted);

}  // namespace pulsetaker::kv
