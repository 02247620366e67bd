#include "cli/rpc/connection.h"

#include <algorithm>

#include "absl/random/random.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/base/status.h"
#include "common/base/tenant_buckets.h"
#include "common/rpc/client_call.h"

namespace pulsetaker::cli {
namespace {

constexpr absl::Duration kFirstWait = absl::Milliseconds(100);
constexpr absl::Duration kLongestWait = absl::Seconds(5);

}  // namespace

CLI::Option* AddDurationOption(CLI::App& sub, const std::string& name,
                               absl::Duration& value,
                               const std::string& description) {
  return sub
      .add_option_function<std::string>(
          name,
          [&value](const std::string& text) {
            absl::Duration parsed;
            if (!absl::ParseDuration(text, &parsed) ||
                parsed <= absl::ZeroDuration() ||
                parsed > absl::Hours(24 * 365)) {
              throw CLI::ValidationError(
                  absl::StrCat("\"", text,
                               "\" is no duration; want one such as 500ms, "
                               "30s, 2m or 1h"));
            }
            value = parsed;
          },
          description)
      ->type_name("DURATION")
      ->default_str(absl::FormatDuration(value));
}

const char* NameOf(Service service) {
  switch (service) {
    case Service::kSurvey:
      return "survey";
    case Service::kNetwork:
      return "network";
    case Service::kAssessment:
      return "assessment";
  }
  return "";
}

const std::string& AddressOf(Service service,
                             const ConnectionOptions& options) {
  switch (service) {
    case Service::kNetwork:
      return options.network_address;
    case Service::kAssessment:
      return options.assessment_address;
    case Service::kSurvey:
      break;
  }
  return options.survey_address;
}

std::shared_ptr<grpc::Channel> ChannelTo(Service service,
                                         const ConnectionOptions& options) {
  const std::string& address = AddressOf(service, options);
  return options.credentials == nullptr
             ? rpc::MakeChannel(address)
             : rpc::MakeSecureChannel(address, options.credentials);
}

ExitCode ExitCodeOf(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kOk:
      return ExitCode::kOk;
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kDeadlineExceeded:
      return ExitCode::kUnreachable;
    case absl::StatusCode::kInternal:
    case absl::StatusCode::kUnknown:
    case absl::StatusCode::kDataLoss:
      return ExitCode::kFailed;
    default:
      return ExitCode::kRefused;
  }
}

std::string FailureText(const absl::Status& status, Service service,
                        const ConnectionOptions& options) {
  const std::string who = absl::StrCat("the ", NameOf(service), " service at ",
                                       AddressOf(service, options));
  const std::string reason = ReasonOf(status);
  if (ExitCodeOf(status) == ExitCode::kUnreachable && reason.empty()) {
    return absl::StrCat(who, " cannot be reached: ", status.message());
  }
  // A server of another version may not know the method.
  if (status.message().empty()) {
    return absl::StrCat(who, " says ", absl::StatusCodeToString(status.code()));
  }
  // The services give each error a reason; one without is of this program.
  if (reason.empty()) return std::string(status.message());
  return absl::StrCat(who, " says ", reason, ": ", status.message());
}

bool IsTransient(const absl::Status& status) {
  return absl::IsUnavailable(status) || absl::IsDeadlineExceeded(status) ||
         absl::IsCancelled(status) || ReasonOf(status) == kQuotaExceeded;
}

void Backoff::Wait(const absl::Status& failure) {
  thread_local absl::BitGen random;
  absl::Duration wait = kFirstWait;
  for (int i = 0; i < attempt_ && wait < kLongestWait; ++i) wait *= 2;
  wait = std::min(wait, kLongestWait);
  ++attempt_;
  absl::SleepFor(wait * absl::Uniform(random, 0.5, 1.0) +
                 RetryDelayOf(failure).value_or(absl::ZeroDuration()));
}

}  // namespace pulsetaker::cli
