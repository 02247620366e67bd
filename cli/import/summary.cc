#include "cli/import/summary.h"

#include <algorithm>
#include <cstdint>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "cli/import/text.h"
#include "cli/show/page.h"
#include "common/base/status.h"
#include "nlohmann/json.hpp"

namespace pulsetaker::cli {
namespace {

using Kind = WaveOutcome::Kind;

constexpr int kLabelColumns = 12;

std::int64_t CountOf(const std::vector<WaveOutcome>& outcomes, Kind kind) {
  return std::count_if(
      outcomes.begin(), outcomes.end(),
      [&](const WaveOutcome& outcome) { return outcome.kind == kind; });
}

std::int64_t WaveCount(const ImportPlan& plan) {
  std::set<std::int32_t> waves;
  for (const PlannedLocality& locality : plan.localities) {
    for (const PlannedWave& wave : locality.waves) waves.insert(wave.wave);
  }
  return static_cast<std::int64_t>(waves.size());
}

absl::string_view SourceText(InstrumentSource source) {
  switch (source) {
    case InstrumentSource::kGiven:
      return "from instrument.json";
    case InstrumentSource::kStandard:
      return "the standard one";
    case InstrumentSource::kDerived:
      return "made from the networks of ties.csv";
  }
  return "";
}

void WriteContent(const ImportReport& report, Page& page) {
  const ImportPlan& plan = report.planned.plan;
  const ImportCounts& counts = plan.counts;
  const auto size = [](const auto& list) {
    return static_cast<std::int64_t>(list.size());
  };
  const std::int64_t wave_count = WaveCount(plan);
  page.Paragraph(absl::StrCat("survey ", report.survey_id, ": ",
                              Counted(size(plan.localities), "place", "places"),
                              ", ", Counted(wave_count, "wave", "waves")),
                 0);
  const auto line = [&](absl::string_view label, const std::string& text) {
    page.Labelled(label, text, kLabelColumns);
  };
  line("instrument",
       absl::StrCat(
           report.instrument_id, ", ", SourceText(plan.instrument_source), ": ",
           Counted(size(plan.instrument.networks), "network", "networks"), ", ",
           Counted(size(plan.instrument.items), "item", "items")));
  line(
      "people",
      absl::StrCat(Counted(counts.invited_count, "participant", "participants"),
                   ", ", WithCommas(counts.not_invited_count),
                   " outside the boundary (not invited), ",
                   WithCommas(counts.opted_out_count), " opted out",
                   wave_count > 1 ? "; each counted once a wave" : ""));
  line("answers",
       absl::StrCat(
           Counted(counts.response_count, "response", "responses"), "; ",
           Counted(counts.nomination_count, "nomination", "nominations"), ", ",
           WithCommas(counts.outside_count), " of them to outsiders; ",
           Counted(counts.item_answer_count, "item answer", "item answers")));
  if (counts.mirrored_count == 0) return;
  line("",
       absl::StrCat(Counted(counts.mirrored_count, "undirected tie is",
                            "undirected ties are"),
                    " also recorded from the second person, who has no row of "
                    "their own"));
}

void WriteRows(const PlanResult& planned, Page& page) {
  page.Labelled(
      "rows read",
      absl::StrCat(absl::StrJoin(planned.plan.counts.rows_by_file, ", ",
                                 [](std::string* out, const auto& entry) {
                                   absl::StrAppend(out, entry.first, " ",
                                                   WithCommas(entry.second));
                                 }),
                   "; skipped ", WithCommas(planned.plan.counts.rows_skipped)),
      kLabelColumns);
  for (const auto& [kind, count] : planned.problems.by_kind()) {
    page.Labelled("skipped",
                  absl::StrCat(WithCommas(count), " x ", ProblemKindName(kind)),
                  kLabelColumns);
  }
}

std::string OutcomesText(const std::vector<WaveOutcome>& outcomes) {
  const std::int64_t imported = CountOf(outcomes, Kind::kImported);
  const std::int64_t unchanged = CountOf(outcomes, Kind::kUnchanged);
  const std::int64_t failed = CountOf(outcomes, Kind::kFailed);
  std::string text = absl::StrCat(
      "  result      ", WithCommas(imported), " imported, ",
      WithCommas(unchanged), " unchanged, ", WithCommas(failed), " failed\n");
  for (const WaveOutcome& outcome : outcomes) {
    if (outcome.kind != Kind::kFailed) continue;
    absl::StrAppend(&text, "  failed      ", outcome.locality, " wave ",
                    outcome.wave, ": ", outcome.status.message(), "\n");
    for (const survey::v1::RowProblem& problem : outcome.row_problems) {
      absl::StrAppend(&text, "              row ", problem.offset(), ": ",
                      problem.reason(), " ", problem.field(), ": ",
                      problem.message(), "\n");
    }
  }
  return text;
}

}  // namespace

std::string ProblemsText(const ProblemLog& problems) {
  std::string text;
  for (const Problem& problem : problems.kept()) {
    absl::StrAppend(&text, ProblemText(problem), "\n");
  }
  const auto kept = static_cast<std::int64_t>(problems.kept().size());
  if (problems.count() > kept) {
    absl::StrAppend(&text, "... and ", WithCommas(problems.count() - kept),
                    " more\n");
  }
  return text;
}

std::string SummaryText(const ImportReport& report) {
  Page page({});
  WriteContent(report, page);
  WriteRows(report.planned, page);
  for (const std::string& note : report.planned.plan.notes) {
    page.Labelled("note", note, kLabelColumns);
  }
  return absl::StrCat(page.text(), OutcomesText(report.outcomes));
}

std::string SummaryJson(const ImportReport& report) {
  const ImportPlan& plan = report.planned.plan;
  const ImportCounts& counts = plan.counts;
  nlohmann::json skipped = nlohmann::json::object();
  for (const auto& [kind, count] : report.planned.problems.by_kind()) {
    skipped[std::string(ProblemKindName(kind))] = count;
  }
  nlohmann::json waves = nlohmann::json::array();
  for (const WaveOutcome& outcome : report.outcomes) {
    const char* result = outcome.kind == Kind::kImported    ? "imported"
                         : outcome.kind == Kind::kUnchanged ? "unchanged"
                                                            : "failed";
    nlohmann::json wave = {{"locality", outcome.locality},
                           {"wave", outcome.wave},
                           {"result", result}};
    if (outcome.kind == Kind::kFailed) {
      wave["error"] = std::string(outcome.status.message());
      wave["reason"] = ReasonOf(outcome.status);
    }
    waves.push_back(std::move(wave));
  }
  const nlohmann::json summary = {
      {"survey", report.survey_id},
      {"instrument", report.instrument_id},
      {"localities", plan.localities.size()},
      {"networks", plan.instrument.networks.size()},
      {"items", plan.instrument.items.size()},
      {"participants", counts.invited_count},
      {"not_invited", counts.not_invited_count},
      {"opted_out", counts.opted_out_count},
      {"responses", counts.response_count},
      {"nominations", counts.nomination_count},
      {"nominations_to_outsiders", counts.outside_count},
      {"nominations_mirrored", counts.mirrored_count},
      {"item_answers", counts.item_answer_count},
      {"rows_read", counts.rows_by_file},
      {"rows_skipped", counts.rows_skipped},
      {"rows_skipped_by_reason", std::move(skipped)},
      {"notes", plan.notes},
      {"waves", std::move(waves)}};
  return absl::StrCat(summary.dump(), "\n");
}

}  // namespace pulsetaker::cli
