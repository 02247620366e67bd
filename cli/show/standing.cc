#include "cli/show/standing.h"

#include "absl/strings/numbers.h"

namespace pulsetaker::cli {
namespace {

// Everything that a caller could have asked for otherwise is as it is where
// nothing is asked for.
bool IsDefault(const network::v1::AnalysisParameters& parameters) {
  return parameters.seed() == 1 && parameters.null_draw_count() == 999 &&
         parameters.replicate_count() == 100 &&
         parameters.role_share() == 0.05 &&
         parameters.pulsetaker_rule() ==
             network::v1::ROLE_RULE_CONNECTOR_NAMED &&
         parameters.sector_distances().empty();
}

bool IsDefault(const assessment::v1::AssessmentParameters& parameters) {
  return parameters.seed() == 1 && parameters.replicate_count() == 1'000 &&
         parameters.min_cell_count() == 5 && parameters.response_min() == 0.5;
}

}  // namespace

std::int64_t EngineNumber(absl::string_view version) {
  std::int64_t number = 0;
  const std::size_t dash = version.rfind('-');
  if (dash == absl::string_view::npos ||
      !absl::SimpleAtoi(version.substr(dash + 1), &number)) {
    return 0;
  }
  return number;
}

Standing StandingOf(const network::v1::Analysis& analysis) {
  return {.is_default = IsDefault(analysis.parameters()),
          .analysis_engine = EngineNumber(analysis.engine_version())};
}

Standing StandingOf(const assessment::v1::Assessment& assessment,
                    const network::v1::Analysis& analysis) {
  return {
      .is_default = IsDefault(assessment.inputs().parameters()),
      .assessment_engine = EngineNumber(assessment.inputs().engine_version()),
      .analysis_engine = EngineNumber(analysis.engine_version())};
}

}  // namespace pulsetaker::cli
