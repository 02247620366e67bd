// A folder, the servers that live on it one after the other, and the traffic
// that they all take.

#pragma once

#include <memory>
#include <string>
#include <vector>

#include "tests/crash/traffic.h"
#include "tests/support/survey_process.h"

namespace pulsetaker::testing {

// For one thread at a time; several can be at work at once.
class Place {
 public:
  Place(std::string binary, unsigned seed)
      : binary_(std::move(binary)), traffic_(seed) {}

  Traffic& traffic() { return traffic_; }

  // Starts the next server.
  std::unique_ptr<SurveyProcess> Start(
      const std::vector<std::string>& flags = {},
      const std::vector<std::string>& environment = {}) const;

  // Has a first server make what the traffic needs, and kills it.
  void Prepare();

  // Has a last server, and one that was never interrupted, bring everything to
  // an end, and compares them.
  void Finish();

 private:
  const std::string binary_;
  const TemporaryFolder folder_;
  Traffic traffic_;
};

}  // namespace pulsetaker::testing
