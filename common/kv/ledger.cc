#include "common/kv/ledger.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/base/big_endian.h"
#include "common/base/crc32.h"
#include "common/base/status.h"
#include "common/kv/files.h"
#include "rocksdb/slice.h"
#include "rocksdb/status.h"

namespace pulsetaker::kv {
namespace {

constexpr absl::string_view kMagic = "PTLEDGER";
constexpr std::uint32_t kLayout = 1;
constexpr std::size_t kChecksumOffset = kLedgerSlotBytes - 4;

std::string EncodeSlot(std::uint64_t turn, std::uint64_t mark) {
  std::string slot(kMagic);
  AppendBigEndian32(kLayout, slot);
  AppendBigEndian64(turn, slot);
  AppendBigEndian64(mark, slot);
  slot.resize(kChecksumOffset, '\0');
  AppendBigEndian32(Crc32(slot), slot);
  return slot;
}

struct DecodedSlot {
  std::uint64_t turn = 0;
  std::uint64_t mark = 0;
};

// Nothing if the slot is not whole: torn, or damaged.
std::optional<DecodedSlot> DecodeSlot(absl::string_view slot) {
  absl::string_view checksum_bytes = slot.substr(kChecksumOffset);
  std::uint32_t checksum = 0;
  std::uint32_t layout = 0;
  DecodedSlot decoded;
  const absl::string_view body = slot.substr(0, kChecksumOffset);
  absl::string_view rest = body;
  if (!ConsumeBigEndian32(checksum_bytes, checksum) ||
      checksum != Crc32(body) || !absl::ConsumePrefix(&rest, kMagic) ||
      !ConsumeBigEndian32(rest, layout) || layout != kLayout ||
      !ConsumeBigEndian64(rest, decoded.turn) ||
      !ConsumeBigEndian64(rest, decoded.mark)) {
    return std::nullopt;
  }
  return decoded;
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

absl::Status Ledger::Create(rocksdb::Env& env, const std::string& path,
                            std::uint64_t mark) {
  // Both slots are written, so that no later write has to find room.
  const rocksdb::Status made =
      ReplaceFile(env, path, EncodeSlot(1, mark) + EncodeSlot(2, mark));
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
  std::optional<DecodedSlot> last;
  for (const std::size_t offset : {std::size_t{0}, kLedgerSlotBytes}) {
    const auto slot = DecodeSlot(bytes.substr(offset, kLedgerSlotBytes));
    if (!slot.has_value()) continue;
    if (!last.has_value() || slot->turn > last->turn) last = slot;
  }
  if (!last.has_value()) return DataLoss(path, "neither slot is whole");
  return std::unique_ptr<Ledger>(new Ledger(
      path, std::move(file), Slot{.turn = last->turn, .mark = last->mark}));
}

Ledger::Ledger(std::string path, std::unique_ptr<rocksdb::RandomRWFile> file,
               Slot last)
    : path_(std::move(path)), file_(std::move(file)), last_(last) {}

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
  // Odd turns go to the first slot, even ones to the second: never over the
  // slot that counts.
  const Slot next = {.turn = last_.turn + 1, .mark = sequence};
  const std::size_t offset = next.turn % 2 == 1 ? 0 : kLedgerSlotBytes;
  rocksdb::Status status =
      file_->Write(offset, EncodeSlot(next.turn, next.mark));
  if (status.ok()) status = file_->Sync();
  if (!status.ok()) return IoError(path_, status);
  last_ = next;
  return absl::OkStatus();
}

}  // namespace pulsetaker::kv
