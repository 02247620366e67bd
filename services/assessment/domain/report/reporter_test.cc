#include "services/assessment/domain/report/reporter.h"

#include <map>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/base/status.h"
#include "gtest/gtest.h"
#include "services/assessment/domain/report/report_testing.h"

namespace pulsetaker::assessment::report {
namespace {

std::string Name(int wave) {
  return absl::StrCat("tenants/t/localities/l/surveys/s/waves/", wave,
                      "/assessments/0123456789abcdef0123456789abcdef");
}

// Assessments that are kept under their names; the message is the wave.
class FakeStore final : public AssessmentStore {
 public:
  std::map<std::string, StoredAssessment, std::less<>> kept;

  absl::Status Put(const StoredAssessment& assessment) override {
    kept[assessment.name] = assessment;
    return absl::OkStatus();
  }

  absl::StatusOr<std::vector<std::string>> ListNewestWaves(absl::string_view,
                                                           int) const override {
    return absl::UnimplementedError("not asked for");
  }

  absl::StatusOr<StoredAssessment> Get(absl::string_view name) const override {
    const auto it = kept.find(std::string(name));
    if (it != kept.end()) return it->second;
    return MakeError(absl::StatusCode::kNotFound, "ASSESSMENT_NOT_FOUND", "");
  }

  absl::StatusOr<std::vector<StoredAssessment>> List(absl::string_view,
                                                     absl::string_view,
                                                     int) const override {
    return absl::UnimplementedError("no list");
  }
};

// Each wave rests on the one before it.
class FakeReader final : public AssessmentReader {
 public:
  absl::StatusOr<Assessment> Decode(
      const StoredAssessment& stored) const override {
    const int wave = std::stoi(stored.message);
    Assessment assessment = testing::MadeUpAssessment();
    assessment.name = stored.name;
    assessment.previous_assessment = wave > 1 ? Name(wave - 1) : "";
    return assessment;
  }
};

class FakeSource final : public ReportSource {
 public:
  absl::Status error;
  std::string wave;
  std::string analysis;

  absl::StatusOr<Titles> ReadTitles(absl::string_view name,
                                    absl::Time) override {
    wave = std::string(name);
    return testing::MadeUpInputs().titles;
  }

  absl::StatusOr<NetworkPicture> ReadNetworks(absl::string_view name,
                                              absl::Time) override {
    analysis = std::string(name);
    PT_RETURN_IF_ERROR(error);
    return testing::MadeUpNetworks();
  }
};

class ReporterTest : public ::testing::Test {
 protected:
  void Keep(int wave) {
    ASSERT_TRUE(store_
                    .Put({.name = Name(wave),
                          .posterior = {},
                          .message = absl::StrCat(wave)})
                    .ok());
  }

  absl::StatusOr<std::string> Report(
      int wave, ReportFormat format = ReportFormat::kJson) {
    return reporter_.Report(Name(wave), format, absl::InfiniteFuture());
  }

  FakeStore store_;
  const FakeReader reader_;
  FakeSource source_;
  const Reporter reporter_{
      {.store = store_, .reader = reader_, .source = source_}};
};

TEST_F(ReporterTest, AsksForWhatTheAssessmentRestsOn) {
  for (const int wave : {2, 3, 4}) Keep(wave);
  const auto report = Report(4);
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_EQ(source_.wave, "tenants/t/localities/l/surveys/s/waves/4");
  EXPECT_EQ(source_.analysis, testing::MadeUpAssessment().analysis);
}

TEST_F(ReporterTest, GoesBackAsFarAsAssessmentsAreKept) {
  for (const int wave : {2, 3, 4}) Keep(wave);
  auto report = Report(4);
  ASSERT_TRUE(report.ok());
  for (const int wave : {2, 3, 4}) {
    EXPECT_TRUE(absl::StrContains(
        *report, absl::StrCat("\"wave\": ", wave, ",\n    \"phase\"")));
  }
  EXPECT_TRUE(absl::StrContains(*report, "\"path_is_cut\": true"));
  Keep(1);
  report = Report(4);
  ASSERT_TRUE(report.ok());
  EXPECT_TRUE(absl::StrContains(*report, "\"path_is_cut\": false"));
}

TEST_F(ReporterTest, WritesTheSameBytesAgain) {
  Keep(1);
  for (const ReportFormat format : {ReportFormat::kHtml, ReportFormat::kJson}) {
    const auto once = Report(1, format);
    const auto again = Report(1, format);
    ASSERT_TRUE(once.ok() && again.ok());
    EXPECT_EQ(*once, *again);
  }
}

TEST_F(ReporterTest, PassesOnWhatGoesWrong) {
  EXPECT_EQ(ReasonOf(Report(1).status()), "ASSESSMENT_NOT_FOUND");
  Keep(1);
  source_.error = absl::UnavailableError("away");
  EXPECT_EQ(Report(1).status(), source_.error);
}

}  // namespace
}  // namespace pulsetaker::assessment::report
