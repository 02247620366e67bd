#include "services/network/rpc/measure_to_proto.h"

namespace pulsetaker::network {
namespace {

static_assert(static_cast<int>(NotMeasuredReason::kComponentNotMeasured) ==
              v1::NotMeasured::REASON_COMPONENT_NOT_MEASURED);
static_assert(static_cast<int>(NotMeasuredReason::kComponentNotMeasured) ==
              v1::NotMeasured::Reason_MAX);
static_assert(static_cast<int>(NullModel::kCountsKept) ==
              v1::NullComparison::MODEL_COUNTS_KEPT);
static_assert(static_cast<int>(NullModel::kCountsKept) ==
              v1::NullComparison::Model_MAX);

void ToProto(const NullComparison& from, v1::NullComparison& to) {
  to.set_model(ToWire<v1::NullComparison::Model>(from.model));
  to.set_draw_count(from.draw_count);
  to.set_mean(from.mean);
  to.set_standard_deviation(from.standard_deviation);
  if (from.z.has_value()) to.set_z(*from.z);
  to.set_percentile(from.percentile);
  to.set_p_high(from.p_high);
  to.set_p_low(from.p_low);
  to.set_central_low(from.central.low);
  to.set_central_high(from.central.high);
}

}  // namespace

void ToProto(const NotMeasured& from, v1::NotMeasured& to) {
  to.set_reason(ToWire<v1::NotMeasured::Reason>(from.reason));
  to.set_detail(from.detail);
}

void ToProto(const Measure& from, v1::Measure& to) {
  if (from.measured()) {
    to.set_value(*from.value);
  } else {
    ToProto(from.not_measured, *to.mutable_not_measured());
  }
  if (from.interval.has_value()) {
    v1::Interval& interval = *to.mutable_interval();
    interval.set_low(from.interval->low);
    interval.set_high(from.interval->high);
    interval.set_level(kIntervalLevel);
  }
  if (from.null_comparison.has_value()) {
    ToProto(*from.null_comparison, *to.mutable_null_comparison());
  }
}

}  // namespace pulsetaker::network
