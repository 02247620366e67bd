#include "cli/nation/nation_page.h"

#include <cstdint>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"
#include "cli/import/text.h"
#include "cli/rpc/connection.h"
#include "cli/show/page.h"
#include "cli/show/words.h"

namespace pulsetaker::cli {
namespace {

namespace v1 = assessment::v1;
using Place = v1::NationalPlace;
using Rows = std::vector<std::vector<std::string>>;

std::string IdOf(absl::string_view name) {
  return std::string(name.substr(name.rfind('/') + 1));
}

// "leith", or "leith, survey care" if there is a survey.
std::string PlaceText(const Place& place) {
  if (place.survey().empty()) return IdOf(place.locality());
  return absl::StrCat(IdOf(place.locality()), ", survey ",
                      IdOf(place.survey()));
}

absl::string_view OutcomeName(Place::Outcome outcome) {
  switch (outcome) {
    case Place::OUTCOME_ASSESSED:
      return "assessed";
    case Place::OUTCOME_NOT_MEASURED:
      return "assessed, phase not measured";
    case Place::OUTCOME_NO_CLOSED_WAVE:
      return "skipped, no closed wave";
    case Place::OUTCOME_NO_SURVEY:
      return "skipped, no such survey";
    case Place::OUTCOME_FAILED:
      return "failed";
    default:
      return "unknown";
  }
}

std::string PhaseCountName(const v1::PhaseCount& count) {
  switch (count.verdict()) {
    case v1::PhaseResult::VERDICT_PHASE:
      return std::string(PhaseName(count.phase()));
    case v1::PhaseResult::VERDICT_BETWEEN:
      return "between two phases";
    case v1::PhaseResult::VERDICT_INDETERMINATE:
      return "no phase stands out";
    case v1::PhaseResult::VERDICT_NOT_MEASURED:
      return "not measured";
    default:
      return "unknown";
  }
}

absl::string_view ChangeName(v1::Change::Status status) {
  switch (status) {
    case v1::Change::STATUS_REGRESSION:
      return "went into reverse";
    case v1::Change::STATUS_NO_REGRESSION:
      return "did not go into reverse";
    case v1::Change::STATUS_COMPOSITION_SHIFT:
      return "other people answered";
    case v1::Change::STATUS_WATCH:
      return "early signs of a reverse";
    case v1::Change::STATUS_NOT_COMPARABLE:
      return "cannot be compared";
    case v1::Change::STATUS_NO_PREVIOUS_WAVE:
      return "no wave before";
    default:
      return "unknown";
  }
}

void PutTable(absl::string_view title, const Rows& rows, Page& page) {
  page.Section(title);
  page.Table({{.heading = "", .width_max = 40},
              {.heading = "places", .is_right_aligned = true}},
             rows);
}

void PutCounts(const v1::NationalAssessment& national, Page& page) {
  Rows outcomes;
  for (const v1::OutcomeCount& count : national.outcome_counts()) {
    outcomes.push_back({std::string(OutcomeName(count.outcome())),
                        WithCommas(count.place_count())});
  }
  PutTable("WHAT BECAME OF THEM", outcomes, page);
  Rows phases;
  for (const v1::PhaseCount& count : national.phase_counts()) {
    phases.push_back({PhaseCountName(count), WithCommas(count.place_count())});
  }
  PutTable("PHASE", phases, page);
  Rows changes;
  for (const v1::ChangeCount& count : national.change_counts()) {
    changes.push_back({std::string(ChangeName(count.status())),
                       WithCommas(count.place_count())});
  }
  PutTable("CHANGE SINCE THE WAVE BEFORE", changes, page);
}

// What is not measured is "-".
void PutCorners(const v1::NationalAssessment& national, Page& page) {
  Rows rows;
  const auto shown = [](const v1::Reading& reading, int digits) {
    return reading.has_value() ? Fixed(reading.value(), digits)
                               : std::string("-");
  };
  for (const v1::NationalCorner& corner : national.corners()) {
    rows.push_back({std::string(CornerText(corner.corner())),
                    WithCommas(corner.place_count()), shown(corner.mean(), 1),
                    shown(corner.between_deviation(), 1),
                    shown(corner.icc1(), 2), shown(corner.icc2(), 2)});
  }
  if (rows.empty()) return;
  page.Section("LEVELS");
  page.Table({{.heading = "", .width_max = 40},
              {.heading = "places", .is_right_aligned = true},
              {.heading = "mean", .is_right_aligned = true},
              {.heading = "between places", .is_right_aligned = true},
              {.heading = "ICC(1)", .is_right_aligned = true},
              {.heading = "ICC(2)", .is_right_aligned = true}},
             rows);
}

void PutFalls(const v1::NationalAssessment& national, Page& page) {
  const v1::NationalFalls& falls = national.falls();
  page.Section("IN REVERSE FOR THE NATION");
  page.Paragraph(absl::StrCat(
      Counted(falls.tested_count(), "place was", "places were"),
      " tested: ", WithCommas(falls.falling_count()),
      " fell, of which at most ", Percent(falls.false_discovery_rate()),
      " are expected to be false alarms; ",
      WithCommas(falls.regression_count()),
      " of these went into reverse. Judged each by itself, ",
      WithCommas(falls.local_regression_count()), " did."));
  for (const Place& place : national.places()) {
    if (!place.national_regression()) continue;
    page.Bullet(
        absl::StrCat(PlaceText(place), ": q ", Fixed(place.fall_q_value(), 3)));
  }
}

void PutSkipped(const v1::NationalAssessment& national, Place::Outcome outcome,
                Page& page) {
  std::vector<std::string> skipped;
  for (const Place& place : national.places()) {
    if (place.outcome() == outcome) skipped.push_back(PlaceText(place));
  }
  if (skipped.empty()) return;
  page.Paragraph(
      absl::StrCat(OutcomeName(outcome), ": ", absl::StrJoin(skipped, "; ")));
}

void PutFailed(const v1::NationalAssessment& national, Page& page) {
  bool has_any = false;
  for (const Place& place : national.places()) {
    if (place.outcome() != Place::OUTCOME_FAILED) continue;
    if (!has_any) page.Section("FAILED");
    has_any = true;
    std::string text = PlaceText(place);
    if (!place.wave().empty()) {
      absl::StrAppend(&text, ", wave ", IdOf(place.wave()));
    }
    const v1::PlaceFailure& failure = place.failure();
    absl::StrAppend(&text, ": ");
    if (!failure.reason().empty()) {
      absl::StrAppend(&text, failure.reason(), ": ");
    }
    page.Bullet(absl::StrCat(text, failure.message()));
  }
}

}  // namespace

std::string NationPage(const v1::NationalAssessment& national) {
  Page page(PageStyle{});
  page.Title("Nation", Counted(national.places_size(), "place", "places"),
             national.name());
  PutCounts(national, page);
  PutSkipped(national, Place::OUTCOME_NO_CLOSED_WAVE, page);
  PutSkipped(national, Place::OUTCOME_NO_SURVEY, page);
  PutCorners(national, page);
  PutFalls(national, page);
  PutFailed(national, page);
  return page.text();
}

ExitCode ExitCodeOfNation(const v1::NationalAssessment& national) {
  ExitCode first_failure = ExitCode::kOk;
  bool has_assessed = false;
  for (const Place& place : national.places()) {
    has_assessed = has_assessed || !place.assessment().empty();
    if (place.outcome() != Place::OUTCOME_FAILED ||
        first_failure != ExitCode::kOk) {
      continue;
    }
    first_failure = ExitCodeOf(absl::Status(
        static_cast<absl::StatusCode>(place.failure().code()), ""));
  }
  if (first_failure == ExitCode::kOk) return ExitCode::kOk;
  return has_assessed ? ExitCode::kFailed : first_failure;
}

std::int64_t FinishedCount(const v1::RunNationalAssessmentMetadata& metadata) {
  return metadata.done_count() + metadata.failed_count() +
         metadata.skipped_count();
}

std::string NationStepText(const v1::RunNationalAssessmentMetadata& metadata) {
  switch (metadata.phase()) {
    case v1::RunNationalAssessmentMetadata::PHASE_QUEUED:
      return "waiting for its turn";
    case v1::RunNationalAssessmentMetadata::PHASE_LISTING:
      return "listing places";
    case v1::RunNationalAssessmentMetadata::PHASE_AGGREGATING:
      return "putting together";
    default:
      break;
  }
  std::string text = "assessing";
  if (metadata.failed_count() > 0) {
    absl::StrAppend(&text, ", ", metadata.failed_count(), " failed");
  }
  if (metadata.remaining().seconds() > 0) {
    absl::StrAppend(
        &text, ", ",
        absl::FormatDuration(absl::Seconds(metadata.remaining().seconds())),
        " left");
  }
  return text;
}

}  // namespace pulsetaker::cli
