// One page about one place at one wave, for people who are no analysts.

#pragma once

#include <map>
#include <optional>
#include <string>

#include "cli/show/page.h"
#include "pulsetaker/assessment/v1/assessment.pb.h"
#include "pulsetaker/network/v1/analysis.pb.h"
#include "pulsetaker/survey/v1/instrument.pb.h"
#include "pulsetaker/survey/v1/locality.pb.h"
#include "pulsetaker/survey/v1/survey.pb.h"
#include "pulsetaker/survey/v1/wave.pb.h"

namespace pulsetaker::cli {

struct PlaceFindings {
  survey::v1::Locality locality;
  survey::v1::Survey survey;
  survey::v1::Wave wave;
  survey::v1::Instrument instrument;
  std::optional<network::v1::Analysis> analysis;
  std::optional<assessment::v1::Assessment> assessment;
  // Names of people whom the analysis gives a role; ids where there is none.
  std::map<std::string, std::string> names;
};

// A pure function of its arguments. Says nothing that the findings do not, and
// what they withhold or could not measure it says to be so.
std::string RenderPlace(const PlaceFindings& findings, PageStyle style);

}  // namespace pulsetaker::cli
