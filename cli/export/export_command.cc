#include "cli/export/export_command.h"

#include <cstdio>
#include <map>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "cli/export/out_file.h"
#include "cli/export/wave_download.h"
#include "cli/rpc/connection.h"
#include "common/base/status.h"

namespace pulsetaker::cli {
namespace {

namespace v1 = survey::v1;

const std::map<std::string, v1::ExportFormat> kFormats = {
    {"json", v1::EXPORT_FORMAT_JSON_LINES},
    {"csv-wide", v1::EXPORT_FORMAT_CSV_WIDE},
    {"csv-long", v1::EXPORT_FORMAT_CSV_LONG},
};

struct ExportFlags {
  ConnectionOptions connection;
  std::string wave;
  std::string format = "json";
  std::string out = "-";
};

ExitCode Run(const ExportFlags& flags) {
  const auto stub =
      v1::SurveyService::NewStub(ChannelTo(Service::kSurvey, flags.connection));
  OutFile file(flags.out);
  absl::StatusOr<v1::ExportSummary> summary =
      DownloadWave(*stub,
                   {.wave = flags.wave,
                    .format = kFormats.at(flags.format),
                    .patience = flags.connection.deadline},
                   [&](absl::string_view bytes) { return file.Write(bytes); });
  if (summary.ok()) {
    if (const absl::Status kept = file.Finish(); !kept.ok()) summary = kept;
  }
  if (!summary.ok()) {
    std::fprintf(
        stderr, "pulsetaker export: %s\n",
        FailureText(summary.status(), Service::kSurvey, flags.connection)
            .c_str());
    return ExitCodeOf(summary.status());
  }
  std::fprintf(stderr,
               "%lld bytes, %lld people, %lld responses; snapshot %s, "
               "digest %s\n",
               static_cast<long long>(summary->byte_count()),
               static_cast<long long>(summary->participant_count()),
               static_cast<long long>(summary->response_count()),
               summary->snapshot_digest().c_str(),
               absl::BytesToHexString(summary->digest()).c_str());
  return ExitCode::kOk;
}

}  // namespace

void AddExportCommand(CLI::App& app, Command& command) {
  const auto flags = std::make_shared<ExportFlags>();
  CLI::App* sub = app.add_subcommand(
      "export", "Write a closed wave to a file, without names of people");
  sub->add_option("--wave", flags->wave, "Its name, tenants/.../waves/N")
      ->required();
  sub->add_option("--format", flags->format, "What the lines look like")
      ->check(CLI::IsMember({"json", "csv-wide", "csv-long"}))
      ->capture_default_str();
  sub->add_option("--out", flags->out, "The file; - is standard output")
      ->capture_default_str();
  AddConnectionOptions(*sub, {Service::kSurvey}, flags->connection);
  sub->callback(
      [flags, &command] { command.run = [flags] { return Run(*flags); }; });
}

}  // namespace pulsetaker::cli
