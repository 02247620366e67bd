#include "common/kv/ledger.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/base/big_endian.h"
#include "common/base/crc32.h"
#include "common/base/fault.h"
#include "common/base/status.h"
#include "common/kv/files.h"
#include "rocksdb/slice.h"
#include "rocksdb/status.h"

namespace pulsetaker::kv {
namespace {

constexpr absl::string_view kMagic = "PTLEDGER";
constexpr std::uint32_t kLayout = 1;
constexpr std::size_t kChecksumOffset = kLedgerSlotBytes - 4;

void AppendManifest(const ManifestMark& manifest, std::string& bytes) {
  AppendBigEndian64(manifest.number, bytes);
  AppendBigEndian64(manifest.bytes, bytes);
  AppendBigEndian32(manifest.crc32, bytes);
}

bool ConsumeManifest(absl::string_view& bytes, ManifestMark& manifest) {
  return ConsumeBigEndian64(bytes, manifest.number) &&
         ConsumeBigEndian64(bytes, manifest.bytes) &&
         ConsumeBigEndian32(bytes, manifest.crc32);
}

absl::Status DataLoss(absl::string_view path, absl::string_view problem) {
  return MakeError(absl::StatusCode::kDataLoss, "STORED_DATA_UNREADABLE",
                   absl::StrCat(path, ": ", problem));
}

absl::Status IoError(absl::string_view path, const rocksdb::Status& status) {
  if (status.IsNoSpace()) return FileError(path, status);
  return absl::UnavailableError(absl::StrCat(path, ": ", status.ToString()));
}

}  // namespace

std::string Ledger::Encode(const Slot& slot) {
  std::string bytes(kMagic);
  AppendBigEndian32(kLayout, bytes);
  AppendBigEndian64(slot.turn, bytes);
  AppendBigEndian64(slot.mark, bytes);
  AppendManifest(slot.manifest, bytes);
  AppendManifest(slot.next_manifest, bytes);
  bytes.resize(kChecksumOffset, '\0');
  AppendBigEndian32(Crc32(bytes), bytes);
  return bytes;
}

std::optional<Ledger::Slot> Ledger::Decode(absl::string_view bytes) {
  absl::string_view checksum_bytes = bytes.substr(kChecksumOffset);
  std::uint32_t checksum = 0;
  std::uint32_t layout = 0;
  Slot slot;
  const absl::string_view body = bytes.substr(0, kChecksumOffset);
  absl::string_view rest = body;
  if (!ConsumeBigEndian32(checksum_bytes, checksum) ||
      (checksum != Crc32(body) && !PT_PLANTED_BUG("ledger_checksum_ignored")) ||
      !absl::ConsumePrefix(&rest, kMagic) ||
      !ConsumeBigEndian32(rest, layout) || layout != kLayout ||
      !ConsumeBigEndian64(rest, slot.turn) ||
      !ConsumeBigEndian64(rest, slot.mark) ||
      !ConsumeManifest(rest, slot.manifest) ||
      !ConsumeManifest(rest, slot.next_manifest)) {
    return std::nullopt;
  }
  return slot;
}

absl::Status Ledger::Create(rocksdb::Env& env, const std::string& path,
                            std::uint64_t mark) {
  // Both slots are written, so that no later write has to find room.
  const rocksdb::Status made = ReplaceFile(
      env, path,
      Encode({.turn = 1, .mark = mark}) + Encode({.turn = 2, .mark = mark}));
  PT_KILL_POINT("ledger.created");
  return made.ok() ? absl::OkStatus() : IoError(path, made);
}

absl::StatusOr<std::unique_ptr<Ledger>> Ledger::Open(rocksdb::Env& env,
                                                     const std::string& path) {
  std::unique_ptr<rocksdb::RandomRWFile> file;
  const rocksdb::Status opened =
      env.NewRandomRWFile(path, &file, rocksdb::EnvOptions());
  if (opened.IsNotFound() || opened.IsPathNotFound() ||
      env.FileExists(path).IsNotFound()) {
    return DataLoss(path, "the file is missing");
  }
  if (!opened.ok()) return IoError(path, opened);
  std::uint64_t size = 0;
  if (const auto sized = env.GetFileSize(path, &size); !sized.ok()) {
    return IoError(path, sized);
  }
  if (size != kLedgerFileBytes) {
    return DataLoss(
        path, absl::StrCat("it has ", size, " bytes, want ", kLedgerFileBytes));
  }
  std::string scratch(kLedgerFileBytes, '\0');
  rocksdb::Slice content;
  if (const auto read =
          file->Read(0, kLedgerFileBytes, &content, scratch.data());
      !read.ok()) {
    return IoError(path, read);
  }
  if (content.size() != kLedgerFileBytes) {
    return DataLoss(path, "it cannot be read to its end");
  }
  const absl::string_view bytes(content.data(), content.size());
  std::optional<Slot> last;
  bool was_whole = true;
  for (const std::size_t offset : {std::size_t{0}, kLedgerSlotBytes}) {
    const auto slot = Decode(bytes.substr(offset, kLedgerSlotBytes));
    was_whole = was_whole && slot.has_value();
    if (!slot.has_value()) continue;
    if (!last.has_value() || slot->turn > last->turn) last = slot;
  }
  if (!last.has_value()) return DataLoss(path, "neither slot is whole");
  return std::unique_ptr<Ledger>(
      new Ledger(path, std::move(file), *last, was_whole));
}

Ledger::Ledger(std::string path, std::unique_ptr<rocksdb::RandomRWFile> file,
               Slot last, bool was_whole)
    : path_(std::move(path)),
      was_whole_(was_whole),
      file_(std::move(file)),
      last_(last) {}

Ledger::~Ledger() {
  MutexLock lock(mutex_);
  file_->Close().PermitUncheckedError();
}

std::uint64_t Ledger::mark() const {
  MutexLock lock(mutex_);
  return last_.mark;
}

absl::Status Ledger::Advance(std::uint64_t sequence) {
  MutexLock lock(mutex_);
  if (sequence <= last_.mark) return absl::OkStatus();
  Slot next = last_;
  next.mark = sequence;
  return Write(next);
}

absl::StatusOr<std::optional<ManifestMark>> Ledger::UseManifest(
    std::uint64_t number) {
  MutexLock lock(mutex_);
  if (number == last_.next_manifest.number) {
    last_.manifest = last_.next_manifest;
    last_.next_manifest = {};
  }
  if (number == last_.manifest.number) return std::optional(last_.manifest);
  if (last_.manifest.number == 0) return std::optional<ManifestMark>();
  return DataLoss(path_,
                  absl::StrCat("it knows MANIFEST ", last_.manifest.number,
                               ", but the database uses ", number));
}

absl::Status Ledger::AdvanceManifest(const ManifestMark& manifest) {
  MutexLock lock(mutex_);
  Slot next = last_;
  // One that was written before may be written anew under its number, if a
  // crash kept RocksDB from naming it: until it is named, the one before is in
  // use.
  if (manifest.number == next.manifest.number ||
      (switched_ && manifest.number == next.next_manifest.number)) {
    next.manifest = manifest;
    next.next_manifest = {};
  } else {
    // A third one comes when a write to the second failed.
    if (switched_) next.manifest = next.next_manifest;
    next.next_manifest = manifest;
  }
  switched_ = false;
  return Write(next);
}

void Ledger::SwitchManifest() {
  MutexLock lock(mutex_);
  switched_ = last_.next_manifest.number > 0;
}

absl::Status Ledger::Write(Slot next) {
  // Odd turns go to the first slot, even ones to the second: never over the
  // slot that counts.
  next.turn = last_.turn + 1;
  const bool first_slot = next.turn % 2 == 1;
  const std::size_t offset =
      first_slot != PT_PLANTED_BUG("ledger_overwritten") ? 0 : kLedgerSlotBytes;
  PT_KILL_POINT("ledger.before_write");
  rocksdb::Status status = file_->Write(offset, Encode(next));
  PT_KILL_POINT("ledger.written");
  if (!PT_PLANTED_BUG("ledger_not_synced") && status.ok()) {
    status = file_->Sync();
  }
  PT_KILL_POINT("ledger.synced");
  if (!status.ok()) return IoError(path_, status);
  last_ = next;
  return absl::OkStatus();
}

}  // namespace pulsetaker::kv
