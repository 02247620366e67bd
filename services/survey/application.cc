#include "services/survey/application.h"

#include <cstdint>
#include <utility>
#include <vector>

#include "common/base/env_flags.h"
#include "common/base/status.h"
#include "services/survey/domain/catalog.h"
#include "services/survey/domain/fieldwork.h"
#include "services/survey/domain/response_intake.h"
#include "services/survey/domain/tenant_quota.h"
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
  return absl::OkStatus();
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
                    rpc::ServerParts& parts)
      : database_(std::move(database)),
        catalog_(database_->store(), parts.clock),
        fieldwork_(database_->store(), parts.clock),
        intake_(database_->store(), database_->log(), parts.clock),
        quota_(options.quota),
        streams_(intake_, quota_, parts.executor, LimitsOf(options)),
        service_(
            MakeSurveyService({.catalog = catalog_,
                               .fieldwork = fieldwork_,
                               .intake = intake_,
                               .quota = quota_,
                               .streams = streams_,
                               .store = database_->store(),
                               .executor = parts.executor,
                               .submissions_max = options.submissions_max})),
        metrics_(parts.metrics.AddCollector(
            [this] { return database_->CollectMetrics(); })) {}

  std::vector<grpc::Service*> services() override { return {service_.get()}; }

  void BeginStop() override {
    streams_.BeginStop();
    streams_.WaitUntilEnded(kStreamsEndMax);
  }

 private:
  const std::unique_ptr<SurveyDatabase> database_;
  Catalog catalog_;
  Fieldwork fieldwork_;
  const ResponseIntake intake_;
  TenantQuota quota_;
  ResponseStreams streams_;
  const std::unique_ptr<grpc::Service> service_;
  const std::unique_ptr<Metrics::Registration> metrics_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<rpc::Application>> MakeSurveyApplication(
    const SurveyOptions& options, rpc::ServerParts& parts) {
  PT_RETURN_IF_ERROR(CheckOptions(options));
  PT_ASSIGN_OR_RETURN(std::unique_ptr<SurveyDatabase> database,
                      OpenSurveyDatabase({.path = parts.data_dir}));
  return std::make_unique<SurveyApplication>(options, std::move(database),
                                             parts);
}

}  // namespace pulsetaker::survey
