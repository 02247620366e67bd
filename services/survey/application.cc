#include "services/survey/application.h"

#include <utility>
#include <vector>

#include "common/base/env_flags.h"
#include "common/base/status.h"
#include "services/survey/domain/catalog.h"
#include "services/survey/domain/fieldwork.h"
#include "services/survey/domain/response_intake.h"
#include "services/survey/rpc/backup_service.h"
#include "services/survey/rpc/response_stream.h"
#include "services/survey/rpc/survey_service.h"
#include "services/survey/store/survey_database.h"

namespace pulsetaker::survey {
namespace {

constexpr int kStreamsMax = 1'000'000;

absl::Status CheckOptions(const SurveyOptions& options) {
  if (options.streams_max < 1 || options.streams_max > kStreamsMax) {
    return FlagError("--streams_max is not 1 to 1000000");
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
        streams_(intake_, parts.executor, LimitsOf(options)),
        service_(MakeSurveyService({.catalog = catalog_,
                                    .fieldwork = fieldwork_,
                                    .intake = intake_,
                                    .streams = streams_,
                                    .store = database_->store(),
                                    .executor = parts.executor})),
        backup_service_(MakeBackupService(database_->backups(), parts.executor,
                                          parts.clock)),
        metrics_(parts.metrics.AddCollector(
            [this] { return database_->CollectMetrics(); })) {}

  std::vector<grpc::Service*> services() override {
    return {service_.get(), backup_service_.get()};
  }

  void BeginStop() override { streams_.BeginStop(); }

 private:
  const std::unique_ptr<SurveyDatabase> database_;
  Catalog catalog_;
  Fieldwork fieldwork_;
  const ResponseIntake intake_;
  ResponseStreams streams_;
  const std::unique_ptr<grpc::Service> service_;
  const std::unique_ptr<grpc::Service> backup_service_;
  const std::unique_ptr<Metrics::Registration> metrics_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<rpc::Application>> MakeSurveyApplication(
    const SurveyOptions& options, rpc::ServerParts& parts) {
  PT_RETURN_IF_ERROR(CheckOptions(options));
  PT_ASSIGN_OR_RETURN(std::unique_ptr<SurveyDatabase> database,
                      OpenSurveyDatabase({.path = parts.data_dir,
                                          .backup_dir = options.backup_dir}));
  return std::make_unique<SurveyApplication>(options, std::move(database),
                                             parts);
}

}  // namespace pulsetaker::survey
