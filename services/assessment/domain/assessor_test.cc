#include "services/assessment/domain/assessor.h"

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/status.h"
#include "gtest/gtest.h"
#include "services/assessment/domain/testing.h"

namespace pulsetaker::assessment {
namespace {

using testing::Always;
using testing::MakeWave;
using testing::StandardItems;

constexpr char kSurvey[] = "tenants/t/localities/l/surveys/s/waves/";

std::string WaveName(int wave) { return absl::StrCat(kSurvey, wave); }

std::string DigestOf(int wave, int closing) {
  return absl::StrCat("digest-", wave, "-", closing);
}

// A survey with `wave_count` closed waves, each of which can be closed again.
class FakeWaves : public WaveSource {
 public:
  explicit FakeWaves(int wave_count) : closings_(wave_count, 1) {}

  absl::StatusOr<std::vector<ClosedWave>> ListClosedWaves(
      absl::string_view wave) override {
    std::vector<ClosedWave> closed;
    for (int w = 1; w <= static_cast<int>(closings_.size()); ++w) {
      closed.push_back({WaveName(w), Digest(w)});
      if (closed.back().name == wave) return closed;
    }
    return MakeError(absl::StatusCode::kNotFound, "WAVE_NOT_FOUND",
                     "no such wave");
  }

  absl::StatusOr<WaveData> ReadWave(absl::string_view wave) override {
    reads.push_back(std::string(wave));
    for (int w = 1; w <= static_cast<int>(closings_.size()); ++w) {
      if (WaveName(w) != wave) continue;
      WaveData data = MakeWave(StandardItems(),
                               {{Layer::kSectoral, "x", 12, 12}}, Always(4));
      data.wave = std::string(wave);
      data.snapshot_digest = reopened_while_read ? "other" : Digest(w);
      return data;
    }
    return absl::InternalError("not listed");
  }

  std::string Digest(int wave) const {
    return DigestOf(wave, closings_[static_cast<std::size_t>(wave - 1)]);
  }

  void CloseAgain(int wave) { ++closings_[static_cast<std::size_t>(wave - 1)]; }

  std::vector<std::string> reads;
  bool reopened_while_read = false;

 private:
  std::vector<int> closings_;
};

class FakeAnalyses : public AnalysisSource {
 public:
  explicit FakeAnalyses(const FakeWaves& waves) : waves_(waves) {}

  absl::StatusOr<NetworkAnalysis> GetAnalysis(absl::string_view name) override {
    ++get_count;
    if (name != "named") {
      return MakeError(absl::StatusCode::kNotFound, "ANALYSIS_NOT_FOUND",
                       "no such analysis");
    }
    return NetworkAnalysis{"named", named_digest, {}};
  }

  absl::StatusOr<NetworkAnalysis> AnalyzeWave(
      absl::string_view wave, const std::function<bool()>&) override {
    analyzed.push_back(std::string(wave));
    const int number = std::stoi(std::string(wave).substr(sizeof(kSurvey) - 1));
    return NetworkAnalysis{absl::StrCat(std::string(wave), "/analyses/a"),
                           stale ? "other" : waves_.Digest(number),
                           {}};
  }

  int get_count = 0;
  std::vector<std::string> analyzed;
  std::string named_digest;
  bool stale = false;

 private:
  const FakeWaves& waves_;
};

class FakeStore : public AssessmentStore {
 public:
  absl::Status Put(const StoredAssessment& assessment) override {
    if (full) {
      return MakeError(absl::StatusCode::kResourceExhausted, "DISK_FULL",
                       "no room");
    }
    rows.emplace(assessment.name, assessment);
    return absl::OkStatus();
  }

  absl::StatusOr<StoredAssessment> Get(absl::string_view name) const override {
    if (unreadable) {
      return MakeError(absl::StatusCode::kDataLoss, "STORED_DATA_UNREADABLE",
                       "damaged");
    }
    const auto it = rows.find(std::string(name));
    if (it == rows.end()) {
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

  absl::StatusOr<std::vector<std::string>> ListNewestWaves(absl::string_view,
                                                           int) const override {
    return std::vector<std::string>();
  }

  std::map<std::string, StoredAssessment> rows;
  bool full = false;
  bool unreadable = false;
};

class FakeCodec : public AssessmentCodec {
 public:
  std::string Encode(const Assessment& assessment) const override {
    return absl::StrCat(assessment.name, " after ",
                        assessment.previous_assessment);
  }
};

class AssessorTest : public ::testing::Test {
 protected:
  void UseWaves(int count) {
    waves_ = std::make_unique<FakeWaves>(count);
    analyses_ = std::make_unique<FakeAnalyses>(*waves_);
    assessor_ = std::make_unique<Assessor>(
        Assessor::Ports{*waves_, *analyses_, store_, codec_,
                        [this] { return absl::FromUnixMicros(++now_); }});
  }

  absl::StatusOr<StoredAssessment> Assess(int wave,
                                          const std::string& analysis = "") {
    AssessRequest request;
    request.wave = WaveName(wave);
    request.analysis = analysis;
    request.parameters.replicate_count = kReplicateCountMin;
    return assessor_->Assess(request, control_);
  }

  std::string ReasonOfAssess(int wave, const std::string& analysis = "") {
    return ReasonOf(Assess(wave, analysis).status());
  }

  std::unique_ptr<FakeWaves> waves_;
  std::unique_ptr<FakeAnalyses> analyses_;
  FakeStore store_;
  FakeCodec codec_;
  std::int64_t now_ = 0;
  AssessControl control_;
  std::unique_ptr<Assessor> assessor_;
};

TEST_F(AssessorTest, AssessesTheWavesBeforeFirst) {
  UseWaves(3);
  const auto stored = Assess(3);
  ASSERT_TRUE(stored.ok()) << stored.status();
  ASSERT_EQ(store_.rows.size(), 3u);
  EXPECT_EQ(stored->name.find(WaveName(3)), 0u);
  EXPECT_NE(stored->message.find(absl::StrCat("after ", WaveName(2))),
            std::string::npos);
  EXPECT_TRUE(stored->posterior.has_value());
  EXPECT_EQ(stored->create_time_micros, 3);  // The third that was made.
  // Each wave is read once, though it is compared too.
  EXPECT_EQ(waves_->reads,
            (std::vector<std::string>{WaveName(1), WaveName(2), WaveName(3)}));
}

TEST_F(AssessorTest, ARepeatFindsWhatIsStored) {
  UseWaves(2);
  const auto first = Assess(2);
  ASSERT_TRUE(first.ok());
  waves_->reads.clear();
  const auto again = Assess(2);
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(*again, *first);
  EXPECT_TRUE(waves_->reads.empty());
  EXPECT_EQ(store_.rows.size(), 2u);
}

TEST_F(AssessorTest, ALaterWaveReadsTheStoredOneOnlyToCompare) {
  UseWaves(3);
  ASSERT_TRUE(Assess(2).ok());
  waves_->reads.clear();
  ASSERT_TRUE(Assess(3).ok());
  EXPECT_EQ(waves_->reads,
            (std::vector<std::string>{WaveName(2), WaveName(3)}));
}

TEST_F(AssessorTest, ReopeningAWaveMakesNewAssessments) {
  UseWaves(2);
  const auto first = Assess(2);
  ASSERT_TRUE(first.ok());
  waves_->CloseAgain(1);
  const auto second = Assess(2);
  ASSERT_TRUE(second.ok());
  EXPECT_NE(second->name, first->name);
  EXPECT_EQ(store_.rows.size(), 4u);
}

TEST_F(AssessorTest, UsesTheNamedAnalysisForTheLastWaveOnly) {
  UseWaves(2);
  analyses_->named_digest = DigestOf(2, 1);
  ASSERT_TRUE(Assess(2, "named").ok());
  EXPECT_EQ(analyses_->get_count, 1);
  EXPECT_EQ(analyses_->analyzed, (std::vector<std::string>{WaveName(1)}));
}

TEST_F(AssessorTest, ReportsItsErrors) {
  UseWaves(1);
  EXPECT_EQ(ReasonOfAssess(2), "WAVE_NOT_FOUND");
  EXPECT_EQ(ReasonOfAssess(1, "other"), "ANALYSIS_NOT_FOUND");
  analyses_->named_digest = DigestOf(1, 2);
  EXPECT_EQ(ReasonOfAssess(1, "named"), "ANALYSIS_OF_OTHER_SNAPSHOT");
  analyses_->stale = true;
  EXPECT_EQ(ReasonOfAssess(1), "SNAPSHOT_CHANGED");
  analyses_->stale = false;
  waves_->reopened_while_read = true;
  EXPECT_EQ(ReasonOfAssess(1), "SNAPSHOT_CHANGED");
  waves_->reopened_while_read = false;
  store_.unreadable = true;
  EXPECT_EQ(ReasonOfAssess(1), "STORED_DATA_UNREADABLE");
  store_.unreadable = false;
  store_.full = true;
  EXPECT_EQ(ReasonOfAssess(1), "DISK_FULL");
  EXPECT_TRUE(store_.rows.empty());

  AssessRequest request;
  request.wave = WaveName(1);
  request.parameters.seed = -1;
  EXPECT_EQ(ReasonOf(assessor_->Assess(request, control_).status()),
            "PARAMETER_OUT_OF_RANGE");
}

TEST_F(AssessorTest, TakesNoMoreThanTheMostWaves) {
  UseWaves(kWavesBeforeMax + 2);
  const auto refused = Assess(kWavesBeforeMax + 2);
  EXPECT_EQ(ReasonOf(refused.status()), "TOO_MANY_WAVES");
  EXPECT_EQ(MetadataOf(refused.status()), (ErrorMetadata{{"count", "101"}}));
  EXPECT_TRUE(store_.rows.empty());
  EXPECT_TRUE(Assess(kWavesBeforeMax + 1).ok());
}

TEST_F(AssessorTest, ReportsProgress) {
  UseWaves(2);
  ASSERT_TRUE(Assess(1).ok());
  std::vector<AssessProgress> seen;
  control_.on_progress = [&seen](const AssessProgress& progress) {
    seen.push_back(progress);
  };
  ASSERT_TRUE(Assess(2).ok());
  // The first wave is there already: only its analysis is looked up.
  const std::vector<std::int64_t> done = {0, 3, 4, 5};
  ASSERT_EQ(seen.size(), done.size());
  for (std::size_t i = 0; i < seen.size(); ++i) {
    EXPECT_EQ(seen[i].done_count, done[i]);
    EXPECT_EQ(seen[i].total_count, 6);
  }
  EXPECT_EQ(seen.back().step, AssessStep::kAssessing);
}

TEST_F(AssessorTest, StopsBetweenSteps) {
  UseWaves(2);
  int asked = 0;
  control_.is_cancelled = [&asked] { return ++asked > 4; };
  EXPECT_EQ(Assess(2).status().code(), absl::StatusCode::kCancelled);
  // The first wave was done by then, and stays.
  EXPECT_EQ(store_.rows.size(), 1u);
}

}  // namespace
}  // namespace pulsetaker::assessment
