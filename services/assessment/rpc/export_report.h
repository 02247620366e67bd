// ExportReport.

#pragma once

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "pulsetaker/assessment/v1/report.pb.h"
#include "services/assessment/domain/report/reporter.h"

namespace pulsetaker::assessment {

absl::Status ExportReport(const report::Reporter& reporter,
                          const v1::ExportReportRequest& request,
                          absl::Time deadline,
                          v1::ExportReportResponse& response);

}  // namespace pulsetaker::assessment
