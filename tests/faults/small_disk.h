// A file system of its own in a file, small enough to be filled.

#pragma once

#include <cstdint>
#include <string>

#include "absl/status/status.h"

namespace pulsetaker::testing {

// An ext4 that is mounted until this goes. For one thread at a time.
class SmallDisk {
 public:
  // Makes and mounts it in `folder`. What keeps it from being mounted, as that
  // takes a superuser and a loop device, is in status().
  SmallDisk(const std::string& folder, std::uint64_t bytes);
  ~SmallDisk();
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;

  const absl::Status& status() const { return status_; }
  const std::string& path() const { return mount_; }

  std::uint64_t FreeBytes() const;

  // Takes all room but `left` bytes, as another program would.
  void FillUpTo(std::uint64_t left);
  // Gives it back.
  void MakeRoom();

 private:
  const std::string image_;
  const std::string mount_;
  absl::Status status_;
};

}  // namespace pulsetaker::testing
