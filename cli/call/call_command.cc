#include "cli/call/call_command.h"

#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "cli/call/generic_call.h"
#include "cli/call/methods.h"
#include "cli/rpc/connection.h"
#include "common/base/status.h"
#include "google/protobuf/util/json_util.h"

namespace pulsetaker::cli {
namespace {

using google::protobuf::Message;

struct CallOptions {
  ConnectionOptions connection;
  std::string method;
  std::vector<std::string> requests;
  std::string at;
  bool list = false;
};

ExitCode Fail(ExitCode code, absl::string_view problem) {
  std::fprintf(stderr, "pulsetaker call: %.*s\n",
               static_cast<int>(problem.size()), problem.data());
  return code;
}

ExitCode List() {
  for (const Method& method : AllMethods()) {
    const auto& descriptor = *method.descriptor;
    std::printf("%-46s %s%s -> %s%s\n", ShortName(descriptor).c_str(),
                descriptor.client_streaming() ? "stream " : "",
                descriptor.input_type()->name().c_str(),
                descriptor.server_streaming() ? "stream " : "",
                descriptor.output_type()->name().c_str());
  }
  return ExitCode::kOk;
}

absl::StatusOr<std::unique_ptr<Message>> ReadRequest(
    const google::protobuf::Descriptor& type, const std::string& json) {
  std::unique_ptr<Message> message(
      google::protobuf::MessageFactory::generated_factory()
          ->GetPrototype(&type)
          ->New());
  const auto read =
      google::protobuf::util::JsonStringToMessage(json, message.get());
  if (!read.ok()) {
    return absl::InvalidArgumentError(absl::StrCat(
        "the request is no ", type.name(), ": ",
        absl::string_view(read.message().data(), read.message().size())));
  }
  return message;
}

absl::Status Print(const Message& message) {
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  std::string json;
  const auto printed =
      google::protobuf::util::MessageToJsonString(message, &json, options);
  if (!printed.ok()) {
    return absl::InternalError("the answer cannot be shown as JSON");
  }
  std::printf("%s\n", json.c_str());
  return absl::OkStatus();
}

std::optional<Service> ServiceNamed(const std::string& name) {
  for (const Service service :
       {Service::kSurvey, Service::kNetwork, Service::kAssessment}) {
    if (name == NameOf(service)) return service;
  }
  return std::nullopt;
}

absl::StatusOr<GenericCall> MakeCall(const Method& method,
                                     const CallOptions& options) {
  GenericCall call;
  call.path = method.path();
  call.response_type = method.descriptor->output_type();
  call.deadline = absl::Now() + options.connection.deadline;
  std::vector<std::string> requests = options.requests;
  if (requests.empty()) requests.emplace_back("{}");
  if (requests.size() > 1 && !method.descriptor->client_streaming()) {
    return absl::InvalidArgumentError(
        "the method takes one request; quote it as one argument");
  }
  for (const std::string& json : requests) {
    PT_ASSIGN_OR_RETURN(auto request,
                        ReadRequest(*method.descriptor->input_type(), json));
    call.requests.push_back(std::move(request));
  }
  return call;
}

ExitCode RunCall(const CallOptions& options) {
  if (options.list) return List();
  absl::StatusOr<Method> method = FindMethod(options.method);
  if (!method.ok()) return Fail(ExitCode::kUsage, method.status().message());
  if (!options.at.empty()) method->server = *ServiceNamed(options.at);
  const auto call = MakeCall(*method, options);
  if (!call.ok()) return Fail(ExitCode::kUsage, call.status().message());
  const absl::Status ended =
      Run(ChannelTo(method->server, options.connection), *call, Print);
  if (ended.ok()) return ExitCode::kOk;
  return Fail(ExitCodeOf(ended),
              FailureText(ended, method->server, options.connection));
}

}  // namespace

void AddCallCommand(CLI::App& app, Command& command) {
  const auto options = std::make_shared<CallOptions>();
  CLI::App* sub = app.add_subcommand(
      "call", "Call any method of any service, with JSON in and out");
  sub->add_option("METHOD", options->method,
                  "Such as SurveyService.GetWave; see --list");
  sub->add_option(
      "REQUEST", options->requests,
      "The request in JSON; more than one where the client streams. "
      "Answers are printed as JSON, one a line");
  sub->add_flag("--list", options->list, "List all methods, and end");
  sub->add_option("--at", options->at,
                  "Which service to ask, for methods that all have")
      ->check(CLI::IsMember({"survey", "network", "assessment"}));
  AddConnectionOptions(
      *sub, {Service::kSurvey, Service::kNetwork, Service::kAssessment},
      options->connection);
  sub->callback([options, &command] {
    command.run = [options] { return RunCall(*options); };
  });
}

}  // namespace pulsetaker::cli
