// Through the stub, as a partner calls: marshalling, status details, threads
// and the store are all real; only the two other services are not there.

#include "services/assessment/rpc/export_report.h"

#include <functional>
#include <memory>
#include <string>
#include <tuple>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/base/digest.h"
#include "common/base/status.h"
#include "common/rpc/client_call.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "gtest/gtest.h"
#include "pulsetaker/assessment/v1/assessment_service.grpc.pb.h"
#include "services/assessment/domain/report/html_report.h"
#include "services/assessment/domain/report/json_report.h"
#include "services/assessment/domain/report/report_testing.h"
#include "services/assessment/rpc/assessment_codec.h"
#include "services/assessment/rpc/assessment_reader.h"
#include "services/assessment/rpc/service_testing.h"

namespace pulsetaker::assessment {
namespace {

using Request = v1::ExportReportRequest;
using report::testing::HostileInputs;
using report::testing::MadeUpAssessment;

class FakeSource final : public report::ReportSource {
 public:
  absl::Status titles_error;
  absl::Status networks_error;

  absl::StatusOr<report::Titles> ReadTitles(absl::string_view,
                                            absl::Time deadline) override {
    EXPECT_LT(deadline, absl::Now() + absl::Seconds(31));
    PT_RETURN_IF_ERROR(titles_error);
    return HostileInputs().titles;
  }

  absl::StatusOr<report::NetworkPicture> ReadNetworks(
      absl::string_view analysis, absl::Time) override {
    EXPECT_EQ(analysis, MadeUpAssessment().analysis);
    PT_RETURN_IF_ERROR(networks_error);
    return HostileInputs().network;
  }
};

class ExportReportTest : public testing::ServedTest {
 protected:
  // Only its address is taken before it is there.
  ExportReportTest() : ServedTest(&source_) {}

  void Keep(const Assessment& assessment) {
    ASSERT_TRUE(
        store_
            ->Put({.name = assessment.name,
                   .posterior = {},
                   .message = MakeAssessmentCodec()->Encode(assessment)})
            .ok());
  }

  absl::Status Call(const Request& request,
                    v1::ExportReportResponse& response) {
    grpc::ClientContext context;
    rpc::SetDeadline(context, absl::Now() + absl::Seconds(30));
    status_ = stub_->ExportReport(&context, request, &response);
    return rpc::FromGrpcStatus(status_);
  }

  static Request Valid() {
    Request request;
    request.set_name(MadeUpAssessment().name);
    request.set_format(v1::REPORT_FORMAT_HTML);
    return request;
  }

  FakeSource source_;
  grpc::Status status_;
};

TEST_F(ExportReportTest, SendsTheWholeFileWithItsDigest) {
  Keep(MadeUpAssessment());
  for (const auto& [format, type, start] :
       {std::tuple(v1::REPORT_FORMAT_HTML, "text/html; charset=utf-8",
                   "<!DOCTYPE html>"),
        std::tuple(v1::REPORT_FORMAT_JSON, "application/json", "{")}) {
    Request request = Valid();
    request.set_format(format);
    v1::ExportReportResponse response;
    ASSERT_TRUE(Call(request, response).ok()) << status_.error_message();
    EXPECT_EQ(response.media_type(), type);
    EXPECT_TRUE(absl::StartsWith(response.content(), start));
    EXPECT_EQ(response.digest(), Sha256().Update(response.content()).Finish());
    // In JSON it is text as it is.
    EXPECT_EQ(absl::StrContains(response.content(), "<script"),
              format == v1::REPORT_FORMAT_JSON);
    v1::ExportReportResponse again;
    ASSERT_TRUE(Call(request, again).ok());
    EXPECT_EQ(again.content(), response.content());
  }
}

// What the store keeps is what the report says.
TEST_F(ExportReportTest, ReadsTheStoredAssessments) {
  const Assessment assessment = MadeUpAssessment();
  Keep(assessment);
  Assessment before = assessment;
  before.name = assessment.previous_assessment;
  before.previous_assessment = "";
  Keep(before);
  Request request = Valid();
  request.set_format(v1::REPORT_FORMAT_JSON);
  v1::ExportReportResponse response;
  ASSERT_TRUE(Call(request, response).ok()) << status_.error_message();
  EXPECT_TRUE(absl::StrContains(response.content(), "\"value\": 48.5"));
  EXPECT_TRUE(absl::StrContains(response.content(), "\"wave\": 1"));
  EXPECT_TRUE(absl::StrContains(response.content(), "\"path_is_cut\": false"));
}

// The largest drawing there may be still fits into one message.
TEST_F(ExportReportTest, TheLargestDrawingFitsIntoAMessage) {
  report::ReportInputs inputs = report::testing::MadeUpInputs();
  report::SociogramPicture& sociogram = inputs.network.sociogram;
  sociogram.dots.assign(
      report::kDotsMax,
      {1000, 1000, Layer::kFrontline, true, {true, true, true}});
  for (int i = 0; i < report::kLinesMax; ++i) {
    sociogram.lines.push_back({1498, 1499, 12});
  }
  const report::ReportModel model = report::BuildReportModel(inputs);
  constexpr std::size_t kMessageMax = std::size_t{4} << 20;
  EXPECT_LT(report::RenderHtml(model).size(), kMessageMax);
  EXPECT_LT(report::RenderJson(model).size(), kMessageMax);
}

// One row an error of the .proto, in its order.
TEST_F(ExportReportTest, RefusesAsDocumented) {
  const struct {
    const char* reason;
    const char* field;
    std::function<void(Request&)> spoil;
  } cases[] = {
      {"NAME_MALFORMED", "name", [](Request& r) { r.set_name("x"); }},
      {"REPORT_FORMAT_UNKNOWN", "format", [](Request& r) { r.clear_format(); }},
      {"REPORT_FORMAT_UNKNOWN", "format",
       [](Request& r) { r.set_format(static_cast<v1::ReportFormat>(9)); }},
      {"ASSESSMENT_NOT_FOUND", nullptr, [](Request&) {}},
      {"ASSESSMENT_NOT_FOUND", nullptr,
       [](Request& r) { r.set_name(r.name() + "0"); }},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.reason);
    Request request = Valid();
    c.spoil(request);
    v1::ExportReportResponse response;
    const absl::Status status = Call(request, response);
    EXPECT_EQ(ReasonOf(status), c.reason);
    v1::ErrorReason known;
    EXPECT_TRUE(
        v1::ErrorReason_Parse(absl::StrCat("ERROR_REASON_", c.reason), &known));
    EXPECT_TRUE(response.content().empty());
    if (c.field == nullptr) continue;
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
    EXPECT_TRUE(absl::StrContains(status_.error_details(), c.field));
  }
}

TEST_F(ExportReportTest, PassesOnWhatTheOtherServicesSay) {
  Keep(MadeUpAssessment());
  v1::ExportReportResponse response;
  source_.networks_error =
      MakeError(absl::StatusCode::kNotFound, "ANALYSIS_NOT_FOUND", "gone");
  EXPECT_EQ(ReasonOf(Call(Valid(), response)), "ANALYSIS_NOT_FOUND");
  source_.titles_error =
      MakeError(absl::StatusCode::kNotFound, "WAVE_NOT_FOUND", "gone");
  EXPECT_EQ(ReasonOf(Call(Valid(), response)), "WAVE_NOT_FOUND");
}

TEST_F(ExportReportTest, ReportsStoredBytesThatAreNoAssessment) {
  // The second is a message, but has no triangle.
  for (const std::string& bytes : {std::string("\xff"), std::string()}) {
    const auto decoded = MakeAssessmentReader()->Decode(
        {.name = "w/assessments/a", .posterior = {}, .message = bytes});
    EXPECT_EQ(ReasonOf(decoded.status()), "STORED_DATA_UNREADABLE");
  }
}

}  // namespace
}  // namespace pulsetaker::assessment
