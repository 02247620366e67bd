#include "cli/run/operations.h"

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "cli/import/text.h"
#include "cli/rpc/parallel.h"
#include "cli/rpc/progress.h"
#include "common/base/status.h"
#include "common/base/uuid.h"
#include "common/rpc/client_call.h"
#include "nlohmann/json.hpp"

namespace pulsetaker::cli {
namespace {

namespace lro = google::longrunning;
using OperationsStub = lro::Operations::StubInterface;

// How long one call waits at the server: progress is shown as often.
constexpr absl::Duration kStep = absl::Seconds(1);

struct JobOutcome {
  absl::Status status;
  std::string result;
  absl::Duration time;
};

std::string IdOf(absl::string_view name) {
  return std::string(name.substr(name.rfind('/') + 1));
}

class JobRun {
 public:
  JobRun(const WaveJob& job, const JobOptions& options)
      : job_(job),
        options_(options),
        progress_(stderr, ::isatty(STDERR_FILENO) == 1) {}

  ExitCode Run() {
    const auto survey_stub = survey::v1::SurveyService::NewStub(
        ChannelTo(Service::kSurvey, options_.connection));
    const absl::StatusOr<SelectedWaves> selected =
        SelectWaves({*survey_stub, options_.connection.tenant,
                     options_.connection.deadline},
                    options_.selection);
    if (!selected.ok()) {
      return Fail(
          FailureText(selected.status(), Service::kSurvey, options_.connection),
          ExitCodeOf(selected.status()));
    }
    operations_ =
        lro::Operations::NewStub(ChannelTo(job_.service, options_.connection));
    const std::vector<SelectedWave>& waves = selected->waves;
    outcomes_.resize(waves.size());
    ForEachInParallel(waves.size(), options_.parallelism, [&](std::size_t i) {
      outcomes_[i] = RunOne(waves, i);
      ++done_count_;
      progress_.Show(job_.command, done_count_,
                     static_cast<std::int64_t>(waves.size()));
    });
    progress_.Clear();
    Report(*selected);
    return ExitCodeOfAll();
  }

 private:
  JobOutcome RunOne(const std::vector<SelectedWave>& waves, std::size_t index) {
    const absl::Time begin = absl::Now();
    JobOutcome outcome;
    absl::StatusOr<lro::Operation> operation =
        job_.start(waves[index].wave.name(), NewUuid());
    if (operation.ok()) {
      operation = WaitForOperation(
          *operations_, *std::move(operation),
          {options_.connection.deadline, options_.wait},
          [&](const google::protobuf::Any& metadata) {
            progress_.Show(absl::StrCat(IdOf(waves[index].locality.name()), " ",
                                        job_.step_text(metadata)),
                           done_count_,
                           static_cast<std::int64_t>(waves.size()));
          });
    }
    outcome.status = operation.status();
    if (operation.ok()) {
      outcome.result = job_.result_name(operation->response());
    }
    outcome.time = absl::Now() - begin;
    return outcome;
  }

  void Report(const SelectedWaves& selected) const {
    if (options_.output == "json") {
      ReportJson(selected);
      return;
    }
    std::size_t width = 0;
    for (const SelectedWave& wave : selected.waves) {
      width = std::max(width, IdOf(wave.locality.name()).size());
    }
    for (std::size_t i = 0; i < outcomes_.size(); ++i) {
      const SelectedWave& wave = selected.waves[i];
      const JobOutcome& outcome = outcomes_[i];
      const std::string place = IdOf(wave.locality.name());
      const std::string padding(width - place.size(), ' ');
      if (outcome.status.ok()) {
        absl::PrintF("%s%s  wave %s  done in %.1f s  %s\n", place, padding,
                     IdOf(wave.wave.name()),
                     absl::ToDoubleSeconds(outcome.time), IdOf(outcome.result));
      } else {
        absl::PrintF(
            "%s%s  wave %s  failed: %s\n", place, padding,
            IdOf(wave.wave.name()),
            FailureText(outcome.status, job_.service, options_.connection));
      }
    }
    if (!selected.passed_over.empty()) {
      absl::PrintF("no closed wave of %s: %s\n", options_.selection.survey,
                   absl::StrJoin(selected.passed_over, ", "));
    }
  }

  void ReportJson(const SelectedWaves& selected) const {
    nlohmann::json waves = nlohmann::json::array();
    for (std::size_t i = 0; i < outcomes_.size(); ++i) {
      const JobOutcome& outcome = outcomes_[i];
      nlohmann::json entry = {{"wave", selected.waves[i].wave.name()},
                              {"result", outcome.result},
                              {"seconds", absl::ToDoubleSeconds(outcome.time)}};
      if (!outcome.status.ok()) {
        entry["error"] = std::string(outcome.status.message());
        entry["reason"] = ReasonOf(outcome.status);
        entry["code"] = absl::StatusCodeToString(outcome.status.code());
      }
      waves.push_back(std::move(entry));
    }
    const nlohmann::json report = {{"waves", std::move(waves)},
                                   {"passed_over", selected.passed_over}};
    std::printf("%s\n", report.dump().c_str());
  }

  ExitCode ExitCodeOfAll() const {
    const auto failed =
        std::find_if(outcomes_.begin(), outcomes_.end(),
                     [](const JobOutcome& o) { return !o.status.ok(); });
    if (failed == outcomes_.end()) return ExitCode::kOk;
    const bool is_any_done =
        std::any_of(outcomes_.begin(), outcomes_.end(),
                    [](const JobOutcome& o) { return o.status.ok(); });
    return is_any_done ? ExitCode::kFailed : ExitCodeOf(failed->status);
  }

  ExitCode Fail(const std::string& text, ExitCode code) const {
    std::fprintf(stderr, "pulsetaker %s: %s\n", job_.command.c_str(),
                 text.c_str());
    return code;
  }

  const WaveJob& job_;
  const JobOptions& options_;
  Progress progress_;
  std::unique_ptr<OperationsStub> operations_;
  std::vector<JobOutcome> outcomes_;
  std::atomic<std::int64_t> done_count_ = 0;
};

}  // namespace

absl::StatusOr<lro::Operation> WaitForOperation(
    OperationsStub& stub, lro::Operation operation, const WaitOptions& options,
    const std::function<void(const google::protobuf::Any&)>& on_step) {
  const absl::Time end = absl::Now() + options.wait;
  absl::Time last_answer = absl::Now();
  Backoff backoff;
  while (!operation.done()) {
    on_step(operation.metadata());
    if (absl::Now() >= end) {
      return absl::DeadlineExceededError(
          absl::StrCat(operation.name(), " is not done after ",
                       absl::FormatDuration(options.wait)));
    }
    lro::WaitOperationRequest request;
    request.set_name(operation.name());
    request.mutable_timeout()->set_seconds(absl::ToInt64Seconds(kStep));
    absl::StatusOr<lro::Operation> next =
        rpc::Call(stub, &OperationsStub::WaitOperation, request,
                  absl::Now() + std::max(options.call_deadline, 2 * kStep));
    if (next.ok()) {
      operation = *std::move(next);
      last_answer = absl::Now();
      backoff.Reset();
      continue;
    }
    const bool is_patient = IsTransient(next.status()) &&
                            absl::Now() - last_answer < options.call_deadline;
    if (!is_patient) return next.status();
    backoff.Wait(next.status());
  }
  if (operation.has_error()) return rpc::FromRpcStatus(operation.error());
  return operation;
}

void AddJobOptions(CLI::App& sub, Service service, JobOptions& options) {
  AddSelectionOptions(sub, options.selection);
  AddDurationOption(sub, "--wait", options.wait,
                    "The longest to wait for one place");
  sub.add_option("--parallel", options.parallelism, "Places at once")
      ->check(CLI::Range(1, 64))
      ->capture_default_str();
  sub.add_option("--output", options.output, "How to report")
      ->check(CLI::IsMember({"text", "json"}))
      ->capture_default_str();
  AddConnectionOptions(sub, {Service::kSurvey, service}, options.connection);
}

ExitCode RunWaveJob(const WaveJob& job, const JobOptions& options) {
  return JobRun(job, options).Run();
}

}  // namespace pulsetaker::cli
