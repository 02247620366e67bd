#include "services/assessment/domain/report/reporter.h"

#include <algorithm>
#include <utility>

#include "absl/strings/numbers.h"
#include "common/base/status.h"
#include "services/assessment/domain/assessor.h"
#include "services/assessment/domain/report/html_report.h"
#include "services/assessment/domain/report/json_report.h"

namespace pulsetaker::assessment::report {
namespace {

// `{wave}` of `{wave}/assessments/{assessment}`.
absl::string_view WaveOf(absl::string_view assessment) {
  return assessment.substr(0, assessment.rfind("/assessments/"));
}

std::int32_t WaveNumber(absl::string_view assessment) {
  const absl::string_view wave = WaveOf(assessment);
  std::int32_t number = 0;
  return absl::SimpleAtoi(wave.substr(wave.rfind('/') + 1), &number) ? number
                                                                     : 0;
}

}  // namespace

Reporter::Reporter(Ports ports) : ports_(ports) {}

absl::Status Reporter::ReadEarlier(std::string previous,
                                   ReportInputs& inputs) const {
  for (int i = 0; i < kWavesBeforeMax && !previous.empty(); ++i) {
    const absl::StatusOr<StoredAssessment> stored = ports_.store.Get(previous);
    if (absl::IsNotFound(stored.status())) break;
    PT_RETURN_IF_ERROR(stored.status());
    PT_ASSIGN_OR_RETURN(const Assessment assessment,
                        ports_.reader.Decode(*stored));
    inputs.earlier.push_back(
        ToPathStep(WaveNumber(previous), assessment.phase));
    previous = assessment.previous_assessment;
  }
  inputs.earlier_is_cut = !previous.empty();
  std::reverse(inputs.earlier.begin(), inputs.earlier.end());
  return absl::OkStatus();
}

absl::StatusOr<std::string> Reporter::Report(absl::string_view name,
                                             ReportFormat format,
                                             absl::Time deadline) const {
  PT_ASSIGN_OR_RETURN(const StoredAssessment stored, ports_.store.Get(name));
  ReportInputs inputs;
  PT_ASSIGN_OR_RETURN(inputs.assessment, ports_.reader.Decode(stored));
  inputs.wave = WaveNumber(name);
  PT_RETURN_IF_ERROR(
      ReadEarlier(inputs.assessment.previous_assessment, inputs));
  PT_ASSIGN_OR_RETURN(inputs.titles,
                      ports_.source.ReadTitles(WaveOf(name), deadline));
  PT_ASSIGN_OR_RETURN(
      inputs.network,
      ports_.source.ReadNetworks(inputs.assessment.analysis, deadline));
  const ReportModel model = BuildReportModel(std::move(inputs));
  return format == ReportFormat::kHtml ? RenderHtml(model) : RenderJson(model);
}

}  // namespace pulsetaker::assessment::report
