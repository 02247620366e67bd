#include "cli/show/show_command.h"

#include <unistd.h>

#include <cstdio>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "cli/rpc/connection.h"
#include "cli/rpc/parallel.h"
#include "cli/run/places.h"
#include "cli/show/findings_source.h"
#include "cli/show/place_page.h"
#include "common/base/status.h"
#include "google/protobuf/util/json_util.h"
#include "nlohmann/json.hpp"

namespace pulsetaker::cli {
namespace {

constexpr int kParallelism = 4;

struct ShowFlags {
  ConnectionOptions connection;
  Selection selection;
  std::string output = "text";
  bool hides_names = false;
};

// One place, ready to be printed, or what went wrong.
struct Shown {
  std::string text;
  SourceFailure failure;
};

absl::StatusOr<nlohmann::json> ToJson(
    const google::protobuf::Message& message) {
  std::string text;
  const auto status =
      google::protobuf::util::MessageToJsonString(message, &text);
  if (!status.ok()) {
    return absl::InternalError(absl::StrCat(
        "cannot be written as JSON: ",
        absl::string_view(status.message().data(), status.message().size())));
  }
  return nlohmann::json::parse(text);
}

absl::StatusOr<nlohmann::json> ToJson(const FindingsSource& source,
                                      const PlaceFindings& findings) {
  nlohmann::json place;
  PT_ASSIGN_OR_RETURN(place["locality"], ToJson(findings.locality));
  PT_ASSIGN_OR_RETURN(place["survey"], ToJson(findings.survey));
  PT_ASSIGN_OR_RETURN(place["wave"], ToJson(findings.wave));
  PT_ASSIGN_OR_RETURN(place["instrument"], ToJson(findings.instrument));
  if (findings.analysis.has_value()) {
    PT_ASSIGN_OR_RETURN(place["analysis"], ToJson(*findings.analysis));
    PT_ASSIGN_OR_RETURN(const auto people,
                        source.ListPersonRoles(findings.analysis->name()));
    nlohmann::json roles = nlohmann::json::array();
    for (const network::v1::PersonRoles& person : people) {
      PT_ASSIGN_OR_RETURN(nlohmann::json role, ToJson(person));
      roles.push_back(std::move(role));
    }
    place["personRoles"] = std::move(roles);
  }
  if (findings.assessment.has_value()) {
    PT_ASSIGN_OR_RETURN(place["assessment"], ToJson(*findings.assessment));
  }
  place["names"] = findings.names;
  return place;
}

class ShowRun {
 public:
  explicit ShowRun(const ShowFlags& flags)
      : flags_(flags), source_(flags.connection) {
    style_.has_boxes = ::isatty(STDOUT_FILENO) == 1;
  }

  ExitCode Run() {
    const absl::StatusOr<SelectedWaves> selected =
        SelectWaves({source_.survey(), flags_.connection.tenant,
                     flags_.connection.deadline},
                    flags_.selection);
    if (!selected.ok()) return Fail({Service::kSurvey, selected.status()});
    const std::vector<SelectedWave>& waves = selected->waves;
    std::vector<Shown> shown(waves.size());
    ForEachInParallel(waves.size(), kParallelism,
                      [&](std::size_t i) { shown[i] = ShowOne(waves[i]); });
    for (const Shown& place : shown) {
      if (!place.failure.status.ok()) return Fail(place.failure);
    }
    Print(shown);
    return ExitCode::kOk;
  }

 private:
  bool IsJson() const { return flags_.output == "json"; }

  Shown ShowOne(const SelectedWave& wave) const {
    Shown shown;
    PlaceFindings findings;
    if (!source_.Collect(wave, !flags_.hides_names, findings, shown.failure)
             .ok()) {
      return shown;
    }
    if (!IsJson()) {
      shown.text = RenderPlace(findings, style_);
      return shown;
    }
    const absl::StatusOr<nlohmann::json> place = ToJson(source_, findings);
    if (place.ok()) {
      shown.text = place->dump();
    } else {
      shown.failure = {Service::kNetwork, place.status()};
    }
    return shown;
  }

  void Print(const std::vector<Shown>& shown) const {
    const char* separator = IsJson() ? "," : "\n\n";
    const std::string all = absl::StrJoin(
        shown, separator,
        [](std::string* out, const Shown& place) { *out += place.text; });
    const std::string text =
        IsJson() ? absl::StrCat("{\"places\":[", all, "]}\n") : all;
    std::fwrite(text.data(), 1, text.size(), stdout);
  }

  ExitCode Fail(const SourceFailure& failure) const {
    std::fprintf(stderr, "pulsetaker show: %s\n",
                 FailureText(failure.status, failure.service, flags_.connection)
                     .c_str());
    return ExitCodeOf(failure.status);
  }

  const ShowFlags& flags_;
  const FindingsSource source_;
  PageStyle style_;
};

}  // namespace

void AddShowCommand(CLI::App& app, Command& command) {
  const auto flags = std::make_shared<ShowFlags>();
  CLI::App* sub = app.add_subcommand(
      "show", "Show what was found about places, a page for each");
  AddSelectionOptions(*sub, flags->selection);
  sub->add_option("--output", flags->output,
                  "text: pages for people; json: one object with everything "
                  "for programs")
      ->check(CLI::IsMember({"text", "json"}))
      ->capture_default_str();
  sub->add_flag("--no-names", flags->hides_names,
                "Show ids of people and not their names");
  AddConnectionOptions(
      *sub, {Service::kSurvey, Service::kNetwork, Service::kAssessment},
      flags->connection);
  sub->callback([flags, &command] {
    command.run = [flags] { return ShowRun(*flags).Run(); };
  });
}

}  // namespace pulsetaker::cli
