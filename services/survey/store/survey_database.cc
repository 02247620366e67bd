#include "services/survey/store/survey_database.h"

#include <optional>
#include <utility>

#include "absl/time/clock.h"
#include "common/base/log.h"
#include "common/base/status.h"
#include "common/kv/rocks.h"
#include "services/survey/domain/erasures.h"
#include "services/survey/domain/people.h"
#include "services/survey/store/bars.h"
#include "services/survey/store/file_erasure_ledger.h"
#include "services/survey/store/keys.h"
#include "services/survey/store/rocks_backup_store.h"
#include "services/survey/store/rocks_consent_store.h"
#include "services/survey/store/rocks_instrument_store.h"
#include "services/survey/store/rocks_invitation_store.h"
#include "services/survey/store/rocks_people_store.h"
#include "services/survey/store/rocks_quality_store.h"
#include "services/survey/store/rocks_response_log.h"
#include "services/survey/store/rocks_retention_store.h"
#include "services/survey/store/rocks_survey_store.h"
#include "services/survey/store/stored_reader.h"
#include "services/survey/store/tenant_keys.h"

namespace pulsetaker::survey {
namespace {

class RocksSurveyDatabase final : public SurveyDatabase {
 public:
  RocksSurveyDatabase(std::unique_ptr<kv::Rocks> rocks,
                      std::unique_ptr<const TenantKeys> tenant_keys,
                      std::unique_ptr<ErasureLedger> erasure_ledger,
                      const SurveyDatabaseOptions& options)
      : rocks_(std::move(rocks)),
        tenant_keys_(std::move(tenant_keys)),
        erasure_ledger_(std::move(erasure_ledger)),
        tables_(*rocks_, *tenant_keys_),
        store_(MakeRocksSurveyStore(tables_, committer_,
                                    options.cached_people_max)),
        instruments_(MakeRocksInstrumentStore(tables_, committer_)),
        bars_(tables_),
        log_(MakeRocksResponseLog(tables_, committer_, bars_)),
        people_(MakeRocksPeopleStore(tables_, committer_, bars_)),
        backups_(MakeRocksBackupStore(
            *rocks_, {.path = options.backup_dir, .env = options.env})),
        invitations_(MakeRocksInvitationStore(tables_, committer_)),
        consents_(MakeRocksConsentStore(tables_, committer_)),
        qualities_(MakeRocksQualityStore(tables_, committer_)),
        retention_(MakeRocksRetentionStore(tables_, committer_)),
        committer_(*rocks_, options.limits) {}

  SurveyStore& store() override { return *store_; }
  InstrumentStore& instruments() override { return *instruments_; }
  ResponseLog& log() override { return *log_; }
  BackupStore& backups() override { return *backups_; }
  InvitationStore& invitations() override { return *invitations_; }
  ConsentStore& consents() override { return *consents_; }
  PeopleStore& people() override { return *people_; }
  QualityStore& qualities() override { return *qualities_; }
  ErasureLedger& erasure_ledger() override { return *erasure_ledger_; }
  RetentionStore& retention() override { return *retention_; }
  MaintainedStore& maintained() override { return *rocks_; }

  std::vector<MetricSample> CollectMetrics() const override {
    std::vector<MetricSample> samples = rocks_->CollectMetrics();
    const Committer::Counts counts = committer_.counts();
    const auto add = [&](const char* name, const char* help, MetricKind kind,
                         std::uint64_t value) {
      samples.push_back({.name = name,
                         .help = help,
                         .kind = kind,
                         .value = static_cast<double>(value)});
    };
    add("pulsetaker_survey_commits_total",
        "Frames, responses and changes that the committer carried out.",
        MetricKind::kCounter, counts.works);
    add("pulsetaker_survey_commit_syncs_total",
        "Syncs of the committer: many commits share one.", MetricKind::kCounter,
        counts.syncs);
    add("pulsetaker_survey_commit_queue_bytes",
        "Work that waits for the committer.", MetricKind::kGauge,
        counts.queued_bytes);
    AddBackupMetrics(samples);
    return samples;
  }

 private:
  // None without a folder of backups, and none while that does not answer.
  void AddBackupMetrics(std::vector<MetricSample>& samples) const {
    const absl::StatusOr<NewestBackups> newest = backups_->Newest();
    if (!newest.ok()) return;
    const auto add = [&](const char* name, const char* help,
                         const std::optional<absl::Time>& time) {
      samples.push_back({.name = name,
                         .help = help,
                         .value = static_cast<double>(absl::ToUnixSeconds(
                             time.value_or(absl::UnixEpoch())))});
    };
    add("pulsetaker_backup_newest_timestamp_seconds",
        "When the newest backup was made; 0 if there is none.", newest->made);
    add("pulsetaker_backup_newest_proven_timestamp_seconds",
        "When the newest backup was made that was restored and verified; 0 if "
        "there is none.",
        newest->proven);
  }

  const std::unique_ptr<kv::Rocks> rocks_;
  const std::unique_ptr<const TenantKeys> tenant_keys_;
  const std::unique_ptr<ErasureLedger> erasure_ledger_;
  const Tables tables_;
  const std::unique_ptr<SurveyStore> store_;
  const std::unique_ptr<InstrumentStore> instruments_;
  Bars bars_;
  const std::unique_ptr<ResponseLog> log_;
  const std::unique_ptr<PeopleStore> people_;
  const std::unique_ptr<BackupStore> backups_;
  const std::unique_ptr<InvitationStore> invitations_;
  const std::unique_ptr<ConsentStore> consents_;
  const std::unique_ptr<QualityStore> qualities_;
  const std::unique_ptr<RetentionStore> retention_;
  // Last, so that it goes first: its work uses all of the above.
  Committer committer_;
};

// Before anyone is served: the store may be an old backup.
absl::Status Replay(SurveyDatabase& database) {
  People people(database.people(), database.store(), absl::Now);
  PT_ASSIGN_OR_RETURN(
      const int count,
      Erasures(people, database.people(), database.erasure_ledger()).Replay());
  if (count > 0) log::Info("erasures_replayed", {{"people", count}});
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::unique_ptr<SurveyDatabase>> OpenSurveyDatabase(
    const SurveyDatabaseOptions& options) {
  PT_ASSIGN_OR_RETURN(
      auto rocks,
      kv::OpenRocks({.path = options.path,
                     .families = keys::Families(),
                     .env = options.env,
                     .write_buffer_bytes = options.write_buffer_bytes,
                     .disk_reserve_bytes = options.disk_reserve_bytes}));
  auto tenant_keys = std::make_unique<TenantKeys>(*rocks, options.root_key);
  PT_RETURN_IF_ERROR(tenant_keys->Rewrap());
  std::vector<std::string> folders = options.erasure_ledger_dirs;
  folders.push_back(options.path);
  if (!options.backup_dir.empty()) folders.push_back(options.backup_dir);
  PT_ASSIGN_OR_RETURN(auto ledger, OpenErasureLedger(rocks->env(), folders));
  std::unique_ptr<SurveyDatabase> database =
      std::make_unique<RocksSurveyDatabase>(
          std::move(rocks), std::move(tenant_keys), std::move(ledger), options);
  PT_RETURN_IF_ERROR(Replay(*database));
  return database;
}

}  // namespace pulsetaker::survey
