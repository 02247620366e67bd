#include "services/assessment/rpc/measurement_to_proto.h"

namespace pulsetaker::assessment {
namespace {

// The API's enumerations keep 0 for "unspecified"; the domain's begin with 0,
// or have the same meaning for it.
constexpr int kFirst = 1;

static_assert(static_cast<int>(Corner::kValue) + kFirst == v1::CORNER_VALUE);
static_assert(kCornerCount == v1::Corner_MAX);
static_assert(static_cast<int>(Layer::kPublic) == v1::LAYER_PUBLIC);
static_assert(kLayerCount - 1 == v1::Layer_MAX);
static_assert(static_cast<int>(Phase::kEmbedding) + kFirst ==
              v1::PHASE_EMBEDDING);
static_assert(kPhaseCount == v1::Phase_MAX);
static_assert(static_cast<int>(Absence::kUndefined) ==
              v1::NOT_MEASURED_REASON_UNDEFINED);
static_assert(static_cast<int>(Absence::kUndefined) ==
              v1::NotMeasuredReason_MAX);

v1::MeasurementState StateOf(bool measured) {
  return measured ? v1::MEASUREMENT_STATE_MEASURED
                  : v1::MEASUREMENT_STATE_NOT_MEASURED;
}

}  // namespace

v1::Corner ToWire(Corner corner) {
  return static_cast<v1::Corner>(static_cast<int>(corner) + kFirst);
}

v1::Layer ToWire(Layer layer) {
  return static_cast<v1::Layer>(static_cast<int>(layer));
}

v1::Phase ToWire(Phase phase) {
  return static_cast<v1::Phase>(static_cast<int>(phase) + kFirst);
}

v1::NotMeasuredReason ToWire(Absence absence) {
  return static_cast<v1::NotMeasuredReason>(static_cast<int>(absence));
}

void ToProto(const Reading& from, v1::Reading& to) {
  to.set_state(StateOf(from.measured()));
  to.set_reason(ToWire(from.absence));
  if (from.measured()) to.set_value(from.value);
}

void ToProto(const Level& from, v1::Level& to) {
  ToProtoOfStratum(from, to);
  if (!from.measured()) return;
  to.set_interval_low(from.interval_low);
  to.set_interval_high(from.interval_high);
  to.set_standard_error(from.standard_error);
}

void ToProtoOfStratum(const Level& from, v1::Level& to) {
  to.set_state(StateOf(from.measured()));
  to.set_reason(ToWire(from.absence));
  if (!from.measured()) return;
  to.set_raw(from.raw);
  to.set_post_stratified(from.post_stratified);
  to.set_respondent_count(from.respondent_count);
}

}  // namespace pulsetaker::assessment
