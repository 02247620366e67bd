#include "services/assessment/rpc/finding_to_proto.h"

#include <string>

#include "services/assessment/rpc/measurement_to_proto.h"

namespace pulsetaker::assessment {
namespace {

// The API's enumerations keep 0 for "unspecified".
constexpr int kFirst = 1;

static_assert(static_cast<int>(Comparison::kAtMost) + kFirst ==
              v1::Evidence::COMPARISON_AT_MOST);
static_assert(static_cast<int>(Comparison::kAtMost) + kFirst ==
              v1::Evidence::Comparison_MAX);
static_assert(static_cast<int>(FindingStatus::kWithheld) + kFirst ==
              v1::Finding::STATUS_WITHHELD);
static_assert(static_cast<int>(FindingStatus::kWithheld) + kFirst ==
              v1::Finding::Status_MAX);

static_assert(static_cast<int>(MetricUnit::kFlag) + kFirst ==
              v1::METRIC_UNIT_FLAG);
static_assert(static_cast<int>(MetricUnit::kFlag) + kFirst ==
              v1::MetricUnit_MAX);

void ToProto(const Evidence& from, v1::Evidence& to) {
  to.set_metric(from.metric);
  to.set_description(from.description);
  ToProto(from.value, *to.mutable_value());
  to.set_comparison(ToWire(from.comparison));
  to.set_threshold(from.threshold);
  to.set_holds(from.holds);
  to.set_clause(from.clause);
  to.set_unit(ToWire(from.unit));
  PutSupport(from.support, to);
}

}  // namespace

v1::MetricUnit ToWire(MetricUnit unit) {
  return static_cast<v1::MetricUnit>(static_cast<int>(unit) + kFirst);
}

v1::Evidence::Comparison ToWire(Comparison comparison) {
  return static_cast<v1::Evidence::Comparison>(static_cast<int>(comparison) +
                                               kFirst);
}

v1::Finding::Status ToWire(FindingStatus status) {
  return static_cast<v1::Finding::Status>(static_cast<int>(status) + kFirst);
}

void ToProto(const Finding& from, v1::Finding& to) {
  to.set_finding_id(from.id);
  to.set_title(from.title);
  to.set_text(from.text);
  to.set_status(ToWire(from.status));
  for (const Phase phase : from.phases) to.add_phases(ToWire(phase));
  to.set_phase_tentative(from.phase_tentative);
  for (const Evidence& evidence : from.evidence) {
    ToProto(evidence, *to.add_evidence());
  }
  for (const std::string& input : from.missing_inputs) {
    to.add_missing_inputs(input);
  }
  for (const std::string& sector : from.sectors) to.add_sectors(sector);
  to.set_source(from.source);
  for (const std::string& input : from.withheld_inputs) {
    to.add_withheld_inputs(input);
  }
}

}  // namespace pulsetaker::assessment
