#include "cli/run/job_commands.h"

#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "absl/time/clock.h"
#include "cli/rpc/connection.h"
#include "cli/rpc/patient_call.h"
#include "cli/run/operations.h"
#include "common/base/status.h"
#include "pulsetaker/assessment/v1/assessment_service.grpc.pb.h"
#include "pulsetaker/network/v1/network_service.grpc.pb.h"

namespace pulsetaker::cli {
namespace {

namespace lro = google::longrunning;
namespace networkpb = network::v1;
namespace assessmentpb = assessment::v1;

// PHASE_NULL_MODELS -> "null models".
std::string PhaseText(absl::string_view enum_name) {
  absl::ConsumePrefix(&enum_name, "PHASE_");
  return absl::StrReplaceAll(absl::AsciiStrToLower(enum_name), {{"_", " "}});
}

template <typename Metadata>
std::string StepText(const google::protobuf::Any& metadata) {
  Metadata step;
  if (!metadata.UnpackTo(&step)) return "";
  return PhaseText(Metadata::Phase_Name(step.phase()));
}

template <typename Result>
std::string ResultName(const google::protobuf::Any& response) {
  Result result;
  return response.UnpackTo(&result) ? result.name() : "";
}

struct AnalyzeFlags {
  JobOptions job;
  networkpb::AnalysisParameters parameters;
  std::string rule = "connector-named";
};

networkpb::RoleRule ParseRule(const std::string& rule) {
  if (rule == "closeness") return networkpb::ROLE_RULE_CLOSENESS;
  if (rule == "residual-information") {
    return networkpb::ROLE_RULE_RESIDUAL_INFORMATION;
  }
  if (rule == "quadrant") return networkpb::ROLE_RULE_QUADRANT;
  return networkpb::ROLE_RULE_CONNECTOR_NAMED;
}

ExitCode Analyze(const AnalyzeFlags& flags) {
  using Stub = networkpb::NetworkService::StubInterface;
  const auto stub = networkpb::NetworkService::NewStub(
      ChannelTo(Service::kNetwork, flags.job.connection));
  WaveJob job;
  job.command = "analyze";
  job.service = Service::kNetwork;
  job.start = [&](const std::string& wave, const std::string& request_id) {
    networkpb::AnalyzeWaveRequest request;
    request.set_parent(wave);
    request.set_request_id(request_id);
    *request.mutable_parameters() = flags.parameters;
    return CallPatiently(static_cast<Stub&>(*stub), &Stub::AnalyzeWave, request,
                         absl::Now() + flags.job.connection.deadline);
  };
  job.result_name = &ResultName<networkpb::Analysis>;
  job.step_text = &StepText<networkpb::AnalyzeWaveMetadata>;
  return RunWaveJob(job, flags.job);
}

struct AssessFlags {
  JobOptions job;
  assessmentpb::AssessmentParameters parameters;
};

ExitCode Assess(const AssessFlags& flags) {
  using Stub = assessmentpb::AssessmentService::StubInterface;
  const auto stub = assessmentpb::AssessmentService::NewStub(
      ChannelTo(Service::kAssessment, flags.job.connection));
  WaveJob job;
  job.command = "assess";
  job.service = Service::kAssessment;
  job.start = [&](const std::string& wave, const std::string& request_id) {
    assessmentpb::AssessWaveRequest request;
    request.set_parent(wave);
    request.set_request_id(request_id);
    *request.mutable_parameters() = flags.parameters;
    return CallPatiently(static_cast<Stub&>(*stub), &Stub::AssessWave, request,
                         absl::Now() + flags.job.connection.deadline);
  };
  job.result_name = &ResultName<assessmentpb::Assessment>;
  job.step_text = &StepText<assessmentpb::AssessWaveMetadata>;
  return RunWaveJob(job, flags.job);
}

// Adds an option whose value goes through a setter of a message.
template <typename Value, typename Set>
CLI::Option* AddSetter(CLI::App& sub, const std::string& name, Set set,
                       const std::string& description) {
  return sub.add_option_function<Value>(
      name, [set](const Value& value) { set(value); }, description);
}

}  // namespace

void AddAnalyzeCommand(CLI::App& app, Command& command) {
  const auto flags = std::make_shared<AnalyzeFlags>();
  networkpb::AnalysisParameters* parameters = &flags->parameters;
  CLI::App* sub = app.add_subcommand("analyze",
                                     "Find roles, clique risk and layer links "
                                     "in the networks of closed waves");
  AddSetter<std::int64_t>(
      *sub, "--seed", [=](std::int64_t v) { parameters->set_seed(v); },
      "Seed of every random draw; 1 if not given");
  AddSetter<std::int32_t>(
      *sub, "--null-draws",
      [=](std::int32_t v) { parameters->set_null_draw_count(v); },
      "Draws of each null model; 999 if not given");
  AddSetter<std::int32_t>(
      *sub, "--replicates",
      [=](std::int32_t v) { parameters->set_replicate_count(v); },
      "Repeats without some answers, for the certainty of roles; 100 if not "
      "given");
  AddSetter<double>(
      *sub, "--role-share", [=](double v) { parameters->set_role_share(v); },
      "Target share of people with a role; 0.05 if not given");
  sub->add_option("--pulsetaker-rule", flags->rule, "What makes a pulsetaker")
      ->check(CLI::IsMember(
          {"connector-named", "closeness", "residual-information", "quadrant"}))
      ->capture_default_str();
  AddJobOptions(*sub, Service::kNetwork, flags->job);
  sub->callback([flags, &command] {
    if (flags->rule != "connector-named") {
      flags->parameters.set_pulsetaker_rule(ParseRule(flags->rule));
    }
    command.run = [flags] { return Analyze(*flags); };
  });
}

void AddAssessCommand(CLI::App& app, Command& command) {
  const auto flags = std::make_shared<AssessFlags>();
  assessmentpb::AssessmentParameters* parameters = &flags->parameters;
  CLI::App* sub = app.add_subcommand(
      "assess",
      "Assess closed waves: strategic triangle, phase, risks, recommendations");
  AddSetter<std::int64_t>(
      *sub, "--seed", [=](std::int64_t v) { parameters->set_seed(v); },
      "Seed of the bootstrap; 1 if not given");
  AddSetter<std::int32_t>(
      *sub, "--replicates",
      [=](std::int32_t v) { parameters->set_replicate_count(v); },
      "Bootstrap replicates; 1000 if not given");
  AddSetter<std::int32_t>(
      *sub, "--min-cell",
      [=](std::int32_t v) { parameters->set_min_cell_count(v); },
      "The fewest people behind a published number; 5 if not given");
  AddJobOptions(*sub, Service::kAssessment, flags->job);
  sub->callback(
      [flags, &command] { command.run = [flags] { return Assess(*flags); }; });
}

}  // namespace pulsetaker::cli
