#include "cli/health/health_command.h"

#include <cstdio>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "grpc/health/v1/health.grpc.pb.h"
#include "grpcpp/client_context.h"

namespace pulsetaker::cli {
namespace {

namespace health = grpc::health::v1;

// "serving", or what is wrong.
std::string AskHealth(Service service, const ConnectionOptions& options) {
  const auto stub = health::Health::NewStub(ChannelTo(service, options));
  grpc::ClientContext context;
  context.set_deadline(absl::ToChronoTime(absl::Now() + options.deadline));
  health::HealthCheckResponse response;
  const grpc::Status status =
      stub->Check(&context, health::HealthCheckRequest(), &response);
  if (!status.ok()) return absl::StrCat("no answer: ", status.error_message());
  if (response.status() == health::HealthCheckResponse::SERVING) {
    return "serving";
  }
  return absl::StrCat(
      "not serving: ",
      health::HealthCheckResponse::ServingStatus_Name(response.status()));
}

}  // namespace

ExitCode PrintHealth(const ConnectionOptions& options) {
  bool all_serve = true;
  for (const Service service :
       {Service::kSurvey, Service::kNetwork, Service::kAssessment}) {
    const std::string answer = AskHealth(service, options);
    std::printf("%-10s  %s  %s\n", NameOf(service),
                AddressOf(service, options).c_str(), answer.c_str());
    if (answer != "serving") all_serve = false;
  }
  return all_serve ? ExitCode::kOk : ExitCode::kUnreachable;
}

void AddHealthCommand(CLI::App& app, Command& command) {
  const auto options = std::make_shared<ConnectionOptions>();
  CLI::App* sub =
      app.add_subcommand("health", "Ask the three services whether they serve");
  AddConnectionOptions(
      *sub, {Service::kSurvey, Service::kNetwork, Service::kAssessment},
      *options);
  sub->callback([options, &command] {
    command.run = [options] { return PrintHealth(*options); };
  });
}

}  // namespace pulsetaker::cli
