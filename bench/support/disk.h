// The disk that a bench fills.

#pragma once

#include <cstdint>
#include <string>

namespace pulsetaker::bench {

// Bytes that may still be written to the file system of `folder`.
std::uint64_t FreeBytes(const std::string& folder);

// Bytes of the files in `folder`, and in folders in it, whose names end with
// `suffix`.
std::uint64_t BytesIn(const std::string& folder, const std::string& suffix);

// Writes the files in `folder` to the disk and has the operating system forget
// them, so that the next reader reads the disk.
void ForgetCached(const std::string& folder);

}  // namespace pulsetaker::bench
