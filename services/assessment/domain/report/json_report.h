// A report as one JSON object, for programs: what the HTML says, numbers in
// full. docs/report.md lists the members.

#pragma once

#include <string>

#include "services/assessment/domain/report/report_model.h"

namespace pulsetaker::assessment::report {

std::string RenderJson(const ReportModel& model);

}  // namespace pulsetaker::assessment::report
