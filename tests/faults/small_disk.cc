#include "tests/faults/small_disk.h"

#include <fcntl.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "absl/strings/str_cat.h"

namespace pulsetaker::testing {
namespace {

// Runs a command without its output; an error if it fails.
absl::Status Run(const std::string& command) {
  const int status = std::system((command + " >/dev/null 2>&1").c_str());
  if (status == 0) return absl::OkStatus();
  return absl::UnavailableError(absl::StrCat("`", command, "` fails"));
}

std::string FillerPath(const std::string& mount) { return mount + "/filler"; }

}  // namespace

SmallDisk::SmallDisk(const std::string& folder, std::uint64_t bytes)
    : image_(folder + "/image"), mount_(folder + "/mount") {
  std::filesystem::create_directory(mount_);
  const int file = open(image_.c_str(), O_RDWR | O_CREAT, 0600);
  if (file < 0 || ftruncate(file, static_cast<off_t>(bytes)) != 0) {
    status_ = absl::UnavailableError("the image cannot be made");
  }
  if (file >= 0) close(file);
  // No blocks that only the superuser may take: the test may be that one.
  if (status_.ok()) {
    status_ = Run(absl::StrCat(
        "PATH=$PATH:/sbin:/usr/sbin mkfs.ext4 -q -F -m 0 ", image_));
  }
  if (status_.ok()) {
    status_ = Run(absl::StrCat("mount -o loop ", image_, " ", mount_));
  }
}

SmallDisk::~SmallDisk() {
  if (status_.ok()) Run(absl::StrCat("umount ", mount_)).IgnoreError();
}

std::uint64_t SmallDisk::FreeBytes() const {
  struct statvfs room = {};
  if (statvfs(mount_.c_str(), &room) != 0) return 0;
  return static_cast<std::uint64_t>(room.f_bavail) * room.f_bsize;
}

void SmallDisk::FillUpTo(std::uint64_t left) {
  const int file = open(FillerPath(mount_).c_str(), O_WRONLY | O_CREAT, 0600);
  if (file < 0) return;
  // What the file system needs for itself is not known beforehand: so smaller
  // and smaller pieces.
  std::uint64_t size = static_cast<std::uint64_t>(lseek(file, 0, SEEK_END));
  for (std::uint64_t piece = std::uint64_t{64} << 20; piece >= 4096;
       piece /= 4) {
    while (FreeBytes() > left) {
      const std::uint64_t length = std::min(piece, FreeBytes() - left);
      if (posix_fallocate(file, static_cast<off_t>(size),
                          static_cast<off_t>(length)) != 0) {
        break;
      }
      size += length;
    }
  }
  close(file);
}

void SmallDisk::MakeRoom() { unlink(FillerPath(mount_).c_str()); }

}  // namespace pulsetaker::testing
