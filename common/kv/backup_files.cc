#include "common/kv/backup_files.h"

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "common/base/fault.h"
#include "common/base/status.h"
#include "common/kv/files.h"
#include "common/kv/rocks.h"

namespace pulsetaker::kv {
namespace {

// After so many bytes it is asked again whether a backup is still wanted.
constexpr std::uint64_t kAskAgainBytes = std::uint64_t{1} << 20;
constexpr absl::string_view kShared = "shared_checksum/";

// One line of the engine's list: "<path> crc32 <number>".
bool ParseFileLine(absl::string_view line, BackupFile& file) {
  const std::vector<absl::string_view> words = absl::StrSplit(line, ' ');
  if (words.size() != 3 || words[1] != "crc32") return false;
  file.path = std::string(words[0]);
  return absl::SimpleAtoi(words[2], &file.crc32c);
}

// The engine's list of the files of a backup:
//
//   <time> \n <sequence number> \n metadata <hex> \n <count> \n <file>...
absl::StatusOr<std::vector<BackupFile>> ParseMeta(const std::string& name,
                                                  absl::string_view text) {
  std::vector<absl::string_view> lines = absl::StrSplit(text, '\n');
  if (!lines.empty() && lines.back().empty()) lines.pop_back();
  std::uint32_t count = 0;
  const auto unknown = [&] {
    return UnreadableError(absl::StrCat(name, ": not a list of files"));
  };
  constexpr std::size_t kHeadLines = 4;
  if (lines.size() < kHeadLines || !absl::StartsWith(lines[2], "metadata ") ||
      !absl::SimpleAtoi(lines[3], &count) ||
      lines.size() != kHeadLines + count) {
    return unknown();
  }
  std::vector<BackupFile> files(count);
  for (std::size_t i = 0; i < count; ++i) {
    if (!ParseFileLine(lines[kHeadLines + i], files[i])) return unknown();
  }
  return files;
}

absl::Status CompareFile(const BackupOptions& folder, const BackupFile& file,
                         const StillWanted& wanted) {
  const std::string path = absl::StrCat(folder.path, "/", file.path);
  PT_ASSIGN_OR_RETURN(const FileContent content,
                      ReadContent(*folder.env, path, file.path, wanted));
  if (content.size_bytes != file.size_bytes) {
    return UnreadableError(absl::StrCat(file.path, ": has ", content.size_bytes,
                                        " bytes, and was sealed with ",
                                        file.size_bytes));
  }
  if (content.crc32c != file.crc32c) {
    return UnreadableError(absl::StrCat(
        file.path, ": its checksum is not the one it was sealed with"));
  }
  return absl::OkStatus();
}

}  // namespace

rocksdb::BackupEngineOptions EngineOptions(const BackupOptions& folder) {
  rocksdb::BackupEngineOptions options(folder.path, folder.env);
  options.share_table_files = true;
  options.share_files_with_checksum = true;
  options.sync = true;
  options.backup_log_files = !PT_PLANTED_BUG("backup_without_log");
  options.callback_trigger_interval_size = kAskAgainBytes;
  return options;
}

std::string SealPath(absl::string_view id, std::uint32_t engine_id) {
  return absl::StrCat("sealed/", id, ".", engine_id);
}

absl::StatusOr<BackupSeal> SealBackup(const BackupOptions& folder,
                                      BackupSeal seal,
                                      const std::set<std::string>& shared) {
  const std::string meta = absl::StrCat("meta/", seal.engine_id);
  const std::string meta_path = absl::StrCat(folder.path, "/", meta);
  PT_ASSIGN_OR_RETURN(const std::string text, ReadFile(*folder.env, meta_path));
  PT_ASSIGN_OR_RETURN(
      seal.files, ParseMeta(meta, absl::string_view(text.data(), text.size())));
  for (BackupFile& file : seal.files) {
    std::uint64_t size = 0;
    const rocksdb::Status known = folder.env->GetFileSize(
        absl::StrCat(folder.path, "/", file.path), &size);
    if (!known.ok()) return FileError(file.path, known);
    file.size_bytes = static_cast<std::int64_t>(size);
    absl::string_view name = file.path;
    const bool is_known = absl::ConsumePrefix(&name, kShared) &&
                          shared.count(std::string(name)) > 0;
    if (!is_known) seal.copied_bytes += file.size_bytes;
  }
  PT_ASSIGN_OR_RETURN(const FileContent content,
                      ReadContent(*folder.env, meta_path, meta,
                                  [] { return absl::OkStatus(); }));
  seal.files.push_back({.path = meta,
                        .size_bytes = content.size_bytes,
                        .crc32c = content.crc32c});
  std::sort(
      seal.files.begin(), seal.files.end(),
      [](const BackupFile& a, const BackupFile& b) { return a.path < b.path; });
  const std::string path = SealPath(seal.id, seal.engine_id);
  const rocksdb::Status kept = ReplaceFile(
      *folder.env, absl::StrCat(folder.path, "/", path), EncodeSeal(seal));
  if (!kept.ok()) return FileError(path, kept);
  return seal;
}

absl::StatusOr<BackupSeal> ReadSeal(const BackupOptions& folder,
                                    const std::string& path) {
  const auto bytes =
      ReadFile(*folder.env, absl::StrCat(folder.path, "/", path));
  if (!bytes.ok()) return bytes.status();
  return DecodeSeal(path, *bytes);
}

absl::Status VerifyBackupFiles(const BackupOptions& folder,
                               const BackupSeal& seal,
                               const StillWanted& wanted) {
  for (const BackupFile& file : seal.files) {
    PT_RETURN_IF_ERROR(CompareFile(folder, file, wanted));
  }
  return absl::OkStatus();
}

}  // namespace pulsetaker::kv
