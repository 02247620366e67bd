#include "cli/import/import_command.h"

#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "cli/import/files.h"
#include "cli/import/import_wire.h"
#include "cli/import/importer.h"
#include "cli/import/planner.h"
#include "cli/import/summary.h"
#include "cli/import/text.h"
#include "cli/rpc/connection.h"
#include "cli/rpc/progress.h"
#include "common/base/digest.h"
#include "common/base/resource_id.h"
#include "common/base/status.h"

namespace pulsetaker::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kJsonBytesMax = std::size_t{4} << 20;
constexpr std::size_t kDigestDigits = 8;

struct ImportFlags {
  std::string folder;
  ConnectionOptions connection;
  ImportTarget target;
  PlanOptions plan;
  std::vector<std::string> columns;
  std::vector<std::string> layers;
  std::string on_error = "stop";
  std::string outsiders = "error";
  std::string no_ties = "nobody";
  std::string attributes = "all";
  std::string output = "text";
  bool only_checks = false;
  bool prints_survey_id = false;
};

class ImportRun {
 public:
  explicit ImportRun(const ImportFlags& flags)
      : flags_(flags), plan_options_(flags.plan), target_(flags.target) {
    target_.tenant = flags.connection.tenant;
    target_.deadline = flags.connection.deadline;
    if (target_.survey_id.empty()) target_.survey_id = DefaultSurveyId();
  }

  ExitCode Run() {
    if (flags_.prints_survey_id) {
      std::printf("%s\n", target_.survey_id.c_str());
      return ExitCode::kOk;
    }
    if (!FileExists(flags_.folder)) {
      return Fail(absl::StrCat(flags_.folder, ": there is no such folder"),
                  ExitCode::kBadInput);
    }
    if (const absl::Status read = ReadSettings(); !read.ok()) {
      return Fail(std::string(read.message()), ExitCode::kBadInput);
    }
    PlanFiles files = {FileSource(PathOf("people.csv"), "people.csv"),
                       FileSource(PathOf("ties.csv"), "ties.csv"), std::nullopt,
                       meta_};
    if (FileExists(PathOf("items.csv"))) {
      files.items = FileSource(PathOf("items.csv"), "items.csv");
    }
    planned_ = PlanImport(files, plan_options_);
    if (planned_.is_blocked) return Blocked();
    SetInstrument();
    return Import();
  }

 private:
  std::string PathOf(const char* name) const {
    return (fs::path(flags_.folder) / name).string();
  }

  std::string DefaultSurveyId() const {
    std::error_code error;
    fs::path path = fs::weakly_canonical(flags_.folder, error);
    if (error) path = flags_.folder;
    if (path.filename().empty()) path = path.parent_path();
    return Slug(path.filename().string());
  }

  // meta.json, mapping.json and instrument.json, where they are there.
  absl::Status ReadSettings() {
    for (const std::string& mapping : flags_.columns) {
      PT_RETURN_IF_ERROR(AddPair("--map", mapping, &AddColumnMapping));
    }
    for (const std::string& mapping : flags_.layers) {
      PT_RETURN_IF_ERROR(AddPair("--layer-map", mapping, &AddLayerMapping));
    }
    PT_RETURN_IF_ERROR(ReadJson("mapping.json", [&](const std::string& text) {
      return ParseMapping(text, plan_options_);
    }));
    PT_RETURN_IF_ERROR(ReadJson("meta.json", [&](const std::string& text) {
      absl::StatusOr<Meta> meta = ParseMeta(text);
      if (meta.ok()) meta_ = *std::move(meta);
      return meta.status();
    }));
    PT_RETURN_IF_ERROR(
        ReadJson("instrument.json", [&](const std::string& text) {
          absl::StatusOr<survey::v1::Instrument> given = ParseInstrument(text);
          if (given.ok()) {
            plan_options_.given_instrument = ToSpec(*given);
            target_.instrument = *std::move(given);
          }
          return given.status();
        }));
    plan_options_.standard_instrument = ToSpec(StandardInstrument());
    return absl::OkStatus();
  }

  absl::Status AddPair(absl::string_view flag, absl::string_view pair,
                       absl::Status (*add)(absl::string_view, absl::string_view,
                                           PlanOptions&)) {
    const std::vector<std::string> parts =
        absl::StrSplit(pair, absl::MaxSplits('=', 1));
    if (parts.size() != 2) {
      return absl::InvalidArgumentError(absl::StrCat(
          flag, " ", Quoted(pair), " has no \"=\"; want NAME=VALUE"));
    }
    const absl::Status added = add(parts[0], parts[1], plan_options_);
    if (added.ok()) return added;
    return absl::InvalidArgumentError(
        absl::StrCat(flag, ": ", added.message()));
  }

  absl::Status ReadJson(
      const char* name,
      const std::function<absl::Status(const std::string&)>& take) const {
    const absl::StatusOr<std::string> text =
        ReadSmallFile(PathOf(name), kJsonBytesMax);
    if (absl::IsNotFound(text.status())) return absl::OkStatus();
    const absl::Status taken = text.ok() ? take(*text) : text.status();
    if (taken.ok()) return taken;
    return absl::InvalidArgumentError(
        absl::StrCat(name, ": ", taken.message()));
  }

  // An instrument never changes, so one that asks something else needs another
  // name: unless the sender gives one, its content makes it.
  void SetInstrument() {
    const ImportPlan& plan = planned_.plan;
    std::string base = "instrument";
    if (plan.instrument_source == InstrumentSource::kStandard) {
      base = "standard";
      target_.instrument = StandardInstrument();
    } else if (plan.instrument_source == InstrumentSource::kDerived) {
      base = target_.survey_id;
      target_.instrument = DerivedInstrument(
          plan.instrument, absl::StrCat("Networks of ", target_.survey_id));
    }
    if (target_.survey_display_name.empty()) {
      target_.survey_display_name =
          plan.title.empty() ? target_.survey_id : plan.title;
    }
    if (!target_.instrument_id.empty()) return;
    const std::string digest =
        Sha256Hex(target_.instrument.SerializeAsString());
    target_.instrument_id =
        absl::StrCat(base.substr(0, kResourceIdLengthMax - kDigestDigits - 1),
                     "-", digest.substr(0, kDigestDigits));
  }

  ExitCode Import() {
    const auto stub = survey::v1::SurveyService::NewStub(
        ChannelTo(Service::kSurvey, flags_.connection));
    Importer importer(*stub, target_, planned_.plan);
    if (const absl::Status status = importer.Check(planned_.problems);
        !status.ok()) {
      return FailCall(status);
    }
    const bool stops = plan_options_.on_error == OnError::kStop;
    if (planned_.problems.has_fatal() ||
        (stops && !planned_.problems.empty())) {
      return Blocked();
    }
    std::fputs(ProblemsText(planned_.problems).c_str(), stderr);
    if (flags_.only_checks) {
      Report({});
      return ExitCode::kOk;
    }
    Progress progress(stderr, ::isatty(STDERR_FILENO) == 1);
    const absl::StatusOr<std::vector<WaveOutcome>> outcomes =
        importer.Send([&](std::int64_t sent) {
          progress.Show(target_.survey_id, sent,
                        planned_.plan.counts.response_count);
        });
    progress.Clear();
    if (!outcomes.ok()) return FailCall(outcomes.status());
    Report(*outcomes);
    return ExitCodeOfAll(*outcomes);
  }

  void Report(const std::vector<WaveOutcome>& outcomes) const {
    const ImportReport report = {planned_, outcomes, target_.survey_id,
                                 target_.instrument_id};
    const std::string text =
        flags_.output == "json" ? SummaryJson(report) : SummaryText(report);
    std::fputs(text.c_str(), stdout);
  }

  // What went wrong decides, unless part of the work is done.
  static ExitCode ExitCodeOfAll(const std::vector<WaveOutcome>& outcomes) {
    bool is_any_done = false;
    absl::Status first_failure;
    for (const WaveOutcome& outcome : outcomes) {
      if (outcome.kind != WaveOutcome::Kind::kFailed) {
        is_any_done = true;
      } else if (first_failure.ok()) {
        first_failure = outcome.status;
      }
    }
    if (first_failure.ok()) return ExitCode::kOk;
    return is_any_done ? ExitCode::kFailed : ExitCodeOf(first_failure);
  }

  ExitCode Blocked() const {
    std::fputs(ProblemsText(planned_.problems).c_str(), stderr);
    return Fail(
        absl::StrCat("nothing was imported: ",
                     Counted(planned_.problems.count(), "problem", "problems")),
        ExitCode::kBadInput);
  }

  ExitCode FailCall(const absl::Status& status) const {
    return Fail(FailureText(status, Service::kSurvey, flags_.connection),
                ExitCodeOf(status));
  }

  static ExitCode Fail(const std::string& text, ExitCode code) {
    std::fprintf(stderr, "pulsetaker import: %s\n", text.c_str());
    return code;
  }

  const ImportFlags& flags_;
  PlanOptions plan_options_;
  ImportTarget target_;
  Meta meta_;
  PlanResult planned_;
};

void AddFileOptions(CLI::App& sub, ImportFlags& flags) {
  sub.add_option("DIR", flags.folder,
                 "Folder with people.csv, ties.csv and, where there are any, "
                 "items.csv, instrument.json, mapping.json, meta.json")
      ->required();
  sub.add_option("--map", flags.columns,
                 "FIELD=COLUMN: the column of people.csv that holds name, "
                 "organisation, sector, layer, respondent, answered, optout "
                 "or wave, if it is called otherwise")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->type_name("PAIRS");
  sub.add_option("--layer-map", flags.layers,
                 "VALUE=LAYER: what values of the layer column mean: "
                 "systemic, sectoral, frontline or public")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->type_name("PAIRS");
  sub.add_option("--on-error", flags.on_error,
                 "stop: with any mistake in the files, import nothing; skip: "
                 "leave such rows out and count them")
      ->check(CLI::IsMember({"stop", "skip"}))
      ->capture_default_str();
  sub.add_option("--outsiders", flags.outsiders,
                 "A nominee who is not in people.csv is an error, or is kept "
                 "as outside the boundary")
      ->check(CLI::IsMember({"error", "keep"}))
      ->capture_default_str();
  sub.add_option("--no-ties", flags.no_ties,
                 "What it means that a respondent has no tie in a network: "
                 "named nobody, or skipped the question")
      ->check(CLI::IsMember({"nobody", "skipped"}))
      ->capture_default_str();
  sub.add_option("--attributes", flags.attributes,
                 "all: keep the other columns of people.csv as attributes; "
                 "none: leave them out")
      ->check(CLI::IsMember({"all", "none"}))
      ->capture_default_str();
}

void AddTargetOptions(CLI::App& sub, ImportFlags& flags) {
  const auto is_id = [](const std::string& id) {
    return IsResourceId(id) ? std::string()
                            : absl::StrCat(Quoted(id),
                                           " is no id: want 1 to 63 of "
                                           "[a-z0-9_-], the first a letter or "
                                           "digit");
  };
  sub.add_option("--survey", flags.target.survey_id,
                 "Id of the survey in each place; made from the name of the "
                 "folder if not given")
      ->type_name("ID")
      ->check(is_id);
  sub.add_option("--survey-name", flags.target.survey_display_name,
                 "Its name for people; the title of meta.json if not given");
  sub.add_option("--innovation", flags.target.innovation,
                 "The innovation that the survey follows");
  sub.add_option("--service-field", flags.target.service_field,
                 "The field of service that it belongs to");
  sub.add_option("--instrument", flags.target.instrument_id,
                 "Id of the instrument; made from its content if not given")
      ->type_name("ID")
      ->check(is_id);
  sub.add_flag("--reopen", flags.target.reopens_closed_waves,
               "Open closed waves again that hold other answers");
  sub.add_flag("--keep-open", flags.target.leaves_waves_open,
               "Do not close the waves at the end");
  sub.add_option("--parallel", flags.target.locality_parallelism,
                 "Places that are sent at once")
      ->check(CLI::Range(1, 64))
      ->capture_default_str();
  sub.add_flag("--check", flags.only_checks, "Check everything, send nothing");
  sub.add_flag("--print-survey-id", flags.prints_survey_id,
               "Print the id of the survey and do nothing");
  sub.add_option("--output", flags.output, "How to report")
      ->check(CLI::IsMember({"text", "json"}))
      ->capture_default_str();
}

}  // namespace

void AddImportCommand(CLI::App& app, Command& command) {
  const auto flags = std::make_shared<ImportFlags>();
  CLI::App* sub = app.add_subcommand(
      "import", "Bring a folder of CSV files into the survey service");
  AddFileOptions(*sub, *flags);
  AddTargetOptions(*sub, *flags);
  AddConnectionOptions(*sub, {Service::kSurvey}, flags->connection);
  sub->callback([flags, &command] {
    flags->plan.on_error =
        flags->on_error == "skip" ? OnError::kSkip : OnError::kStop;
    flags->plan.keep_outsiders = flags->outsiders == "keep";
    flags->plan.no_ties_is_skipped = flags->no_ties == "skipped";
    flags->plan.keep_attributes = flags->attributes == "all";
    command.run = [flags] { return ImportRun(*flags).Run(); };
  });
}

}  // namespace pulsetaker::cli
