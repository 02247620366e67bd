#include "services/survey/application.h"

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "common/audit/service_audit.h"
#include "common/base/env_flags.h"
#include "common/base/log.h"
#include "common/base/status.h"
#include "common/base/uuid.h"
#include "common/crypto/root_key.h"
#include "services/survey/domain/catalog.h"
#include "services/survey/domain/counted_response_log.h"
#include "services/survey/domain/erasure_feed.h"
#include "services/survey/domain/erasures.h"
#include "services/survey/domain/fieldwork.h"
#include "services/survey/domain/instruments.h"
#include "services/survey/domain/invitations.h"
#include "services/survey/domain/people.h"
#include "services/survey/domain/response_intake.h"
#include "services/survey/domain/retentions.h"
#include "services/survey/domain/tenant_quota.h"
#include "services/survey/retention_job.h"
#include "services/survey/rpc/backup_service.h"
#include "services/survey/rpc/convert.h"
#include "services/survey/rpc/invitation_service.h"
#include "services/survey/rpc/participation_stream.h"
#include "services/survey/rpc/people_service.h"
#include "services/survey/rpc/quality_service.h"
#include "services/survey/rpc/response_stream.h"
#include "services/survey/rpc/survey_service.h"
#include "services/survey/store/survey_database.h"

namespace pulsetaker::survey {
namespace {

constexpr absl::Duration kStreamsEndMax = absl::Seconds(5);
constexpr int kCountMax = 1'000'000;
constexpr std::int64_t kRowsPerSecondMax = 10'000'000;
constexpr std::int64_t kBytesPerSecondMax = 1'000'000'000'000;
constexpr absl::Duration kBurstMax = absl::Hours(1);
constexpr absl::Duration kRetentionCheckMin = absl::Seconds(1);
constexpr absl::Duration kRetentionCheckMax = absl::Hours(24);

absl::Status CheckOptions(const SurveyOptions& options) {
  if (options.streams_max < 1 || options.streams_max > kCountMax) {
    return FlagError("--streams_max is not 1 to 1000000");
  }
  if (options.submissions_max < 1 || options.submissions_max > kCountMax) {
    return FlagError("--submissions_max is not 1 to 1000000");
  }
  const QuotaLimits& quota = options.quota;
  if (quota.rows_per_second < 0 || quota.rows_per_second > kRowsPerSecondMax) {
    return FlagError("--tenant_rows_per_second is not 0 to 10000000");
  }
  if (quota.bytes_per_second < 0 ||
      quota.bytes_per_second > kBytesPerSecondMax) {
    return FlagError("--tenant_bytes_per_second is not 0 to 1000000000000");
  }
  if (quota.burst < absl::ZeroDuration() || quota.burst > kBurstMax) {
    return FlagError("--tenant_burst is not 0s to 1h");
  }
  if (options.retention_check_interval < kRetentionCheckMin ||
      options.retention_check_interval > kRetentionCheckMax) {
    return FlagError("--retention_check_interval is not 1s to 24h");
  }
  return absl::OkStatus();
}

// Writes into the audit log what was erased without anyone asking for it then.
auto RecorderOf(audit::AuditTrail& trail) {
  return [&trail](const LocalityKey& locality, std::int64_t count,
                  const absl::Status& outcome) {
    return trail.Record({.subject = "pulsetaker-survey",
                         .tenant = locality.tenant,
                         .method = "retention/erase",
                         .resource = NameOf(locality),
                         .code = static_cast<std::int32_t>(outcome.code()),
                         .reason = ReasonOf(outcome),
                         .item_count = count});
  };
}

absl::StatusOr<std::shared_ptr<const crypto::RootKey>> RootKeyOf(
    const SurveyOptions& options) {
  if (options.root_key_file.empty()) {
    log::Warning(
        "root_key_in_store",
        {{"meaning",
          "names and notes are sealed with a key that lies in the store: who "
          "has its folder or a backup can read them. See --root_key_file."}});
    return std::shared_ptr<const crypto::RootKey>();
  }
  return crypto::ReadRootKeyFile(options.root_key_file);
}

StreamLimits LimitsOf(const SurveyOptions& options) {
  return {.open_count_max = static_cast<std::size_t>(options.streams_max)};
}

// Members are in the order of their dependencies, so that they are destroyed in
// the opposite one: the database last, after all that it was told is on disk.
class SurveyApplication final : public rpc::Application {
 public:
  SurveyApplication(const SurveyOptions& options,
                    std::unique_ptr<SurveyDatabase> database,
                    std::unique_ptr<audit::ServiceAudit> audit,
                    rpc::ServerParts& parts)
      : database_(std::move(database)),
        audit_(std::move(audit)),
        catalog_(database_->store(), parts.clock),
        instruments_(database_->instruments(), parts.clock),
        fieldwork_(database_->store(), database_->qualities(), parts.clock),
        people_(database_->people(), database_->store(), parts.clock),
        erasures_(people_, database_->people(), database_->erasure_ledger()),
        erasure_feed_(database_->erasure_ledger(), NewUuid()),
        retentions_({.people = people_,
                     .erasures = erasures_,
                     .store = database_->store(),
                     .policies = database_->retention(),
                     .clock = parts.clock,
                     .new_id = NewUuid,
                     .record = RecorderOf(audit_->trail())}),
        retention_job_(retentions_, options.retention_check_interval,
                       parts.metrics),
        counted_log_(MakeCountedResponseLog(database_->log(), parts.metrics)),
        intake_(database_->store(), *counted_log_, parts.clock),
        quota_(options.quota),
        streams_(intake_, quota_, parts.executor, LimitsOf(options)),
        watches_(database_->store(), parts.executor),
        invitations_(database_->store(), database_->consents(),
                     database_->invitations(), parts.clock),
        roster_search_(invitations_, database_->people()),
        service_(
            MakeSurveyService({.catalog = catalog_,
                               .instruments = instruments_,
                               .instrument_store = database_->instruments(),
                               .fieldwork = fieldwork_,
                               .intake = intake_,
                               .quota = quota_,
                               .streams = streams_,
                               .watches = watches_,
                               .invitations = invitations_,
                               .people = people_,
                               .store = database_->store(),
                               .people_store = database_->people(),
                               .executor = parts.executor,
                               .submissions_max = options.submissions_max})),
        invitation_service_(
            MakeInvitationService({.invitations = invitations_,
                                   .roster_search = roster_search_,
                                   .invitation_store = database_->invitations(),
                                   .consent_store = database_->consents(),
                                   .executor = parts.executor})),
        quality_service_(
            MakeQualityService({.people = people_,
                                .qualities = database_->qualities(),
                                .store = database_->store(),
                                .executor = parts.executor,
                                .clock = parts.clock})),
        people_service_(MakePeopleService({.people = people_,
                                           .erasures = erasures_,
                                           .feed = erasure_feed_,
                                           .retentions = retentions_,
                                           .store = database_->people(),
                                           .executor = parts.executor})),
        backup_service_(MakeBackupService(database_->backups(), parts.executor,
                                          parts.clock)),
        metrics_(parts.metrics.AddCollector(
            [this] { return database_->CollectMetrics(); })) {}

  std::vector<grpc::Service*> services() override {
    return {service_.get(),        invitation_service_.get(),
            people_service_.get(), quality_service_.get(),
            backup_service_.get(), &audit_->service()};
  }

  audit::AuditTrail* audit() override { return &audit_->trail(); }

  MaintainedStore* store() override { return &database_->maintained(); }

  absl::Status Start() override {
    retention_job_.Start();
    return absl::OkStatus();
  }

  void BeginStop() override {
    retention_job_.BeginStop();
    streams_.BeginStop();
    watches_.BeginStop();
    streams_.WaitUntilEnded(kStreamsEndMax);
  }

  void Stop() override { retention_job_.Stop(); }

 private:
  const std::unique_ptr<SurveyDatabase> database_;
  const std::unique_ptr<audit::ServiceAudit> audit_;
  Catalog catalog_;
  Instruments instruments_;
  Fieldwork fieldwork_;
  People people_;
  Erasures erasures_;
  const ErasureFeed erasure_feed_;
  Retentions retentions_;
  RetentionJob retention_job_;
  const std::unique_ptr<ResponseLog> counted_log_;
  const ResponseIntake intake_;
  TenantQuota quota_;
  ResponseStreams streams_;
  ParticipationStreams watches_;
  Invitations invitations_;
  RosterSearch roster_search_;
  const std::unique_ptr<grpc::Service> service_;
  const std::unique_ptr<grpc::Service> invitation_service_;
  const std::unique_ptr<grpc::Service> quality_service_;
  const std::unique_ptr<grpc::Service> people_service_;
  const std::unique_ptr<grpc::Service> backup_service_;
  const std::unique_ptr<Metrics::Registration> metrics_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<rpc::Application>> MakeSurveyApplication(
    const SurveyOptions& options, rpc::ServerParts& parts) {
  PT_RETURN_IF_ERROR(CheckOptions(options));
  PT_ASSIGN_OR_RETURN(std::shared_ptr<const crypto::RootKey> root_key,
                      RootKeyOf(options));
  PT_ASSIGN_OR_RETURN(std::unique_ptr<SurveyDatabase> database,
                      OpenSurveyDatabase({.path = parts.data_dir,
                                          .backup_dir = options.backup_dir,
                                          .root_key = std::move(root_key)}));
  PT_ASSIGN_OR_RETURN(std::unique_ptr<audit::ServiceAudit> audit,
                      audit::ServiceAudit::Open("survey", parts));
  return std::make_unique<SurveyApplication>(options, std::move(database),
                                             std::move(audit), parts);
}

}  // namespace pulsetaker::survey
