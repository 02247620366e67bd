#include "cli/report/report_command.h"

#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <system_error>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "cli/export/out_file.h"
#include "cli/rpc/connection.h"
#include "cli/rpc/patient_call.h"
#include "cli/run/places.h"
#include "cli/show/findings_source.h"
#include "common/base/digest.h"
#include "common/base/status.h"

namespace pulsetaker::cli {
namespace {

namespace fs = std::filesystem;
namespace assessmentpb = assessment::v1;

struct ReportFlags {
  ConnectionOptions connection;
  Selection selection;
  std::string format = "html";
  std::string out = "-";
};

std::string IdOf(const std::string& name) {
  return name.substr(name.rfind('/') + 1);
}

class ReportRun {
 public:
  explicit ReportRun(const ReportFlags& flags)
      : flags_(flags), source_(flags.connection) {}

  ExitCode Run() {
    const absl::StatusOr<SelectedWaves> selected =
        SelectWaves({source_.survey(), flags_.connection.tenant,
                     flags_.connection.deadline},
                    flags_.selection);
    if (!selected.ok()) return Fail({Service::kSurvey, selected.status()});
    const bool is_folder = selected->waves.size() > 1;
    if (is_folder && flags_.out == "-") {
      std::fprintf(stderr,
                   "pulsetaker report: %zu places are more than one file: "
                   "--out has to name a folder\n",
                   selected->waves.size());
      return ExitCode::kUsage;
    }
    for (const SelectedWave& selected_wave : selected->waves) {
      const absl::Status status = WriteOne(selected_wave, is_folder);
      if (!status.ok()) return Fail({Service::kAssessment, status});
    }
    return ExitCode::kOk;
  }

 private:
  absl::StatusOr<assessmentpb::ExportReportResponse> Export(
      const SelectedWave& place) const {
    PT_ASSIGN_OR_RETURN(
        const std::optional<assessmentpb::Assessment> assessment,
        source_.FindAssessment(place.wave));
    if (!assessment.has_value()) {
      return absl::FailedPreconditionError(
          absl::StrCat(IdOf(place.locality.name()),
                       " is not assessed yet: pulsetaker assess"));
    }
    assessmentpb::ExportReportRequest request;
    request.set_name(assessment->name());
    request.set_format(flags_.format == "json"
                           ? assessmentpb::REPORT_FORMAT_JSON
                           : assessmentpb::REPORT_FORMAT_HTML);
    using Stub = assessmentpb::AssessmentService::StubInterface;
    PT_ASSIGN_OR_RETURN(
        assessmentpb::ExportReportResponse report,
        CallPatiently(source_.assessment(), &Stub::ExportReport, request,
                      absl::Now() + flags_.connection.deadline));
    if (Sha256().Update(report.content()).Finish() != report.digest()) {
      return absl::DataLossError(
          "the report does not have the digest that it comes with");
    }
    return report;
  }

  absl::Status WriteOne(const SelectedWave& place, bool is_folder) const {
    PT_ASSIGN_OR_RETURN(const assessmentpb::ExportReportResponse report,
                        Export(place));
    std::string path = flags_.out;
    if (is_folder) {
      std::error_code ignored;  // Opening the file tells.
      fs::create_directories(flags_.out, ignored);
      path = (fs::path(flags_.out) /
              absl::StrCat(IdOf(place.locality.name()), "-wave-",
                           IdOf(place.wave.name()), ".", flags_.format))
                 .string();
    }
    OutFile file(path);
    PT_RETURN_IF_ERROR(file.Write(report.content()));
    PT_RETURN_IF_ERROR(file.Finish());
    if (path != "-") std::fprintf(stderr, "%s\n", path.c_str());
    return absl::OkStatus();
  }

  ExitCode Fail(const SourceFailure& failure) const {
    std::fprintf(stderr, "pulsetaker report: %s\n",
                 FailureText(failure.status, failure.service, flags_.connection)
                     .c_str());
    return ExitCodeOf(failure.status);
  }

  const ReportFlags& flags_;
  const FindingsSource source_;
};

}  // namespace

void AddReportCommand(CLI::App& app, Command& command) {
  const auto flags = std::make_shared<ReportFlags>();
  CLI::App* sub = app.add_subcommand(
      "report", "Write the report of places, a file for each, naming nobody");
  AddSelectionOptions(*sub, flags->selection);
  sub->add_option("--format", flags->format,
                  "html: to read and print; json: for programs")
      ->check(CLI::IsMember({"html", "json"}))
      ->capture_default_str();
  sub->add_option("--out", flags->out,
                  "The file, or for several places the folder; - is standard "
                  "output")
      ->capture_default_str();
  AddConnectionOptions(
      *sub, {Service::kSurvey, Service::kNetwork, Service::kAssessment},
      flags->connection);
  sub->callback([flags, &command] {
    command.run = [flags] { return ReportRun(*flags).Run(); };
  });
}

}  // namespace pulsetaker::cli
