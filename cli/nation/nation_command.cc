#include "cli/nation/nation_command.h"

#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/time/clock.h"
#include "cli/nation/nation_page.h"
#include "cli/rpc/connection.h"
#include "cli/rpc/patient_call.h"
#include "cli/rpc/progress.h"
#include "cli/run/operations.h"
#include "common/base/status.h"
#include "common/base/uuid.h"
#include "google/protobuf/util/json_util.h"
#include "pulsetaker/assessment/v1/assessment_service.grpc.pb.h"

namespace pulsetaker::cli {
namespace {

namespace lro = google::longrunning;
namespace v1 = assessment::v1;

struct NationOptions {
  ConnectionOptions connection;
  v1::RunNationalAssessmentRequest request;
  absl::Duration wait = absl::Hours(24);
  std::string output = "text";
};

absl::StatusOr<lro::Operation> Start(const NationOptions& options) {
  using Stub = v1::AssessmentService::StubInterface;
  const auto stub = v1::AssessmentService::NewStub(
      ChannelTo(Service::kAssessment, options.connection));
  v1::RunNationalAssessmentRequest request = options.request;
  request.set_parent("tenants/" + options.connection.tenant);
  if (request.request_id().empty()) request.set_request_id(NewUuid());
  absl::StatusOr<lro::Operation> operation =
      CallPatiently(static_cast<Stub&>(*stub), &Stub::RunNationalAssessment,
                    request, absl::Now() + options.connection.deadline);
  if (operation.ok()) {
    std::fprintf(stderr,
                 "%s goes on without this command; --request-id=%s comes back "
                 "to it\n",
                 operation->name().c_str(), request.request_id().c_str());
  }
  return operation;
}

absl::StatusOr<v1::NationalAssessment> Run(const NationOptions& options) {
  PT_ASSIGN_OR_RETURN(lro::Operation operation, Start(options));
  const auto stub = lro::Operations::NewStub(
      ChannelTo(Service::kAssessment, options.connection));
  Progress progress(stderr, ::isatty(STDERR_FILENO) == 1);
  PT_ASSIGN_OR_RETURN(
      operation, WaitForOperation(*stub, std::move(operation),
                                  {options.connection.deadline, options.wait},
                                  [&](const google::protobuf::Any& packed) {
                                    v1::RunNationalAssessmentMetadata metadata;
                                    if (!packed.UnpackTo(&metadata)) return;
                                    progress.Show(NationStepText(metadata),
                                                  FinishedCount(metadata),
                                                  metadata.total_count());
                                  }));
  progress.Clear();
  v1::NationalAssessment national;
  if (!operation.response().UnpackTo(&national)) {
    return absl::InternalError("the answer is no national assessment");
  }
  return national;
}

void PrintJson(const v1::NationalAssessment& national) {
  google::protobuf::util::JsonPrintOptions format;
  format.preserve_proto_field_names = true;
  format.always_print_primitive_fields = true;
  std::string json;
  // A message that was parsed can be printed.
  (void)google::protobuf::util::MessageToJsonString(national, &json, format);
  std::printf("%s\n", json.c_str());
}

ExitCode AssessNation(const NationOptions& options) {
  const absl::StatusOr<v1::NationalAssessment> national = Run(options);
  if (!national.ok()) {
    std::fprintf(
        stderr, "pulsetaker assess-nation: %s\n",
        FailureText(national.status(), Service::kAssessment, options.connection)
            .c_str());
    return ExitCodeOf(national.status());
  }
  if (options.output == "json") {
    PrintJson(*national);
  } else {
    std::printf("%s", NationPage(*national).c_str());
  }
  return ExitCodeOfNation(*national);
}

void AddParameters(CLI::App& sub, v1::AssessmentParameters* parameters) {
  sub.add_option_function<std::int64_t>(
      "--seed", [=](std::int64_t v) { parameters->set_seed(v); },
      "Seed of the bootstrap; 1 if not given");
  sub.add_option_function<std::int32_t>(
      "--replicates",
      [=](std::int32_t v) { parameters->set_replicate_count(v); },
      "Bootstrap replicates; 1000 if not given");
  sub.add_option_function<std::int32_t>(
      "--min-cell", [=](std::int32_t v) { parameters->set_min_cell_count(v); },
      "The fewest people behind a published number; 5 if not given");
}

}  // namespace

void AddNationCommand(CLI::App& app, Command& command) {
  const auto options = std::make_shared<NationOptions>();
  v1::RunNationalAssessmentRequest* request = &options->request;
  CLI::App* sub = app.add_subcommand(
      "assess-nation",
      "Assess every place of a tenant at its latest closed wave, and say what "
      "holds for all of them together");
  sub->add_option_function<std::string>(
         "--survey",
         [=](const std::string& v) {
           request->mutable_scope()->set_survey_id(v);
         },
         "Id of the survey; all surveys if not given")
      ->type_name("ID");
  sub->add_option_function<std::string>(
      "--region",
      [=](const std::string& v) { request->mutable_scope()->set_region(v); },
      "Only places of this region");
  AddParameters(*sub, request->mutable_parameters());
  sub->add_option_function<std::string>(
         "--request-id",
         [=](const std::string& v) { request->set_request_id(v); },
         "To come back to a run that began before; a new one if not given")
      ->type_name("UUID");
  AddDurationOption(*sub, "--wait", options->wait,
                    "The longest to wait; the run goes on all the same");
  sub->add_option("--output", options->output, "How to report")
      ->check(CLI::IsMember({"text", "json"}))
      ->capture_default_str();
  AddConnectionOptions(*sub, {Service::kAssessment}, options->connection);
  sub->callback([options, &command] {
    command.run = [options] { return AssessNation(*options); };
  });
}

}  // namespace pulsetaker::cli
