#include "services/network/domain/analyzer.h"

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/status.h"
#include "gtest/gtest.h"
#include "services/network/domain/test_snapshot.h"

namespace pulsetaker::network {
namespace {

const WaveKey kWave = {"north", "ashby", "care", 3};

class FakeSource final : public SnapshotSource {
 public:
  absl::StatusOr<WaveSnapshot> Read(const WaveKey& wave,
                                    absl::FunctionRef<bool()>) override {
    EXPECT_EQ(wave, kWave);
    return result;
  }

  absl::StatusOr<WaveSnapshot> result = absl::InternalError("not set");
};

class FakeStore final : public AnalysisStore {
 public:
  absl::Status Put(const WaveKey&, const EncodedAnalysis& analysis) override {
    ++put_count;
    if (!put_status.ok()) return put_status;
    kept[analysis.id] = analysis;
    return absl::OkStatus();
  }
  absl::StatusOr<std::string> Get(const WaveKey&,
                                  absl::string_view id) const override {
    if (!get_status.ok()) return get_status;
    const auto entry = kept.find(std::string(id));
    if (entry == kept.end()) return absl::NotFoundError("no analysis");
    return entry->second.analysis;
  }
  absl::StatusOr<std::vector<EncodedAnalysis>> List(const WaveKey&,
                                                    absl::string_view,
                                                    int) const override {
    return absl::UnimplementedError("not used");
  }
  absl::StatusOr<std::vector<EncodedPerson>> ListPersons(const WaveKey&,
                                                         absl::string_view,
                                                         absl::string_view,
                                                         int) const override {
    return absl::UnimplementedError("not used");
  }

  std::map<std::string, EncodedAnalysis> kept;
  absl::Status get_status;
  absl::Status put_status;
  int put_count = 0;
};

class FakeEncoder final : public AnalysisEncoder {
 public:
  EncodedAnalysis Encode(const WaveKey&, absl::string_view id,
                         const AnalysisResult& result) const override {
    return {std::string(id),
            absl::StrCat("of ", result.analysis.participants.invited),
            {}};
  }
};

class AnalyzerTest : public testing::Test {
 protected:
  AnalyzerTest() {
    SnapshotBuilder builder(3);
    builder.AddNetwork("work").Answer(0, "work", {1});
    source_.result = builder.snapshot();
  }

  absl::StatusOr<std::string> Analyze(AnalysisParameters parameters = {}) {
    parameters.null_draw_count = kNullDrawsMin;
    return analyzer_.Analyze(kWave, parameters, observer_);
  }

  FakeSource source_;
  FakeStore store_;
  FakeEncoder encoder_;
  NoObserver observer_;
  Analyzer analyzer_{source_, store_, encoder_, 1};
};

TEST_F(AnalyzerTest, KeepsWhatItReturns) {
  EXPECT_EQ(*Analyze(), "of 3");
  ASSERT_EQ(store_.kept.size(), 1u);
  EXPECT_EQ(store_.kept.begin()->first.size(), 32u);
}

TEST_F(AnalyzerTest, ComputesNothingTwice) {
  ASSERT_TRUE(Analyze().ok());
  store_.kept.begin()->second.analysis = "kept";
  EXPECT_EQ(*Analyze(), "kept");
  EXPECT_EQ(store_.put_count, 1);
  EXPECT_EQ(*Analyze({.seed = 2}), "of 3");
  EXPECT_EQ(store_.put_count, 2);
}

TEST_F(AnalyzerTest, FailsAsItsPartsFail) {
  EXPECT_EQ(ReasonOf(Analyze({.seed = -1}).status()), "PARAMETER_OUT_OF_RANGE");
  store_.put_status = absl::ResourceExhaustedError("full");
  EXPECT_EQ(Analyze().status(), store_.put_status);
  store_.get_status = absl::DataLossError("damaged");
  EXPECT_EQ(Analyze().status(), store_.get_status);
  EXPECT_EQ(store_.put_count, 1) << "unreadable is not absent";
  source_.result = absl::FailedPreconditionError("open");
  EXPECT_EQ(Analyze().status(), source_.result.status());
}

}  // namespace
}  // namespace pulsetaker::network
