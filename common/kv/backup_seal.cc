#include "common/kv/backup_seal.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/base/digest.h"
#include "common/base/resource_id.h"
#include "common/kv/backup_seal.pb.h"
#include "common/kv/rocks.h"

namespace pulsetaker::kv {
namespace {

constexpr absl::string_view kMagic = "PTBACKUP";
constexpr std::size_t kDigestLength = 32;

// A path that stays below the folder of backups.
bool IsPathBelow(absl::string_view path) {
  return !path.empty() && path[0] != '/' &&
         path.find("..") == absl::string_view::npos &&
         path.find('\0') == absl::string_view::npos;
}

bool FromRow(const storage::BackupSealRow& row, BackupSeal& seal) {
  seal.id = row.id();
  seal.engine_id = row.engine_id();
  seal.mark = row.mark();
  seal.create_time = absl::FromUnixMicros(row.create_time_micros());
  seal.request_id = row.request_id();
  seal.keep_count = row.keep_count();
  seal.copied_bytes = row.copied_bytes();
  for (const auto& file : row.files()) {
    const bool ascends =
        seal.files.empty() || seal.files.back().path < file.path();
    if (!ascends || !IsPathBelow(file.path()) || file.size_bytes() < 0) {
      return false;
    }
    seal.files.push_back({.path = file.path(),
                          .size_bytes = file.size_bytes(),
                          .crc32c = file.crc32c()});
  }
  return IsResourceId(seal.id) && seal.engine_id > 0 && !seal.files.empty() &&
         seal.keep_count >= 0 && seal.copied_bytes >= 0;
}

}  // namespace

std::int64_t BackupSeal::size_bytes() const {
  std::int64_t bytes = 0;
  for (const BackupFile& file : files) bytes += file.size_bytes;
  return bytes;
}

std::string EncodeSeal(const BackupSeal& seal) {
  storage::BackupSealRow row;
  row.set_id(seal.id);
  row.set_engine_id(seal.engine_id);
  row.set_mark(seal.mark);
  row.set_create_time_micros(absl::ToUnixMicros(seal.create_time));
  row.set_request_id(seal.request_id);
  row.set_keep_count(seal.keep_count);
  row.set_copied_bytes(seal.copied_bytes);
  for (const BackupFile& file : seal.files) {
    auto& added = *row.add_files();
    added.set_path(file.path);
    added.set_size_bytes(file.size_bytes);
    added.set_crc32c(file.crc32c);
  }
  std::string bytes = absl::StrCat(kMagic, row.SerializeAsString());
  bytes += Sha256().Update(bytes).Finish();
  return bytes;
}

absl::StatusOr<BackupSeal> DecodeSeal(absl::string_view path,
                                      absl::string_view bytes) {
  const auto damaged = [&](absl::string_view problem) {
    return UnreadableError(absl::StrCat(path, ": ", problem));
  };
  if (bytes.size() < kMagic.size() + kDigestLength) {
    return damaged("the seal is cut off");
  }
  const absl::string_view digest = bytes.substr(bytes.size() - kDigestLength);
  absl::string_view body = bytes.substr(0, bytes.size() - kDigestLength);
  if (Sha256().Update(body).Finish() != digest) {
    return damaged("the seal has not the bytes that it was made with");
  }
  storage::BackupSealRow row;
  BackupSeal seal;
  if (!absl::ConsumePrefix(&body, kMagic) ||
      !row.ParseFromArray(body.data(), static_cast<int>(body.size())) ||
      !FromRow(row, seal)) {
    return damaged("not a seal that this program can read");
  }
  return seal;
}

}  // namespace pulsetaker::kv
