#include "services/survey/store/rocks_backup_store.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "common/base/status.h"

namespace pulsetaker::survey {
namespace {

absl::Status NotConfigured() {
  return MakeError(absl::StatusCode::kFailedPrecondition,
                   "BACKUP_NOT_CONFIGURED",
                   "the server has no folder for backups (--backup_dir)");
}

class RocksBackupStore final : public BackupStore {
 public:
  RocksBackupStore(kv::Rocks& rocks, kv::BackupOptions options)
      : rocks_(rocks),
        is_configured_(!options.path.empty()),
        folder_(std::move(options)) {}

  absl::StatusOr<Backup> Create(const NewBackup& backup,
                                const StillWanted& wanted) override {
    if (!is_configured_) return NotConfigured();
    PT_ASSIGN_OR_RETURN(const kv::BackupSeal seal,
                        folder_.Create(rocks_,
                                       {.create_time = backup.create_time,
                                        .request_id = backup.request_id,
                                        .keep_count = backup.keep_count},
                                       wanted));
    return FromSeal(seal);
  }

  absl::StatusOr<std::vector<Backup>> List() const override {
    if (!is_configured_) return NotConfigured();
    PT_ASSIGN_OR_RETURN(const std::vector<kv::BackupEntry> entries,
                        folder_.List());
    std::vector<Backup> backups;
    backups.reserve(entries.size());
    for (const kv::BackupEntry& entry : entries) {
      PT_ASSIGN_OR_RETURN(Backup backup, FromEntry(entry));
      backups.push_back(std::move(backup));
    }
    std::sort(backups.begin(), backups.end(),
              [](const Backup& a, const Backup& b) { return a.id < b.id; });
    return backups;
  }

  absl::StatusOr<NewestBackups> Newest() const override {
    if (!is_configured_) return NotConfigured();
    PT_ASSIGN_OR_RETURN(const kv::NewestBackups newest, folder_.Newest());
    return NewestBackups{.made = newest.made, .proven = newest.proven};
  }

  absl::StatusOr<Backup> Get(absl::string_view id) const override {
    if (!is_configured_) return NotConfigured();
    PT_ASSIGN_OR_RETURN(const kv::BackupEntry entry, folder_.Find(id));
    return FromEntry(entry);
  }

  absl::StatusOr<Backup> Verify(absl::string_view id,
                                const StillWanted& wanted) const override {
    if (!is_configured_) return NotConfigured();
    const absl::StatusOr<kv::BackupSeal> verified = folder_.Verify(id, wanted);
    if (verified.ok()) return FromSeal(*verified);
    if (!absl::IsDataLoss(verified.status())) return verified.status();
    // Not the data that is served, so no DATA_LOSS: the caller has asked, and
    // is told which file it is.
    return MakeError(absl::StatusCode::kFailedPrecondition, "BACKUP_DAMAGED",
                     verified.status().message());
  }

  absl::Status Delete(absl::string_view id,
                      absl::string_view request_id) override {
    if (!is_configured_) return NotConfigured();
    return folder_.Delete(id, request_id);
  }

 private:
  absl::StatusOr<Backup> FromSeal(const kv::BackupSeal& seal) const {
    Backup backup;
    backup.id = seal.id;
    backup.create_time = seal.create_time;
    backup.size_bytes = seal.size_bytes();
    backup.copied_bytes = seal.copied_bytes;
    backup.file_count = static_cast<std::int64_t>(seal.files.size());
    PT_ASSIGN_OR_RETURN(backup.proven_time, folder_.ProvenTime(seal));
    return backup;
  }

  absl::StatusOr<Backup> FromEntry(const kv::BackupEntry& entry) const {
    if (entry.seal.ok()) return FromSeal(*entry.seal);
    Backup backup;
    backup.id = entry.id;
    backup.damage = std::string(entry.seal.status().message());
    return backup;
  }

  kv::Rocks& rocks_;
  const bool is_configured_;
  kv::BackupFolder folder_;
};

}  // namespace

std::unique_ptr<BackupStore> MakeRocksBackupStore(kv::Rocks& rocks,
                                                  kv::BackupOptions options) {
  return std::make_unique<RocksBackupStore>(rocks, std::move(options));
}

}  // namespace pulsetaker::survey
