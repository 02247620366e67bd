// A tenant with places of a few people each, for the tests of national
// assessments: what its services are asked is counted, and can be made to fail
// or to wait.

#pragma once

#include <atomic>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/assessment/domain/analysis_source.h"
#include "services/assessment/domain/place_source.h"
#include "services/assessment/domain/testing.h"
#include "services/assessment/domain/wave_source.h"

namespace pulsetaker::assessment::testing {

inline constexpr char kTenant[] = "tenants/north";

inline std::string LocalityName(const std::string& id) {
  return absl::StrCat(kTenant, "/localities/", id);
}
inline std::string SurveyOf(const std::string& id) {
  return LocalityName(id) + "/surveys/care";
}
inline std::string WaveOf(const std::string& id, int number) {
  return absl::StrCat(SurveyOf(id), "/waves/", number);
}

// One place: a locality with the survey `care`.
struct FakePlace {
  std::string id;
  std::string region = "west";
  bool has_survey = true;
  int closed_wave_count = 2;
  int people_count = 12;
  // What everybody rates everything in the first and in the second wave.
  int first_rating = 4;
  int second_rating = 4;
};

class FakeNation final : public PlaceSource,
                         public WaveSource,
                         public AnalysisSource {
 public:
  explicit FakeNation(std::vector<FakePlace> places)
      : places_(std::move(places)) {}

  // What AnalyzeWave does first; for instance wait, or fail.
  std::function<absl::Status(const std::string& locality_id,
                             const std::function<bool()>& is_cancelled)>
      gate = nullptr;
  absl::Status localities_error;
  std::set<std::string> unlistable_ids;  // ListSurveys fails.
  std::atomic<int> analysis_count = 0;
  std::atomic<int> read_count = 0;

  absl::StatusOr<std::vector<ListedLocality>> ListLocalities(
      absl::string_view tenant) override {
    if (!localities_error.ok()) return localities_error;
    std::vector<ListedLocality> localities;
    if (tenant != kTenant) return localities;
    for (const FakePlace& place : places_) {
      localities.push_back({LocalityName(place.id), place.region});
    }
    return localities;
  }

  absl::StatusOr<std::vector<std::string>> ListSurveys(
      absl::string_view locality) override {
    const FakePlace& place = PlaceOf(locality);
    if (unlistable_ids.contains(place.id)) {
      return absl::UnavailableError("the survey service is away");
    }
    std::vector<std::string> surveys;
    if (place.has_survey) surveys.push_back(SurveyOf(place.id));
    return surveys;
  }

  absl::StatusOr<std::optional<std::string>> LatestClosedWave(
      absl::string_view survey) override {
    const FakePlace& place = PlaceOf(survey);
    std::optional<std::string> wave;
    if (place.closed_wave_count > 0) {
      wave = WaveOf(place.id, place.closed_wave_count);
    }
    return wave;
  }

  absl::StatusOr<std::vector<ClosedWave>> ListClosedWaves(
      absl::string_view wave) override {
    const FakePlace& place = PlaceOf(wave);
    std::vector<ClosedWave> waves;
    for (int number = 1; number <= place.closed_wave_count; ++number) {
      waves.push_back({WaveOf(place.id, number), Digest(number)});
    }
    return waves;
  }

  absl::StatusOr<WaveData> ReadWave(absl::string_view wave) override {
    ++read_count;
    const FakePlace& place = PlaceOf(wave);
    const int number = NumberOf(wave);
    WaveData data = MakeWave(
        StandardItems(),
        {{Layer::kSectoral, "x", place.people_count, place.people_count}},
        Always(number == 1 ? place.first_rating : place.second_rating));
    data.wave = std::string(wave);
    data.snapshot_digest = Digest(number);
    return data;
  }

  absl::StatusOr<NetworkAnalysis> GetAnalysis(absl::string_view) override {
    return absl::InternalError("a national assessment names no analysis");
  }

  absl::StatusOr<NetworkAnalysis> AnalyzeWave(
      absl::string_view wave,
      const std::function<bool()>& is_cancelled) override {
    ++analysis_count;
    if (gate) {
      if (absl::Status status = gate(PlaceOf(wave).id, is_cancelled);
          !status.ok()) {
        return status;
      }
    }
    return NetworkAnalysis{
        absl::StrCat(wave, "/analyses/made"), Digest(NumberOf(wave)), {}};
  }

 private:
  // The place that a name is of, or is in.
  const FakePlace& PlaceOf(absl::string_view name) const {
    for (const FakePlace& place : places_) {
      const std::string locality = LocalityName(place.id);
      if (name == locality || name.rfind(locality + "/", 0) == 0) return place;
    }
    return places_.at(places_.size());  // Throws: the test asks for no place.
  }

  static int NumberOf(absl::string_view wave) { return wave.back() - '0'; }

  static std::string Digest(int number) {
    return std::string(64, static_cast<char>('0' + number));
  }

  const std::vector<FakePlace> places_;
};

}  // namespace pulsetaker::assessment::testing
