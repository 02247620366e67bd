#include "services/assessment/domain/place_summary.h"

#include <cstddef>
#include <tuple>
#include <utility>

#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "common/base/resource_id.h"
#include "common/base/status.h"

namespace pulsetaker::assessment {
namespace {

std::string FirstParts(absl::string_view name, std::size_t count) {
  std::vector<absl::string_view> parts = absl::StrSplit(name, '/');
  if (parts.size() > count) parts.resize(count);
  return absl::StrJoin(parts, "/");
}

// Of a name of an assessment.
struct WaveOf {
  std::string survey;  // Resource name.
  absl::string_view survey_id;
  std::int32_t number = 0;
};

absl::StatusOr<WaveOf> ParseWave(absl::string_view name) {
  const std::vector<absl::string_view> parts = absl::StrSplit(name, '/');
  if (parts.size() == 10) {
    const std::optional<std::int32_t> number = ParseWaveId(parts[7]);
    if (number.has_value())
      return WaveOf{FirstParts(name, 6), parts[5], *number};
  }
  return absl::InternalError("not the name of an assessment");
}

// Takes assessments as they are scanned and keeps the best of each place.
class Chooser {
 public:
  Chooser(const PlaceReader& reader, const WaveChoice& choice)
      : reader_(reader), choice_(choice) {}

  absl::Status Take(DatedAssessment next) {
    PT_ASSIGN_OR_RETURN(const WaveOf wave, ParseWave(next.name));
    if (!choice_.survey.empty() && wave.survey_id != choice_.survey) {
      return absl::OkStatus();
    }
    if (choice_.wave != 0 && wave.number != choice_.wave) {
      return absl::OkStatus();
    }
    // Waves ascend: a later one takes the place of those before.
    if (wave.survey != survey_) {
      PT_RETURN_IF_ERROR(FinishSurvey());
    } else if (wave.number != number_) {
      of_wave_.clear();
    }
    survey_ = wave.survey;
    number_ = wave.number;
    of_wave_.push_back(std::move(next));
    return absl::OkStatus();
  }

  absl::StatusOr<std::vector<PlaceSummary>> Finish() {
    PT_RETURN_IF_ERROR(FinishSurvey());
    std::vector<PlaceSummary> places;
    for (auto& [locality, chosen] : of_places_) {
      places.push_back(std::move(chosen.summary));
    }
    return places;
  }

 private:
  struct Chosen {
    std::int64_t create_time_micros = 0;
    PlaceSummary summary;
  };

  absl::Status FinishSurvey() {
    std::optional<Chosen> best;
    for (const DatedAssessment& each : of_wave_) {
      PT_ASSIGN_OR_RETURN(PlaceSummary summary,
                          reader_.Read(each.name, each.message));
      const auto rank = [](const Chosen& chosen) {
        return std::tuple(chosen.summary.is_default, chosen.create_time_micros,
                          chosen.summary.assessment);
      };
      Chosen next{each.create_time_micros, std::move(summary)};
      if (!best.has_value() || rank(*best) < rank(next)) best = std::move(next);
    }
    of_wave_.clear();
    if (!best.has_value()) return absl::OkStatus();
    // Surveys ascend, too.
    const auto [place, is_new] = of_places_.try_emplace(best->summary.locality);
    if (is_new ||
        best->create_time_micros >= place->second.create_time_micros) {
      place->second = *std::move(best);
    }
    return absl::OkStatus();
  }

  const PlaceReader& reader_;
  const WaveChoice& choice_;
  std::string survey_;
  std::int32_t number_ = 0;
  std::vector<DatedAssessment> of_wave_;
  std::map<std::string, Chosen> of_places_;
};

}  // namespace

absl::StatusOr<std::vector<PlaceSummary>> LatestOfPlaces(
    const AssessmentScan& scan, const PlaceReader& reader,
    absl::string_view tenant, const WaveChoice& choice) {
  Chooser chooser(reader, choice);
  PT_RETURN_IF_ERROR(scan.Scan(tenant, [&](DatedAssessment next) {
    return chooser.Take(std::move(next));
  }));
  return chooser.Finish();
}

std::string LocalityOf(absl::string_view name) { return FirstParts(name, 4); }
std::string TenantOf(absl::string_view name) { return FirstParts(name, 2); }

}  // namespace pulsetaker::assessment
