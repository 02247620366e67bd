#include "tests/integration/running_system.h"

#include <cstdlib>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/base/status.h"
#include "services/assessment/application.h"
#include "services/network/application.h"
#include "services/survey/application.h"

namespace pulsetaker::integration {
namespace {

std::string LocalAddress(int port) { return absl::StrCat("127.0.0.1:", port); }

}  // namespace

TemporaryFolder::TemporaryFolder() {
  std::string path =
      (std::filesystem::temp_directory_path() / "pulsetaker-XXXXXX").string();
  if (mkdtemp(path.data()) == nullptr) FailStop("no temporary folder");
  path_ = path;
}

TemporaryFolder::~TemporaryFolder() { std::filesystem::remove_all(path_); }

RunningService::RunningService(const std::filesystem::path& data_dir, int port,
                               const rpc::MakeApplication& make_application)
    : executor_(std::make_unique<BoundedExecutor>(4, 256)),
      parts_{.data_dir = data_dir.string(),
             .executor = *executor_,
             .metrics = metrics_,
             .clock = [] { return absl::Now(); }} {
  auto application = make_application(parts_);
  if (!application.ok()) FailStop(application.status().ToString());
  application_ = *std::move(application);
  if (const absl::Status started = application_->Start(); !started.ok()) {
    FailStop(started.ToString());
  }
  auto server = rpc::Server::Start(
      {.listen = LocalAddress(port), .drain = absl::ZeroDuration()},
      application_->services(), metrics_);
  if (!server.ok()) FailStop(server.status().ToString());
  server_ = *std::move(server);
}

RunningService::~RunningService() {
  server_->Shutdown([this] { application_->BeginStop(); });
  executor_.reset();
  application_->Stop();
}

std::string RunningService::address() const { return LocalAddress(port()); }

RunningSystem::RunningSystem(int analysis_threads)
    : analysis_threads_(analysis_threads) {
  StartAll();
}

void RunningSystem::StartSurvey() {
  if (survey_ != nullptr) return;
  survey_ = std::make_unique<RunningService>(
      folder_.path() / "survey", survey_port_, [](rpc::ServerParts& parts) {
        return survey::MakeSurveyApplication({}, parts);
      });
  survey_port_ = survey_->port();
}

void RunningSystem::StartNetwork() {
  if (network_ != nullptr) return;
  network::NetworkOptions options;
  options.survey_address = LocalAddress(survey_port_);
  options.analysis_threads = analysis_threads_;
  network_ = std::make_unique<RunningService>(
      folder_.path() / "network", network_port_, [&](rpc::ServerParts& parts) {
        return network::MakeNetworkApplication(options, parts);
      });
  network_port_ = network_->port();
}

void RunningSystem::StartAssessment() {
  if (assessment_ != nullptr) return;
  assessment::AssessmentOptions options;
  options.survey_address = LocalAddress(survey_port_);
  options.network_address = LocalAddress(network_port_);
  assessment_ = std::make_unique<RunningService>(
      folder_.path() / "assessment", assessment_port_,
      [&](rpc::ServerParts& parts) {
        return assessment::MakeAssessmentApplication(options, parts);
      });
  assessment_port_ = assessment_->port();
}

void RunningSystem::StartAll() {
  StartSurvey();
  StartNetwork();
  StartAssessment();
}

void RunningSystem::StopAll() {
  StopAssessment();
  StopNetwork();
  StopSurvey();
}

}  // namespace pulsetaker::integration
