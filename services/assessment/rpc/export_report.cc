#include "services/assessment/rpc/export_report.h"

#include <utility>

#include "common/base/digest.h"
#include "common/base/status.h"
#include "common/rpc/resource_name.h"
#include "services/assessment/rpc/assessment_id.h"

namespace pulsetaker::assessment {
namespace {

absl::StatusOr<report::ReportFormat> FormatOf(v1::ReportFormat format) {
  switch (format) {
    case v1::REPORT_FORMAT_HTML:
      return report::ReportFormat::kHtml;
    case v1::REPORT_FORMAT_JSON:
      return report::ReportFormat::kJson;
    default:
      return MakeError(absl::StatusCode::kInvalidArgument,
                       "REPORT_FORMAT_UNKNOWN",
                       "format is none, want REPORT_FORMAT_HTML or _JSON",
                       {{"field", "format"}});
  }
}

}  // namespace

absl::Status ExportReport(const report::Reporter& reporter,
                          const v1::ExportReportRequest& request,
                          absl::Time deadline,
                          v1::ExportReportResponse& response) {
  PT_ASSIGN_OR_RETURN(
      const rpc::WaveChildName name,
      rpc::ParseWaveChildName(request.name(), rpc::kAssessments, "name"));
  PT_ASSIGN_OR_RETURN(const report::ReportFormat format,
                      FormatOf(request.format()));
  PT_RETURN_IF_ERROR(CheckAssessmentId(name.id));
  PT_ASSIGN_OR_RETURN(std::string content,
                      reporter.Report(request.name(), format, deadline));
  response.set_digest(Sha256().Update(content).Finish());
  response.set_content(std::move(content));
  response.set_media_type(format == report::ReportFormat::kHtml
                              ? "text/html; charset=utf-8"
                              : "application/json");
  return absl::OkStatus();
}

}  // namespace pulsetaker::assessment
