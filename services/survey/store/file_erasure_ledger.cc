#include "services/survey/store/file_erasure_ledger.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <set>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/strings/str_cat.h"
#include "common/base/big_endian.h"
#include "common/base/crc32.h"
#include "common/base/mutex.h"
#include "common/base/status.h"
#include "common/kv/files.h"
#include "services/survey/store/erasure_rows.h"
#include "services/survey/store/records.h"

namespace pulsetaker::survey {
namespace {

std::string Framed(const Erasure& erasure) {
  const std::string record = ToRecord(erasure).SerializeAsString();
  std::string bytes;
  AppendBigEndian32(static_cast<std::uint32_t>(record.size()), bytes);
  AppendBigEndian32(Crc32(record), bytes);
  return absl::StrCat(bytes, record);
}

absl::Status Damaged(const std::string& path, std::size_t offset) {
  return kv::UnreadableError(
      absl::StrCat(path, ": a record at byte ", offset, " is damaged"));
}

// One copy.
struct Copy {
  std::string folder;
  std::set<std::string> receipts = {};  // Their ids.
  std::size_t size = 0;                 // In bytes, all of them synced.
  bool torn = false;                    // There may be more bytes than that.

  std::string path() const {
    return absl::StrCat(folder, "/", kErasureLedgerFile);
  }
};

// Takes a record off the front. False: it was cut short.
absl::StatusOr<bool> Consume(const std::string& path, std::size_t offset,
                             absl::string_view& rest, Erasure& erasure) {
  absl::string_view frame = rest;
  std::uint32_t size = 0;
  std::uint32_t crc = 0;
  if (!ConsumeBigEndian32(frame, size) || !ConsumeBigEndian32(frame, crc) ||
      frame.size() < size) {
    return false;
  }
  const absl::string_view record = frame.substr(0, size);
  rest = frame.substr(size);
  if (Crc32(record) != crc) {
    if (rest.empty()) return false;
    return Damaged(path, offset);
  }
  const auto parsed = ParseRecord<storage::ErasureRecord>(record, "an erasure");
  if (!parsed.ok()) return Damaged(path, offset);
  absl::StatusOr<Erasure> read = FromRecord(*parsed);
  if (!read.ok()) return Damaged(path, offset);
  erasure = *std::move(read);
  return true;
}

class FileErasureLedger final : public ErasureLedger {
 public:
  explicit FileErasureLedger(rocksdb::Env& env) : env_(env) {}

  absl::Status Open(const std::vector<std::string>& folders) {
    MutexLock lock(mutex_);
    for (const std::string& folder : folders) {
      copies_.push_back({.folder = folder});
      PT_RETURN_IF_ERROR(Read(copies_.back()));
    }
    for (const Erasure& erasure : erasures_) {
      PT_RETURN_IF_ERROR(AddWhereMissing(erasure));
    }
    return absl::OkStatus();
  }

  absl::Status Keep(const Erasure& erasure) override {
    MutexLock lock(mutex_);
    PT_RETURN_IF_ERROR(AddWhereMissing(erasure));
    if (known_.insert(erasure.receipt.id).second) erasures_.push_back(erasure);
    return absl::OkStatus();
  }

  std::vector<Erasure> erasures() const override {
    MutexLock lock(mutex_);
    return erasures_;
  }

  std::vector<Erasure> After(std::size_t offset,
                             std::size_t limit) const override {
    MutexLock lock(mutex_);
    if (offset >= erasures_.size()) return {};
    const auto begin = erasures_.begin() + static_cast<std::ptrdiff_t>(offset);
    const std::size_t count = std::min(limit, erasures_.size() - offset);
    return {begin, begin + static_cast<std::ptrdiff_t>(count)};
  }

 private:
  absl::Status Read(Copy& copy) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    const rocksdb::Status exists = env_.FileExists(copy.path());
    if (exists.IsNotFound()) return absl::OkStatus();
    if (!exists.ok()) return kv::FileError(copy.path(), exists);
    PT_ASSIGN_OR_RETURN(const std::string bytes,
                        kv::ReadFile(env_, copy.path()));
    absl::string_view rest = bytes;
    std::size_t end = 0;
    while (!rest.empty()) {
      Erasure erasure;
      PT_ASSIGN_OR_RETURN(const bool whole,
                          Consume(copy.path(), end, rest, erasure));
      if (!whole) return Cut(copy);
      end = bytes.size() - rest.size();
      copy.size = end;
      copy.receipts.insert(erasure.receipt.id);
      if (known_.insert(erasure.receipt.id).second) {
        erasures_.push_back(std::move(erasure));
      }
    }
    return absl::OkStatus();
  }

  // Takes away what was not synced to the end.
  absl::Status Cut(Copy& copy) {
    PT_ASSIGN_OR_RETURN(const std::string bytes,
                        kv::ReadFile(env_, copy.path()));
    const rocksdb::Status cut =
        kv::ReplaceFile(env_, copy.path(), bytes.substr(0, copy.size));
    if (!cut.ok()) return kv::FileError(copy.path(), cut);
    copy.torn = false;
    return absl::OkStatus();
  }

  absl::Status AddWhereMissing(const Erasure& erasure)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    for (Copy& copy : copies_) {
      if (copy.receipts.count(erasure.receipt.id) > 0) continue;
      if (copy.torn) PT_RETURN_IF_ERROR(Cut(copy));
      const std::string bytes = Framed(erasure);
      copy.torn = true;
      const rocksdb::Status added = Append(copy, bytes);
      if (!added.ok()) return kv::FileError(copy.path(), added);
      copy.torn = false;
      copy.size += bytes.size();
      copy.receipts.insert(erasure.receipt.id);
    }
    return absl::OkStatus();
  }

  rocksdb::Status Append(const Copy& copy, const std::string& bytes) {
    const bool is_new = env_.FileExists(copy.path()).IsNotFound();
    if (is_new) {
      const rocksdb::Status made = kv::MakeFolders(env_, copy.folder);
      if (!made.ok()) return made;
    }
    std::unique_ptr<rocksdb::WritableFile> file;
    rocksdb::Status status =
        env_.ReopenWritableFile(copy.path(), &file, rocksdb::EnvOptions());
    if (status.ok()) status = file->Append(bytes);
    if (status.ok()) status = file->Fsync();
    if (status.ok()) status = file->Close();
    if (status.ok() && is_new) status = kv::SyncFolder(env_, copy.folder);
    return status;
  }

  rocksdb::Env& env_;
  mutable Mutex mutex_;
  std::vector<Copy> copies_ ABSL_GUARDED_BY(mutex_);
  std::set<std::string> known_ ABSL_GUARDED_BY(mutex_);
  std::vector<Erasure> erasures_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace

absl::StatusOr<std::unique_ptr<ErasureLedger>> OpenErasureLedger(
    rocksdb::Env& env, const std::vector<std::string>& folders) {
  auto ledger = std::make_unique<FileErasureLedger>(env);
  PT_RETURN_IF_ERROR(ledger->Open(folders));
  return ledger;
}

}  // namespace pulsetaker::survey
