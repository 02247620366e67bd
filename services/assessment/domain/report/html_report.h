// A report as one HTML file: no script, nothing that is fetched, well-formed
// XML, and the same bytes for the same model.

#pragma once

#include <string>

#include "services/assessment/domain/report/report_model.h"

namespace pulsetaker::assessment::report {

std::string RenderHtml(const ReportModel& model);

}  // namespace pulsetaker::assessment::report
