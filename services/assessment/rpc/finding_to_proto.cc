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

void ToProto(const Evidence& from, v1::Evidence& to) {
  to.set_metric(from.metric);
  to.set_description(from.description);
  ToProto(from.value, *to.mutable_value());
  to.set_comparison(static_cast<v1::Evidence::Comparison>(
      static_cast<int>(from.comparison) + kFirst));
  to.set_threshold(from.threshold);
  to.set_holds(from.holds);
  to.set_clause(from.clause);
}

}  // namespace

void ToProto(const Finding& from, v1::Finding& to) {
  to.set_finding_id(from.id);
  to.set_title(from.title);
  to.set_text(from.text);
  to.set_status(
      static_cast<v1::Finding::Status>(static_cast<int>(from.status) + kFirst));
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
}

}  // namespace pulsetaker::assessment
