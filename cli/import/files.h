// Reading the files of a folder: the only part of an import that touches disk.

#pragma once

#include <cstddef>
#include <string>

#include "absl/status/statusor.h"
#include "cli/import/table_reader.h"

namespace pulsetaker::cli {

// The file at `path`, read in chunks when it is read at all. `name` is what
// messages call it.
InputFile FileSource(const std::string& path, const std::string& name);

// A whole file of at most `bytes_max`. NOT_FOUND: there is no such file.
absl::StatusOr<std::string> ReadSmallFile(const std::string& path,
                                          std::size_t bytes_max);

bool FileExists(const std::string& path);

}  // namespace pulsetaker::cli
