// What an import says when it is done, for people and for programs.

#pragma once

#include <string>
#include <vector>

#include "cli/import/plan.h"
#include "cli/import/planner.h"
#include "cli/import/problem.h"
#include "cli/import/wave_sender.h"

namespace pulsetaker::cli {

struct ImportReport {
  const PlanResult& planned;
  const std::vector<WaveOutcome>& outcomes;
  std::string survey_id;
  std::string instrument_id;
};

// Problems one a line, then how many there are in all.
std::string ProblemsText(const ProblemLog& problems);

std::string SummaryText(const ImportReport& report);

// One JSON object on one line.
std::string SummaryJson(const ImportReport& report);

}  // namespace pulsetaker::cli
