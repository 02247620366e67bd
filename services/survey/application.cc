#include "services/survey/application.h"

#include <utility>
#include <vector>

#include "common/base/status.h"
#include "services/survey/domain/catalog.h"
#include "services/survey/domain/fieldwork.h"
#include "services/survey/domain/invitations.h"
#include "services/survey/domain/response_intake.h"
#include "services/survey/rpc/invitation_service.h"
#include "services/survey/rpc/response_stream.h"
#include "services/survey/rpc/survey_service.h"
#include "services/survey/store/survey_database.h"

namespace pulsetaker::survey {
namespace {

// Members are in the order of their dependencies, so that they are destroyed in
// the opposite one: the database last, after all that it was told is on disk.
class SurveyApplication final : public rpc::Application {
 public:
  SurveyApplication(std::unique_ptr<SurveyDatabase> database,
                    rpc::ServerParts& parts)
      : database_(std::move(database)),
        catalog_(database_->store(), parts.clock),
        fieldwork_(database_->store(), parts.clock),
        intake_(database_->store(), database_->log(), parts.clock),
        streams_(intake_, parts.executor),
        invitations_(database_->store(), database_->consents(),
                     database_->invitations(), parts.clock),
        invitation_service_(
            MakeInvitationService({.invitations = invitations_,
                                   .invitation_store = database_->invitations(),
                                   .consent_store = database_->consents(),
                                   .executor = parts.executor})),
        service_(MakeSurveyService({.catalog = catalog_,
                                    .fieldwork = fieldwork_,
                                    .intake = intake_,
                                    .streams = streams_,
                                    .invitations = invitations_,
                                    .store = database_->store(),
                                    .executor = parts.executor})),
        metrics_(parts.metrics.AddCollector(
            [this] { return database_->CollectMetrics(); })) {}

  std::vector<grpc::Service*> services() override {
    return {service_.get(), invitation_service_.get()};
  }

  void BeginStop() override { streams_.BeginStop(); }

 private:
  const std::unique_ptr<SurveyDatabase> database_;
  Catalog catalog_;
  Fieldwork fieldwork_;
  const ResponseIntake intake_;
  ResponseStreams streams_;
  Invitations invitations_;
  const std::unique_ptr<grpc::Service> invitation_service_;
  const std::unique_ptr<grpc::Service> service_;
  const std::unique_ptr<Metrics::Registration> metrics_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<rpc::Application>> MakeSurveyApplication(
    rpc::ServerParts& parts) {
  PT_ASSIGN_OR_RETURN(std::unique_ptr<SurveyDatabase> database,
                      OpenSurveyDatabase({.path = parts.data_dir}));
  return std::make_unique<SurveyApplication>(std::move(database), parts);
}

}  // namespace pulsetaker::survey
