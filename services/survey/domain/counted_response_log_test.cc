#include "services/survey/domain/counted_response_log.h"

#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"

namespace pulsetaker::survey {
namespace {

class FakeLog final : public ResponseLog {
 public:
  void AppendFrame(Frame /*frame*/, FrameDone done) override {
    done(frame_result);
  }
  void Submit(Submission /*submission*/, SubmitDone done) override {
    done(response);
  }

  absl::StatusOr<FrameResult> frame_result = FrameResult{};
  absl::StatusOr<Response> response = Response{};
};

class CountedResponseLogTest : public ::testing::Test {
 protected:
  // Of the metric with this label.
  std::uint64_t Value(const std::string& name, const std::string& label,
                      const std::string& value) {
    return metrics_
        .GetCounter({"pulsetaker_survey_" + name + "_total", ""},
                    {{label, value}})
        .value();
  }

  FakeLog fake_;
  Metrics metrics_;
  const std::unique_ptr<ResponseLog> log_ =
      MakeCountedResponseLog(fake_, metrics_);
};

TEST_F(CountedResponseLogTest, CountsRowsByVerdict) {
  using enum RowVerdict;
  fake_.frame_result->verdicts = {kStored,     kStored,   kUnchanged,
                                  kSuperseded, kConflict, kRejected};
  std::vector<RowVerdict> passed_on;
  log_->AppendFrame({}, [&](const absl::StatusOr<FrameResult>& result) {
    passed_on = result->verdicts;
  });
  EXPECT_EQ(passed_on, fake_.frame_result->verdicts);
  EXPECT_EQ(Value("rows", "verdict", "stored"), 2u);
  for (const char* other :
       {"unchanged", "superseded", "conflict", "rejected"}) {
    EXPECT_EQ(Value("rows", "verdict", other), 1u) << other;
  }
}

TEST_F(CountedResponseLogTest, CountsNoRowsOfAFrameThatIsRefused) {
  fake_.frame_result = absl::UnavailableError("away");
  absl::Status passed_on;
  log_->AppendFrame({}, [&](const absl::StatusOr<FrameResult>& result) {
    passed_on = result.status();
  });
  EXPECT_TRUE(absl::IsUnavailable(passed_on));
  EXPECT_EQ(Value("rows", "verdict", "stored"), 0u);
}

TEST_F(CountedResponseLogTest, CountsSingleResponses) {
  int told = 0;
  const auto done = [&](const absl::StatusOr<Response>&) { ++told; };
  log_->Submit({}, done);
  fake_.response = absl::AbortedError("conflict");
  log_->Submit({}, done);
  log_->Submit({}, done);
  EXPECT_EQ(told, 3);
  EXPECT_EQ(Value("responses", "result", "ok"), 1u);
  EXPECT_EQ(Value("responses", "result", "refused"), 2u);
}

}  // namespace
}  // namespace pulsetaker::survey
