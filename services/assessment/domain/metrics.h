// The numbers that risks and recommendations are decided on, each with a name
// that the API shows. A condition of the catalogue can only name a metric of
// this list.

#pragma once

#include <functional>
#include <map>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "services/assessment/domain/measurement.h"
#include "services/assessment/domain/network_findings.h"
#include "services/assessment/domain/parameters.h"
#include "services/assessment/domain/triangle.h"
#include "services/assessment/domain/wave.h"

namespace pulsetaker::assessment {

struct MetricDefinition {
  absl::string_view name;
  MetricUnit unit;
  absl::string_view description;  // In English, without numbers.
};

// Where the numbers of a unit lie; an end that is open is infinite.
struct MetricRange {
  double low;
  double high;
};
MetricRange RangeOf(MetricUnit unit);

// Every metric, by name. Those named `external.*` have no source in this
// release: they are there so that a finding can say what it would need.
absl::Span<const MetricDefinition> MetricDefinitions();

// The definition, or null.
const MetricDefinition* FindMetric(absl::string_view name);

// Values of all metrics.
class MetricTable {
 public:
  // All missing, with no source.
  MetricTable();

  // `name` is a metric; anything else ends the process.
  void Set(absl::string_view name, Reading reading, Support support = {});
  const Reading& Get(absl::string_view name) const;
  const Support& SupportOf(absl::string_view name) const;

 private:
  struct Metric {
    Reading reading;
    Support support;
  };

  const Metric& Find(absl::string_view name) const;

  std::map<std::string, Metric, std::less<>> metrics_;
};

struct MetricInputs {
  const WaveData& wave;  // Canonical.
  const Triangle& triangle;
  const NetworkFindings& network;
  const NetworkFindings* previous_network = nullptr;  // Null: no wave before.
};

MetricTable ComputeMetrics(const MetricInputs& inputs,
                           const Parameters& parameters);

}  // namespace pulsetaker::assessment
