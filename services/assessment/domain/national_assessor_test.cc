#include "services/assessment/domain/national_assessor.h"

#include <atomic>
#include <iterator>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/base/mutex.h"
#include "common/base/status.h"
#include "gtest/gtest.h"
#include "services/assessment/domain/national_testing.h"

namespace pulsetaker::assessment {
namespace {

using testing::FakeNation;
using testing::FakePlace;
using testing::kTenant;
using testing::LocalityName;
using testing::SurveyOf;
using testing::WaveOf;

class FakeStore final : public AssessmentStore {
 public:
  absl::Status Put(const StoredAssessment& assessment) override {
    MutexLock lock(mutex_);
    rows_.emplace(assessment.name, assessment);
    return absl::OkStatus();
  }

  absl::StatusOr<std::vector<std::string>> ListNewestWaves(absl::string_view,
                                                           int) const override {
    return absl::UnimplementedError("not asked for");
  }

  absl::StatusOr<StoredAssessment> Get(absl::string_view name) const override {
    MutexLock lock(mutex_);
    const auto it = rows_.find(std::string(name));
    if (it == rows_.end()) {
      return MakeError(absl::StatusCode::kNotFound, "ASSESSMENT_NOT_FOUND",
                       "no such assessment");
    }
    return it->second;
  }

  absl::StatusOr<std::vector<StoredAssessment>> List(absl::string_view,
                                                     absl::string_view,
                                                     int) const override {
    return std::vector<StoredAssessment>();
  }

 private:
  mutable Mutex mutex_;
  std::map<std::string, StoredAssessment> rows_ ABSL_GUARDED_BY(mutex_);
};

class FakeNationalStore final : public NationalStore {
 public:
  absl::StatusOr<StoredNational> Put(const StoredNational& national) override {
    PT_RETURN_IF_ERROR(error);
    ++put_count;
    return national;
  }
  absl::StatusOr<StoredNational> Get(absl::string_view) const override {
    return absl::NotFoundError("");
  }
  absl::StatusOr<std::vector<StoredNational>> List(absl::string_view,
                                                   absl::string_view,
                                                   int) const override {
    return std::vector<StoredNational>();
  }

  absl::Status error;
  int put_count = 0;
};

// Counts what is computed: each assessment is encoded once.
class CountingCodec final : public AssessmentCodec {
 public:
  std::string Encode(const Assessment& assessment) const override {
    ++count;
    return assessment.previous_assessment;
  }
  mutable std::atomic<int> count = 0;
};

// Keeps the last national assessment as it was.
class FakeNationalCodec final : public NationalCodec {
 public:
  std::string Encode(const NationalAssessment& national) const override {
    last = national;
    return national.name;
  }
  absl::StatusOr<PlaceAssessment> Summarize(
      const StoredAssessment& assessment) const override {
    PlaceAssessment summary;
    summary.assessment = assessment.name;
    summary.previous_assessment = assessment.message;
    if (assessment.posterior.has_value()) {
      summary.verdict = PhaseVerdict::kPhase;
      summary.absence = Absence::kNone;
    }
    return summary;
  }
  mutable NationalAssessment last;
};

class NationalAssessorTest : public ::testing::Test {
 protected:
  void UsePlaces(std::vector<FakePlace> places) {
    nation_ = std::make_unique<FakeNation>(std::move(places));
    store_ = std::make_unique<FakeStore>();
    assessor_ = std::make_unique<Assessor>(Assessor::Ports{
        *nation_, *nation_, *store_, codec_, [] { return absl::UnixEpoch(); }});
    national_ = std::make_unique<NationalAssessor>(NationalAssessor::Ports{
        *nation_, *assessor_, national_store_, national_codec_});
    request_.tenant = kTenant;
    request_.parameters.replicate_count = kReplicateCountMin;
  }

  void UseMany(int count) {
    std::vector<FakePlace> places;
    for (int i = 0; i < count; ++i) {
      places.push_back({.id = absl::StrCat("p", 100 + i)});
    }
    UsePlaces(std::move(places));
  }

  absl::StatusOr<StoredNational> Run() {
    return national_->Run(request_, control_);
  }

  const NationalAssessment& last() const { return national_codec_.last; }

  std::unique_ptr<FakeNation> nation_;
  std::unique_ptr<FakeStore> store_;
  CountingCodec codec_;
  FakeNationalStore national_store_;
  FakeNationalCodec national_codec_;
  std::unique_ptr<Assessor> assessor_;
  std::unique_ptr<NationalAssessor> national_;
  NationalRequest request_;
  NationalControl control_;
};

TEST_F(NationalAssessorTest, OnePlaceThatFailsStopsNoOther) {
  UsePlaces({{.id = "a"},
             {.id = "broken"},
             {.id = "draft", .closed_wave_count = 0},
             {.id = "empty", .has_survey = false},
             {.id = "lost"},
             {.id = "new", .closed_wave_count = 1},
             {.id = "small", .people_count = 3}});
  nation_->unlistable_ids = {"lost"};
  nation_->gate = [](const std::string& id, const auto&) {
    return id == "broken" ? MakeError(absl::StatusCode::kResourceExhausted,
                                      "GRAPH_TOO_LARGE", "too many people")
                          : absl::OkStatus();
  };
  NationalProgress progress;
  control_.on_progress = [&](const NationalProgress& p) { progress = p; };
  ASSERT_TRUE(Run().ok());
  const struct {
    std::string id;
    PlaceOutcome outcome;
    int wave;  // 0: none.
    bool has_survey;
    bool has_previous;
  } want[] = {
      {"a", PlaceOutcome::kAssessed, 2, true, true},
      {"broken", PlaceOutcome::kFailed, 2, true, false},
      {"draft", PlaceOutcome::kNoClosedWave, 0, true, false},
      {"empty", PlaceOutcome::kNoSurvey, 0, false, false},
      {"lost", PlaceOutcome::kFailed, 0, false, false},
      {"new", PlaceOutcome::kAssessed, 1, true, false},
      {"small", PlaceOutcome::kNotMeasured, 2, true, true},
  };
  ASSERT_EQ(last().places.size(), std::size(want));
  for (std::size_t i = 0; i < std::size(want); ++i) {
    SCOPED_TRACE(want[i].id);
    const NationalPlace& place = last().places[i];
    EXPECT_EQ(place.locality, LocalityName(want[i].id));
    EXPECT_EQ(place.survey, want[i].has_survey ? SurveyOf(want[i].id) : "");
    EXPECT_EQ(place.wave,
              want[i].wave > 0 ? WaveOf(want[i].id, want[i].wave) : "");
    EXPECT_EQ(place.outcome, want[i].outcome);
    EXPECT_EQ(place.summary.has_value(),
              want[i].outcome == PlaceOutcome::kAssessed ||
                  want[i].outcome == PlaceOutcome::kNotMeasured);
    if (!place.summary) continue;
    EXPECT_EQ(place.summary->assessment.find(place.wave), 0u);
    EXPECT_EQ(!place.summary->previous_assessment.empty(),
              want[i].has_previous);
  }
  EXPECT_EQ(ReasonOf(last().places[1].failure), "GRAPH_TOO_LARGE");
  EXPECT_EQ(last().places[1].failure.message(), "too many people");
  EXPECT_EQ(last().places[4].failure.code(), absl::StatusCode::kUnavailable);

  EXPECT_EQ(progress.step, NationalStep::kAggregating);
  EXPECT_EQ(progress.total_count, 7);
  EXPECT_EQ(progress.done_count, 3);
  EXPECT_EQ(progress.failed_count, 2);
  EXPECT_EQ(progress.skipped_count, 2);
  EXPECT_EQ(progress.open_count(), 0);
  EXPECT_EQ(progress.computed_count, 5);
  EXPECT_EQ(progress.computed_place_count, 3);
}

TEST_F(NationalAssessorTest, LooksOnlyIntoTheScope) {
  UsePlaces({{.id = "a", .region = "east"}, {.id = "b", .region = "west"}});
  request_.scope.region = "east";
  ASSERT_TRUE(Run().ok());
  ASSERT_EQ(last().places.size(), 1u);
  EXPECT_EQ(last().places[0].locality, LocalityName("a"));
  EXPECT_EQ(last().scope, request_.scope);
  request_.scope = {.survey_id = "care"};
  ASSERT_TRUE(Run().ok());
  EXPECT_EQ(last().places.size(), 2u);
}

TEST_F(NationalAssessorTest, AgainItFindsWhatIsThere) {
  UseMany(4);
  const auto first = Run();
  ASSERT_TRUE(first.ok());
  EXPECT_EQ(codec_.count, 8);
  NationalProgress progress;
  control_.on_progress = [&](const NationalProgress& p) { progress = p; };
  const auto again = Run();
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(*again, *first);
  EXPECT_EQ(codec_.count, 8);
  EXPECT_EQ(progress.computed_count, 0);
  EXPECT_EQ(progress.computed_place_count, 0);
  EXPECT_EQ(progress.done_count, 4);
}

// Stopped in the middle and run again, each wave is computed once in all.
TEST_F(NationalAssessorTest, GoesOnFromWhereItWasStopped) {
  for (const int concurrent : {1, 3}) {
    SCOPED_TRACE(concurrent);
    UseMany(6);
    codec_.count = 0;
    request_.concurrent_places = concurrent;
    std::atomic<bool> cancelled = false;
    control_.is_cancelled = [&] { return cancelled.load(); };
    nation_->gate = [&](const std::string& id, const auto&) {
      if (id == "p103") cancelled = true;
      return cancelled ? absl::CancelledError("as asked") : absl::OkStatus();
    };
    const int put_count = national_store_.put_count;
    EXPECT_EQ(Run().status().code(), absl::StatusCode::kCancelled);
    EXPECT_EQ(national_store_.put_count, put_count);
    const int computed = codec_.count;
    EXPECT_GT(computed, 0);
    EXPECT_LT(computed, 12);

    cancelled = false;
    nation_->gate = nullptr;
    NationalProgress progress;
    control_.on_progress = [&](const NationalProgress& p) { progress = p; };
    ASSERT_TRUE(Run().ok());
    EXPECT_EQ(codec_.count, 12);
    EXPECT_EQ(progress.computed_count, 12 - computed);
    EXPECT_EQ(progress.failed_count, 0);
    EXPECT_EQ(last().outcome_counts[0], 6);
  }
}

// As many at once as asked, and never more; the same result either way.
TEST_F(NationalAssessorTest, AssessesAFewAtATime) {
  UseMany(9);
  std::string name;
  for (const int concurrent : {3, 1}) {
    SCOPED_TRACE(concurrent);
    request_.concurrent_places = concurrent;
    std::atomic<int> running = 0;
    std::atomic<int> most = 0;
    nation_->gate = [&](const std::string&, const auto&) {
      const int now = ++running;
      for (int seen = most; seen < now;) most.compare_exchange_weak(seen, now);
      absl::SleepFor(absl::Milliseconds(5));
      --running;
      return absl::OkStatus();
    };
    const auto stored = Run();
    ASSERT_TRUE(stored.ok());
    EXPECT_LE(most, concurrent);
    EXPECT_EQ(most > 1, concurrent > 1);
    if (name.empty()) name = stored->name;
    EXPECT_EQ(stored->name, name);
  }
}

TEST_F(NationalAssessorTest, ReportsItsErrors) {
  UsePlaces({{.id = "a", .has_survey = false}});
  EXPECT_EQ(ReasonOf(Run().status()), "NO_PLACES");
  EXPECT_EQ(Run().status().code(), absl::StatusCode::kNotFound);
  request_.tenant = "tenants/nobody";
  EXPECT_EQ(ReasonOf(Run().status()), "NO_PLACES");

  UsePlaces({{.id = "a"}});
  request_.scope = {.survey_id = "other"};
  EXPECT_EQ(ReasonOf(Run().status()), "NO_PLACES");
  request_.scope = {};
  nation_->localities_error = absl::UnavailableError("away");
  EXPECT_EQ(Run().status(), absl::UnavailableError("away"));
  nation_->localities_error = absl::OkStatus();
  national_store_.error =
      MakeError(absl::StatusCode::kResourceExhausted, "DISK_FULL", "no room");
  EXPECT_EQ(ReasonOf(Run().status()), "DISK_FULL");
  request_.parameters.seed = -1;
  EXPECT_EQ(ReasonOf(Run().status()), "PARAMETER_OUT_OF_RANGE");
}

TEST_F(NationalAssessorTest, TakesNoMoreThanTheMostPlaces) {
  std::vector<FakePlace> places;
  for (std::size_t i = 0; i <= kPlacesMax; ++i) {
    places.push_back({.id = absl::StrCat("p", 10'000 + i),
                      .region = i == 0 ? "east" : "west",
                      .has_survey = i <= 1,
                      .closed_wave_count = 0});
  }
  UsePlaces(std::move(places));
  EXPECT_EQ(ReasonOf(Run().status()), "TOO_MANY_PLACES");
  request_.scope.region = "west";
  ASSERT_TRUE(Run().ok());
  EXPECT_EQ(last().places.size(), kPlacesMax);
}

}  // namespace
}  // namespace pulsetaker::assessment
