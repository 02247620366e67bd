// The sections of a report, in their order.

#pragma once

#include <string>
#include <vector>

#include "services/assessment/domain/report/html_writer.h"
#include "services/assessment/domain/report/report_model.h"

namespace pulsetaker::assessment::report {

void WriteHeading(const ReportModel& model, HtmlWriter& html);
void WriteAnswers(const ReportModel& model, HtmlWriter& html);
void WriteTriangle(const ReportModel& model, HtmlWriter& html);
void WritePhase(const ReportModel& model, HtmlWriter& html);
void WriteChange(const ReportModel& model, HtmlWriter& html);
void WriteClique(const ReportModel& model, HtmlWriter& html);
void WriteLayers(const ReportModel& model, HtmlWriter& html);
void WriteSociogram(const ReportModel& model, HtmlWriter& html);
void WriteFindings(const ReportModel& model, HtmlWriter& html);
void WriteGaps(const ReportModel& model, HtmlWriter& html);
void WriteMethod(const ReportModel& model, HtmlWriter& html);

// Nothing if there is nothing in it.
void WriteList(const std::vector<std::string>& sentences, HtmlWriter& html);

}  // namespace pulsetaker::assessment::report
